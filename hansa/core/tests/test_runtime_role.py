"""The runtime role belongs to the cluster: several databases of one may be migrated at the same instant."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import sleep
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from hansa.core.walls import RuntimeRole

ROLE, LATE = "hansa_of_two", "hansa_late"
ONE, OTHER = "hansa_one", "hansa_other"
WAITING = "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"


@pytest.fixture
def empty_databases(django_db_setup: None, django_db_blocker: Any, monkeypatch: Any) -> Iterator[None]:
    """Two databases of a cluster in which nobody has made the role yet."""
    with django_db_blocker.unblock():
        monkeypatch.setitem(settings.DATABASES["default"], "USER", ROLE)
        with connections["owner"].cursor() as cursor:
            clear(cursor)
            for name in (ONE, OTHER):
                cursor.execute(f"CREATE DATABASE {name}")
            yield
            clear(cursor)
        connections["owner"].close()


def test_a_migration_waits_for_the_role_that_another_is_making(empty_databases: None) -> None:
    one = owner_of(ONE)
    with ThreadPoolExecutor(1) as pool:
        with one.schema_editor(atomic=False) as editor, one.cursor() as cursor:
            cursor.execute("BEGIN")
            RuntimeRole().database_forwards("core", editor, None, None)
            other = pool.submit(migrate, OTHER)
            while not (other.done() or waits(cursor, OTHER)):
                sleep(0.02)
            cursor.execute("COMMIT")
        one.close()
        assert other.result()


@pytest.fixture
def late_role(django_db_setup: None, django_db_blocker: Any, monkeypatch: Any) -> Iterator[Any]:
    """A login that an operator made and named after the database was migrated; what it stands for is the owner."""
    monkeypatch.setitem(settings.DATABASES["default"], "USER", LATE)
    monkeypatch.setitem(settings.DATABASES["default"], "PASSWORD", "of its own")
    with django_db_blocker.unblock(), connections["owner"].cursor() as cursor:
        cursor.execute(f"CREATE ROLE {LATE} LOGIN PASSWORD 'of its own'")
        yield cursor
        connections["default"].close()  # a migration may have opened it with this login
        for what in ("ALL TABLES IN SCHEMA public", "ALL SEQUENCES IN SCHEMA public", "SCHEMA public"):
            cursor.execute(f"REVOKE ALL ON {what} FROM {LATE}")
        cursor.execute(f"DROP ROLE {LATE}")
    connections["owner"].close()


def test_a_login_named_later_may_work_after_the_next_migration(late_role: Any) -> None:
    call_command("migrate", verbosity=0)
    late_role.execute(
        "SELECT grantee, table_name, privilege_type FROM information_schema.role_table_grants"
        " WHERE grantee = ANY(%s) ORDER BY 1, 2, 3",
        [[LATE, "hansa_app"]],
    )
    rights: dict[str, list[tuple[str, str]]] = {LATE: [], "hansa_app": []}
    for grantee, *right in late_role.fetchall():
        rights[grantee].append(tuple(right))
    assert rights[LATE] == rights["hansa_app"] != []


def test_a_login_with_another_password_is_told_with_what_to_do(late_role: Any, monkeypatch: Any) -> None:
    monkeypatch.setitem(settings.DATABASES["default"], "PASSWORD", "somebody else's")
    with pytest.raises(CommandError, match=f"(?s)cannot log in as {LATE}.*DATABASE_APP_URL") as told:
        call_command("migrate", verbosity=0)
    assert "password authentication failed" in str(told.value)


def migrate(name: str) -> bool:
    """Bring this database to the migration that makes the role; whether the role may then enter its schema."""
    owner = connections["owner"] = owner_of(name)  # this thread's alone
    try:
        MigrationExecutor(owner).migrate([("core", "0001_foundation")])
        with owner.cursor() as cursor:
            cursor.execute("SELECT has_schema_privilege(%s, 'public', 'USAGE')", [ROLE])
            return bool(cursor.fetchone()[0])
    finally:
        owner.close()


def owner_of(name: str) -> Any:
    """A connection of the owner to this database."""
    return type(connections["owner"])({**settings.DATABASES["owner"], "NAME": name}, "owner")


def waits(cursor: Any, name: str) -> bool:
    """Whether somebody in this database waits for a lock."""
    cursor.execute("SELECT pg_stat_clear_snapshot()")
    cursor.execute(WAITING, [name])
    return cursor.fetchone() is not None


def clear(cursor: Any) -> None:
    for name in (ONE, OTHER):
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
    cursor.execute(f"DROP ROLE IF EXISTS {ROLE}")
