"""Rows of several tables in one statement, for the writes that happen most.

`bulk_create` makes its statement anew each time and takes one for each table, which costs more than PostgreSQL's work.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from django.contrib.postgres.fields import ArrayField, RangeField
from django.db import connection
from django.db.models import JSONField, Model
from django.db.models.expressions import DatabaseDefault

from hansa.core.database import one_round_trip

REMEMBERED = 50  # parameters; psycopg reads a statement with more of them anew each time


class Group(NamedTuple):
    """Rows of one model that leave the same columns to the database."""

    model: type[Model]
    left_out: tuple[str, ...]
    several: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the statement names it; `prepare` where psycopg does not know the value as it is."""

    attname: str
    name: str
    type: str
    prepare: Callable[[Any, Any], Any] | None


def insert(*rows: Model) -> None:
    """Write new rows, all or none, those that others refer to before these.

    Within one statement PostgreSQL settles references at its end and the order itself: a trigger must not read another
    row of the same call. What the database fills in is not read back. Raises IntegrityError for a broken constraint.
    """
    alike: dict[tuple[type[Model], tuple[str, ...]], list[Model]] = defaultdict(list)
    for row in rows:
        alike[type(row), _left_out(row)].append(row)
    groups = [(Group(*kind, len(members) > 1), members) for kind, members in alike.items()]
    with one_round_trip(), connection.cursor() as cursor:
        for part in _parts(groups):
            values = [value for group, members in part for value in _values(group, members)]
            cursor.execute(_statement(tuple(group for group, _ in part)), values)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def _parts(groups: list[tuple[Group, list[Model]]]) -> Iterator[list[tuple[Group, list[Model]]]]:
    """As many tables together as psycopg remembers the statement of."""
    part: list[tuple[Group, list[Model]]] = []
    width = 0
    for group, members in groups:
        columns = len(_columns(group.model, group.left_out))
        if part and width + columns > REMEMBERED:
            yield part
            part, width = [], 0
        part.append((group, members))
        width += columns
    if part:
        yield part


def _values(group: Group, members: list[Model]) -> Iterator[Any]:
    for column in _columns(group.model, group.left_out):
        given = [getattr(row, column.attname) for row in members]
        if column.prepare:
            given = [column.prepare(value, connection) for value in given]
        yield given if group.several else given[0]


def _left_out(row: Model) -> tuple[str, ...]:
    """The columns whose values are left to the database."""
    return tuple(name for name in _defaults(type(row)) if isinstance(getattr(row, name), DatabaseDefault))


@cache
def _defaults(model: type[Model]) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.local_concrete_fields if field.has_db_default())


@cache
def _columns(model: type[Model], left_out: tuple[str, ...]) -> list[Column]:
    fields = [field for field in model._meta.local_concrete_fields if field.column and field.attname not in left_out]
    if any(isinstance(field, ArrayField) for field in fields):
        raise TypeError(f"{model.__name__} has an array, which a row of arrays would take apart")
    return [
        Column(
            field.attname,
            connection.ops.quote_name(str(field.column)),
            str(field.db_type(connection)),
            field.get_db_prep_save if isinstance(field, JSONField | RangeField) else None,
        )
        for field in fields
    ]


@cache
def _statement(groups: tuple[Group, ...]) -> str:
    """One INSERT for each table; several rows come as one array for each column, so that their number is no matter."""
    inserts = []
    for group in groups:
        columns = _columns(group.model, group.left_out)
        names = ", ".join(column.name for column in columns)
        if group.several:
            rows = f"SELECT * FROM unnest({', '.join(f'%s::{column.type}[]' for column in columns)})"  # noqa: S608
        else:
            rows = f"VALUES ({', '.join(['%s'] * len(columns))})"
        inserts.append(f"INSERT INTO {connection.ops.quote_name(group.model._meta.db_table)} ({names}) {rows}")
    *before, last = inserts
    if not before:
        return last
    return "WITH " + ", ".join(f"part{n} AS ({sql})" for n, sql in enumerate(before)) + " " + last
