"""Migrations run as the owner of the schema, never as the runtime role; afterwards that role must be able to work."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import OperationalError, ProgrammingError, connections
from psycopg.errors import InsufficientPrivilege

from hansa.core.releases import leave_all
from hansa.core.walls import let_runtime_role_in, runtime_role

HOW_TO = (
    "Make one, CREATE ROLE hansa_web LOGIN PASSWORD '…', and name it in DATABASE_APP_URL"
    " (docs/how-to/use-your-own-postgresql.md)."
)


class Command(DjangoMigrate):
    help = "Bring the database to this version of Hansa, as its owner."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, and see that web and worker can log in. Raises CommandError with what to do where they can't."""
        try:
            super().handle(*args, **options)
        except ProgrammingError as error:
            if isinstance(error.__cause__, InsufficientPrivilege) and "create role" in str(error):
                raise CommandError(
                    f"The owner of this database may not make the application's login. {HOW_TO}"
                ) from None
            raise
        leave_all(options["database"])
        let_runtime_role_in(connections["owner"])
        try_login()


def try_login() -> None:
    """Raises CommandError where the application could not log in."""
    trial = connections.create_connection("default")
    try:
        trial.ensure_connection()
    except OperationalError as error:
        why = str(error).strip().splitlines()[0]
        raise CommandError(
            f"The application cannot log in as {runtime_role()}: {why}\n"
            "A role belongs to the whole server: another installation may have made it with a password of its own,"
            f" then this one needs another. {HOW_TO}"
        ) from None
    finally:
        trial.close()
