"""The SQL of new migrations, read by squawk: none may lock or rewrite a table that is big where Hansa is at work."""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import django
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

# The newest migration of each room that ran before anybody had much in its tables.
EMPTY_THEN = {
    "accounts": 3,
    "core": 4,
    "customers": 4,
    "deals": 5,
    "notices": 2,
    "partnerships": 3,
    "programs": 3,
    "rulebook": 2,
}


def new_migrations() -> list[tuple[str, str]]:
    """The migrations to read, as (room, name): no room's first, and none that says why its table stays small."""
    return [
        (room, name)
        for (room, name), migration in sorted(MigrationLoader(None).disk_migrations.items())
        if type(migration).__module__.startswith("hansa.")
        and int(name.partition("_")[0]) > EMPTY_THEN.get(room, 0)
        and not migration.initial
        and not getattr(migration, "stays_small", "")
    ]


def sql_of(room: str, name: str) -> str:
    """What `hansa sqlmigrate` says of it."""
    said = StringIO()
    call_command("sqlmigrate", room, name, database="owner", no_color=True, stdout=said)
    return said.getvalue()


def refusals(sql: str) -> str:
    """What squawk has against these statements, a line each; empty when nothing."""
    squawk = Path(sys.executable).with_name("squawk")
    read = subprocess.run([squawk, "--reporter", "gcc"], input=sql, stdout=subprocess.PIPE, text=True, check=False)
    return read.stdout if read.returncode else ""


def main() -> int:
    """The exit code of the check: 1 where a migration is refused."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hansa.site.settings")
    django.setup()
    refused = {migration: found for migration in new_migrations() if (found := refusals(sql_of(*migration)))}
    for (room, name), found in refused.items():
        sys.stderr.write(f"{room} {name} (lines of hansa sqlmigrate {room} {name}):\n{found}")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
