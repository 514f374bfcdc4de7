"""The command `hansa`: what pages do for people, for operators."""

import os
import sys

import django
from django.core.management import execute_from_command_line, get_commands, load_command_class
from django.db import OperationalError

from hansa.core.operator import REFUSED, unreachable
from hansa.site import postgres
from hansa.site.home import home

MORE = (
    "hansa COMMAND --help says its verbs and options; most answer in JSON with --json.",
    "It speaks to the installation of DATABASE_URL, or else to the one that runs from HANSA_HOME.",
    "Django's own commands: hansa help --commands",
)


def main() -> int:
    """Run one command; Django's own are there too (`hansa help --commands`).

    Without DATABASE_URL it speaks to the database of a `make run` that is running from this home.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hansa.site.settings")
    if not os.environ.get("DATABASE_URL") and postgres.running(home()):
        os.environ["DATABASE_URL"] = postgres.ensure(home())
    django.setup()
    noun, *rest = sys.argv[1:] or ["help"]
    if noun in ("help", "--help", "-h") and not rest:
        sys.stdout.write(own_help())
        return 0
    try:
        execute_from_command_line(["hansa", noun.replace("-", "_") if noun[:1] != "-" else noun, *rest])
    except OperationalError as away:
        sys.stderr.write(f"{unreachable(away)}\n")
        return REFUSED
    return 0


def own_help() -> str:
    """Hansa's own commands, a line each."""
    own = {name: app for name, app in get_commands().items() if app.startswith("hansa.")}
    lines = [f"  {name.replace('_', '-'):<12}{_purpose(app, name)}" for name, app in sorted(own.items())]
    return "\n".join(["usage: hansa COMMAND …", "", *lines, "", *MORE, ""])


def _purpose(app: str, name: str) -> str:
    """The first sentence of what a command says about itself."""
    return f"{load_command_class(app, name).help.partition('. ')[0].rstrip('.')}."
