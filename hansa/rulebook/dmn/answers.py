"""From the rows that hold to the answer of a table: what each hit policy makes of them."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from hansa.rulebook.dmn.syntax import SINGLE, Aggregation, HitPolicy, Row, Table
from hansa.rulebook.dmn.values import Value


class NoAnswer(Exception):
    """Rows that hold together contradict each other, which the table's hit policy forbids."""


def settle(table: Table, holding: Sequence[int]) -> tuple[tuple[int, ...], Any]:
    """The rows that make the answer, and the answer, from the places of all rows that hold, in the table's order.

    One output is its value, several are a mapping by name; without a row the outputs' defaults stand, or it is None.
    DMN 1.3, 8.2.8 and 8.2.10. Raises NoAnswer.
    """
    chosen = tuple(_CHOOSE.get(table.hit_policy, _all)(table, holding))
    values = [outputs_of(table, table.rows[place].values) for place in chosen] or defaults(table)
    if table.hit_policy in SINGLE:
        return chosen, values[0] if values else None
    if table.aggregation:
        return chosen, aggregated(table.aggregation, values)
    return chosen, values or None


def outputs_of(table: Table, values: Sequence[Value]) -> Any:
    """A row's value, or its values by the names of their outputs."""
    if len(table.outputs) == 1:
        return values[0]
    return MappingProxyType({output.name: value for output, value in zip(table.outputs, values, strict=True)})


def defaults(table: Table) -> list[Any]:
    """What the table says without a row: nothing, or the one answer of its outputs' defaults."""
    if not any(output.default for output in table.outputs):
        return []
    return [outputs_of(table, [output.default[0] if output.default else None for output in table.outputs])]


def priority(table: Table, row: Row) -> tuple[int, ...]:
    """The row's rank, least first: the places of its values in what the outputs may give, from left to right."""
    pairs = zip(table.outputs, row.values, strict=True)
    return tuple(output.allowed.index(value) for output, value in pairs if output.allowed)


def aggregated(by: Aggregation, values: Sequence[Any]) -> Any:
    """One value of many; None of none, but for their count."""
    if by is Aggregation.COUNT:
        return len(values)
    if not values:
        return None
    return _OF_MANY[by](values)


_OF_MANY: Mapping[Aggregation, Callable[[Sequence[Any]], Any]] = {
    Aggregation.SUM: sum,
    Aggregation.LEAST: min,
    Aggregation.GREATEST: max,
}


def _unique(table: Table, holding: Sequence[int]) -> Sequence[int]:
    if len(holding) > 1:
        raise NoAnswer(f"{_said(holding)} hold together, and only one row may")
    return holding


def _any(table: Table, holding: Sequence[int]) -> Sequence[int]:
    if len({table.rows[place].values for place in holding}) > 1:
        raise NoAnswer(f"{_said(holding)} hold together and say different things")
    return holding[:1]


def _foremost(table: Table, holding: Sequence[int]) -> Sequence[int]:
    return sorted(holding, key=lambda place: priority(table, table.rows[place]))[:1]


def _first(table: Table, holding: Sequence[int]) -> Sequence[int]:
    return holding[:1]


def _by_priority(table: Table, holding: Sequence[int]) -> Sequence[int]:
    return sorted(holding, key=lambda place: priority(table, table.rows[place]))


def _all(table: Table, holding: Sequence[int]) -> Sequence[int]:
    return holding


_CHOOSE: Mapping[HitPolicy, Callable[[Table, Sequence[int]], Sequence[int]]] = {
    HitPolicy.UNIQUE: _unique,
    HitPolicy.ANY: _any,
    HitPolicy.PRIORITY: _foremost,
    HitPolicy.FIRST: _first,
    HitPolicy.OUTPUT_ORDER: _by_priority,
}


def _said(holding: Sequence[int]) -> str:
    return "rows " + " and ".join(str(place + 1) for place in holding[:4])
