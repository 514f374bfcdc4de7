"""The command `hansa`: what pages do for people, for operators."""

import os
import sys

import django
from django.core.management import execute_from_command_line


def main() -> int:
    """Run one command; Django's own are there too (`hansa help`)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hansa.site.settings")
    django.setup()
    execute_from_command_line(["hansa", *sys.argv[1:]])
    return 0
