"""Walls taken away on purpose, to see that the other holds, and that the suites notice when neither does."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from django.apps import apps
from django.db import connections
from psycopg import sql

from hansa.testing.census import walled_models


@contextmanager
def without_first_wall() -> Iterator[None]:
    """Every `visible_to` lets everything through."""
    with ExitStack() as patched:
        for model in apps.get_models():
            for kind in type(model._default_manager.all()).__mro__:
                if "visible_to" in vars(kind):
                    patched.enter_context(patch.object(kind, "visible_to", lambda rows, actor: rows.all()))
        yield


@contextmanager
def without_second_wall() -> Iterator[None]:
    """Row-level security is off on every table."""
    _alter("DISABLE")
    try:
        yield
    finally:
        _alter("ENABLE")


def _alter(what: str) -> None:
    with connections["owner"].cursor() as cursor:
        for model in walled_models():
            table = sql.Identifier(model._meta.db_table)
            cursor.execute(sql.SQL("ALTER TABLE {} {} ROW LEVEL SECURITY").format(table, sql.SQL(what)))
    connections["owner"].close()
