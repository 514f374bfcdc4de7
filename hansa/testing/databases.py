"""The databases that tests run in: owned by one role, used by another, as in production."""

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql

KEPT = ("rulebook_builtintable", "django_migrations", "django_content_type", "auth_permission", "core_clock")


def create(name: str) -> None:
    """Make a fresh database and point both logins at it."""
    owner = connections["owner"]
    with owner.cursor() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    for alias in ("owner", "default"):
        connections[alias].close()
        settings.DATABASES[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name
    call_command("migrate", database="owner", verbosity=0)
    connections["owner"].close()


def empty() -> None:
    """Take every row out of the tables that hold any; the schema stays."""
    owner = connections["owner"]
    with owner.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
            " AND relnamespace = 'public'::regnamespace AND NOT relname = ANY(%s)",
            [list(KEPT)],
        )
        tables = [sql.Identifier(row[0]) for row in cursor.fetchall()]
        cursor.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY").format(sql.SQL(", ").join(tables)))
        cursor.execute("DELETE FROM core_clock")
    owner.close()


def move_clock(shift: str) -> None:
    """Set the database's clock off by an interval such as '3 days'; the owner alone may."""
    set_clock(shift)
    connections["owner"].close()


def set_clock(shift: str) -> None:
    """The same, by a connection that stays open for the next time."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_clock (shift) VALUES (%s) ON CONFLICT (one) DO UPDATE SET shift = excluded.shift", [shift]
        )
