"""Rows of models written by COPY, under the walls like every other row."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, cast

from django.contrib.postgres.fields.ranges import RangeField
from django.db import connection, models
from psycopg import Cursor, sql

Row = tuple[Any, ...]


def row_of(instance: models.Model) -> Row:
    """The instance's columns in the model's order, as the database takes them."""
    return tuple(
        prepare(getattr(instance, name), connection) if prepare else getattr(instance, name)
        for name, prepare in _preparations(type(instance))
    )


def columns(model: type[models.Model]) -> "Sequence[models.Field[Any, Any]]":
    """What a row of the model consists of."""
    return model._meta.concrete_fields


@cache
def _preparations(model: type[models.Model]) -> tuple[tuple[str, Callable[[Any, Any], Any] | None], ...]:
    """Each column's attribute, and how its value is made ready: most the driver takes as they are."""
    return tuple(
        (field.attname, field.get_db_prep_save if isinstance(field, models.JSONField | RangeField) else None)
        for field in columns(model)
    )


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
