"""Rows of models written by COPY, under the walls like every other row."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from operator import attrgetter
from typing import Any, cast

import orjson
from django.apps import apps
from django.contrib.postgres.fields.ranges import RangeField
from django.db import connection, connections, models
from psycopg import Cursor, sql

Row = Sequence[Any]
Mend = tuple[int, Callable[[Any], Any]]


def row_of(instance: models.Model) -> Row:
    """The instance's columns in the model's order, as the database takes them."""
    take, mends = _layout(type(instance))
    row = list(take(instance))
    for place, mend in mends:
        row[place] = mend(row[place])
    return row


def columns(model: type[models.Model]) -> "Sequence[models.Field[Any, Any]]":
    """What a row of the model consists of."""
    return model._meta.concrete_fields


def copy_rows(model: type[models.Model], rows: Iterable[Row]) -> None:
    """Write many rows inside acting(). COPY cannot write below row-level security, so they go by a temporary table."""
    table = sql.Identifier(model._meta.db_table)
    names = sql.SQL(", ").join(sql.Identifier(str(field.column)) for field in columns(model))
    with connection.cursor() as wrapped:
        cursor = cast("Cursor[Any]", wrapped)
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(sql.SQL("CREATE TEMPORARY TABLE copied (LIKE {}) ON COMMIT DROP").format(table))
        with cursor.copy(sql.SQL("COPY copied ({}) FROM STDIN").format(names)) as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(sql.SQL("INSERT INTO {} ({names}) SELECT {names} FROM copied").format(table, names=names))
        cursor.execute("DROP TABLE copied")


def analyze(*wanted: type[models.Model]) -> None:
    """Let the planner know what is in these tables, or in all: it guesses badly until somebody has counted.

    Nobody can count what is not committed yet, so within a transaction nothing happens.
    """
    if connection.in_atomic_block:
        return
    owner = connections["owner"]
    tables = sorted({model._meta.db_table for model in wanted or apps.get_models()})
    with owner.cursor() as cursor:
        cursor.execute(sql.SQL("ANALYZE {}").format(sql.SQL(", ").join(map(sql.Identifier, tables))))
    owner.close()


@cache
def _layout(model: type[models.Model]) -> tuple[Callable[[Any], tuple[Any, ...]], list[Mend]]:
    """How an instance's columns are taken, and those that the driver does not take as they are."""
    mends: list[Mend] = []
    for place, field in enumerate(columns(model)):
        if isinstance(field, models.JSONField):
            mends.append((place, _json))
        elif isinstance(field, RangeField):
            mends.append((place, partial(field.get_db_prep_save, connection=connection)))
    return attrgetter(*(field.attname for field in columns(model))), mends


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
