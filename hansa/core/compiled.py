"""Statements of Django's query sets that are asked over and over: written once for each shape, then given new values.

Writing one takes Django half a millisecond and more, which is a quarter of what a page of a long list takes.
"""

from collections.abc import Callable, Hashable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db.models import QuerySet

from hansa.core.actors import Actor
from hansa.core.database import Query, query_of
from hansa.kernel.ids import public_id

Value = UUID | datetime | None

NOBODY = UUID(int=0)
STATEMENTS_KEPT = 500
YEAR = 9000
_statements: dict[Hashable, tuple[str, list[Any]]] = {}


class Slot(str):
    """Stands among the parameters of a written statement for the value of this name."""

    __slots__ = ()


def compiled(shape: Hashable, actor: Actor, build: Callable[..., QuerySet[Any]], **values: Value) -> Query:
    """The statement of `build(actor, **values)`, to travel with others.

    `build` is only called for the first of a shape, with stand-ins for the actor's ids and for the values. Whatever
    else the statement depends on, the rest of the actor aside, belongs into `shape`. Raises ValueError where a value
    is not a parameter as it stands.
    """
    values |= {"vendor_id": actor.vendor_id, "partnership_id": actor.partnership_id, "id": actor.id}
    rest = replace(actor, id=None, vendor_id=NOBODY, partnership_id=None, label="", on_behalf_of="", home=None)
    key = (shape, rest, tuple(name for name, value in values.items() if value is None))
    if (written := _statements.get(key)) is None:
        if len(_statements) >= STATEMENTS_KEPT:
            _statements.pop(next(iter(_statements)), None)
        written = _statements[key] = _write(rest, build, values)
    sql, parameters = written
    return sql, [values[given] if type(given) is Slot else given for given in parameters]


def _write(rest: Actor, build: Callable[..., QuerySet[Any]], values: dict[str, Value]) -> tuple[str, list[Any]]:
    stand_ins = {name: _stand_in(value, place) for place, (name, value) in enumerate(values.items())}
    others: dict[str, Any] = dict(stand_ins)
    ids = {given: others.pop(given) for given in ("id", "vendor_id", "partnership_id")}
    sql, parameters = query_of(build(replace(rest, **ids), **others))
    names = {value: name for name, value in stand_ins.items() if value}
    slots = [Slot(names[given]) if isinstance(given, Value) and given in names else given for given in parameters]
    rest_of_it = f"{sql} {[given for given in slots if type(given) is not Slot]}"
    if any(trace in rest_of_it for value in names for trace in _traces(value)):
        raise ValueError("A value of a compiled statement is not one of its parameters as it stands.")
    return sql, slots


def _traces(value: UUID | datetime) -> tuple[str, ...]:
    """What something made of a stand-in looks like: an id in other letters, a time near it."""
    if isinstance(value, datetime):
        return f"{YEAR}-", f"({YEAR}, "
    return str(value), value.hex, public_id("", value).strip("_")


def _stand_in(value: Value, place: int) -> Value:
    match value:
        case None:
            return None
        case UUID():
            return uuid4()
        case datetime():
            return datetime(YEAR, 6, 15, 12, tzinfo=UTC) + timedelta(microseconds=place)
    raise TypeError(f"{value!r} is neither an id nor a time.")
