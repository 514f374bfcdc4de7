"""Rows of several tables in one statement, for the writes that happen most.

`bulk_create` makes its statement anew each time and takes one for each table, which costs more than PostgreSQL's work.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple

import orjson
from django.contrib.postgres.fields import RangeField
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import BinaryField, Model
from django.db.models.expressions import DatabaseDefault

from hansa.core.database import one_round_trip, tell

REMEMBERED = 4000  # characters; psycopg reads a longer statement anew each time


class Group(NamedTuple):
    """Rows of one model that leave the same columns to the database."""

    model: type[Model]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """How rows of a group are written: `values` of a row's facts in the order of `names`, some of them not as is."""

    names: tuple[str, ...]
    values: Callable[[dict[str, Any]], tuple[Any, ...]]
    unlike: dict[str, Callable[[Any], Any]]


def insert(*rows: Model, as_if: Sequence[Model] = ()) -> None:
    """Write new rows, all or none, those that others refer to before these.

    Within one statement PostgreSQL settles references at its end and the order itself: a trigger must not read another
    row of the same call. What the database fills in is not read back. Raises IntegrityError for a broken constraint.
    The statements are those that would also write `as_if`, so that they do not tell whether it was among the rows.
    """
    alike: dict[Group, list[Model]] = {Group(type(row), _left_out(row)): [] for row in as_if}
    for row in rows:
        alike.setdefault(Group(type(row), _left_out(row)), []).append(row)
    with one_round_trip():
        for part in _parts(tuple(alike)):
            tell(_statement(part), [_written(group, alike[group]) for group in part])
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


@cache
def _parts(groups: tuple[Group, ...]) -> list[tuple[Group, ...]]:
    """As many tables together as psycopg remembers the statement of."""
    parts: list[tuple[Group, ...]] = []
    for group in groups:
        if parts and len(_statement((*parts[-1], group))) <= REMEMBERED:
            parts[-1] = (*parts[-1], group)
        else:
            parts.append((group,))
    return parts


def _written(group: Group, members: list[Model]) -> str:
    """The rows as JSON in one parameter: psycopg would look at each value by itself, and take lists apart."""
    shape = _shape(group)
    rows = [dict(zip(shape.names, shape.values(row.__dict__), strict=True)) for row in members]
    for name, said in shape.unlike.items():
        for row in rows:
            row[name] = said(row[name])
    return orjson.dumps(rows).decode()


def _left_out(row: Model) -> tuple[str, ...]:
    """The columns whose values are left to the database."""
    return tuple(name for name in _defaults(type(row)) if isinstance(row.__dict__[name], DatabaseDefault))


@cache
def _defaults(model: type[Model]) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.local_concrete_fields if field.has_db_default())


@cache
def _fields(group: Group) -> list[Any]:
    fields = group.model._meta.local_concrete_fields
    return [field for field in fields if field.column and field.attname not in group.left_out]


@cache
def _shape(group: Group) -> Shape:
    fields = _fields(group)
    unlike = {str(field.column): _range(field) for field in fields if isinstance(field, RangeField)}
    unlike |= {str(field.column): _bytes for field in fields if isinstance(field, BinaryField)}
    return Shape(tuple(str(field.column) for field in fields), itemgetter(*(field.attname for field in fields)), unlike)


def _bytes(value: bytes | None) -> str | None:
    """Bytes in PostgreSQL's own words."""
    return None if value is None else f"\\x{bytes(value).hex()}"


def _range(field: RangeField) -> Callable[[Any], str | None]:
    """From a value of this field to PostgreSQL's own words for it."""

    def said(value: Any) -> str | None:
        given = field.get_prep_value(value)
        if given is None or given.isempty:
            return None if given is None else "empty"
        lower, upper = ("" if bound is None else f'"{bound}"' for bound in (given.lower, given.upper))
        return f"{given.bounds[0]}{lower},{upper}{given.bounds[1]}"

    return said


@cache
def _statement(groups: tuple[Group, ...]) -> str:
    """One INSERT for each table; its rows come together, so that their number is no matter."""
    inserts = []
    for group in groups:
        quoted = [(connection.ops.quote_name(str(field.column)), field.db_type(connection)) for field in _fields(group)]
        names, typed = ",".join(name for name, _ in quoted), ",".join(f"{name} {type}" for name, type in quoted)
        table = connection.ops.quote_name(group.model._meta.db_table)
        rows = f"SELECT * FROM json_to_recordset(%s::json) AS new ({typed})"  # noqa: S608
        inserts.append(f"INSERT INTO {table} ({names}) {rows}")
    *before, last = inserts
    if not before:
        return last
    return "WITH " + ", ".join(f"part{n} AS ({sql})" for n, sql in enumerate(before)) + " " + last
