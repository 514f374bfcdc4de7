"""The command `hansa`: what pages do for people, for operators."""

import os
import sys

import django
from django.core.management import execute_from_command_line

from hansa.site import postgres
from hansa.site.home import home


def main() -> int:
    """Run one command; Django's own are there too (`hansa help`).

    Without DATABASE_URL it speaks to the database of a `make run` that is running from this home.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hansa.site.settings")
    if not os.environ.get("DATABASE_URL") and postgres.running(home()):
        os.environ["DATABASE_URL"] = postgres.ensure(home())
    django.setup()
    noun, *rest = sys.argv[1:] or ["help"]
    execute_from_command_line(["hansa", noun.replace("-", "_") if noun[:1] != "-" else noun, *rest])
    return 0
