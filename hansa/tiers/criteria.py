"""A partner beside the criteria: what each row of the table asks, what it has, and what is missing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

from hansa.rulebook.dmn.syntax import ANYTHING, Between, Cell, Compares, Equals, HitPolicy, Input, Name
from hansa.rulebook.dmn.to_python import Compiled, compile_table
from hansa.rulebook.dmn.values import BadValue, Kind
from hansa.rulebook.policies import Rules
from hansa.tiers.facts import POINTS_FACT

Number = int | Decimal
REMEMBERED = 500


@dataclass(frozen=True, slots=True)
class Criterion:
    """One cell of a row and one partner. `least` is the number that it asks for at least, if it asks for one; where it
    is not met, the next one that would meet it, None if more never does.

    `has` is None where it is not measured yet. `missing` is what it takes, None where no number would do.
    """

    fact: str
    label: str
    cell: Cell
    kind: Kind
    has: Any
    met: bool
    least: Number | None = None
    beyond: bool = False
    """Whether it has to be more than `least`."""

    @property
    def missing(self) -> Number | None:
        if self.met or self.least is None:
            return None
        return max(self.least - (self.has or 0), 0)

    @property
    def by_more(self) -> bool:
        """Whether more of the number would meet it; what is beyond an upper bound already is not met by more."""
        return not self.met and self.least is not None

    @property
    def by_number(self) -> bool:
        """Whether a number would meet it, also where nobody can say which: of facts together, or not measured yet."""
        unknown = self.kind is Kind.NUMBER and (self.has is None or not self.fact)
        return not self.met and (self.least is not None or unknown)

    @property
    def endless(self) -> bool:
        """Whether every number from `least` on meets it."""
        return self.least is not None and len(self.cell.tests) == 1 and isinstance(self.cell.tests[0], Compares)

    @property
    def share(self) -> float:
        """How much of it is there, from 0 to 1."""
        if self.met:
            return 1.0
        if not self.least or self.has is None:
            return 0.0
        return max(0.0, min(1.0, float(self.has) / float(self.least)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A row beside one partner: what it says, and each of its criteria."""

    note: str
    criteria: tuple[Criterion, ...]

    @property
    def share(self) -> float:
        """How near it is, from 0 to 1: of each criterion alike."""
        if not self.criteria:
            return 1.0
        return sum(one.share for one in self.criteria) / len(self.criteria)

    @property
    def percent(self) -> int:
        return 100 if all(one.met for one in self.criteria) else min(99, int(self.share * 100))

    @property
    def missing(self) -> list[Criterion]:
        return [one for one in self.criteria if not one.met]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way(Asking):
    """A row that leads to a tier, by its rank."""

    rank: int


def rank_of(rules: Rules, facts: Mapping[str, Any]) -> int:
    """The rank that the table says; 0 where no row fits. Raises BadValue for facts that are none."""
    fired = rules.compiled.explain(facts).fired
    return int(rules.outputs(rules.table.rows[fired[0]])["rank"]) if fired else 0


def ways_above(
    rules: Rules, facts: Mapping[str, Any], rank: int, ranks: Sequence[int], *, reach: Number = 0
) -> list[Way]:
    """The rows that lead to a tier above this one: those of the next rank first, of one rank the nearest first.

    `ranks` are those of the program's tiers, the lowest first; a row that says another rank gives the tier below it.
    `reach` is how many points the partner could have: no row leads anywhere that asks for more.
    """
    found = []
    for way in _ways(rules, facts):
        given = max((one for one in ranks if one <= way.rank), default=0)
        if given > rank and leads(rules, facts, way, reach):
            found.append(replace(way, rank=given))
    return sorted(found, key=lambda way: (way.rank, -way.share))


def ways_to(rules: Rules, facts: Mapping[str, Any], rank: int) -> list[Way]:
    """The rows that lead to this tier or a higher one, the nearest first."""
    ways = [way for way in _ways(rules, facts) if way.rank >= rank]
    return sorted(ways, key=lambda way: (-way.share, way.rank))


def leads(rules: Rules, facts: Mapping[str, Any], way: Way, reach: Number) -> bool:
    """Whether who brings what is missing would have the way's tier: no row before it says less."""
    if not all(one.by_more for one in way.missing):
        return False
    whole = {one.fact: enough(one.least, one.beyond) for one in way.missing if one.least is not None}
    if whole.get(POINTS_FACT, 0) > reach:
        return False
    try:
        return rank_of(rules, {**facts, **whole}) >= way.rank
    except BadValue:
        return False


def enough(least: Number, beyond: bool) -> Number:
    """The least number that a cell takes which asks for this, or for more than this."""
    return least + (Decimal("0.000001") if beyond else 0)


def _ways(rules: Rules, facts: Mapping[str, Any]) -> list[Way]:
    """Every row of the table beside these facts."""
    rows = zip(rules.table.rows, criteria_of(rules, facts), strict=True)
    return [Way(rank=int(rules.outputs(row)["rank"]), note=row.note, criteria=asked) for row, asked in rows]


def criteria_of(rules: Rules, facts: Mapping[str, Any]) -> list[tuple[Criterion, ...]]:
    """What each row of a table asks, and whether these facts meet it."""
    places, compiled = _cells(rules)
    explained = compiled.explain(facts)
    met = {places[fired] for fired in explained.fired}
    columns = rules.table.inputs
    return [
        tuple(
            _criterion(columns[at], cell, explained.inputs[at], met=(number, at) in met)
            for at, cell in enumerate(row.cells)
            if cell != ANYTHING
        )
        for number, row in enumerate(rules.table.rows)
    ]


# A cell is read by the table's own function and never a second time: here each is the only one of its row.
@lru_cache(REMEMBERED)
def _cells(rules: Rules) -> tuple[list[tuple[int, int]], Compiled]:
    """The places, row and column, of all cells that ask something, and a table that says which of them hold."""
    table = rules.table
    rows, places = [], []
    for number, row in enumerate(table.rows):
        for at, cell in enumerate(row.cells):
            if cell != ANYTHING:
                alone = tuple(cell if other == at else ANYTHING for other in range(len(row.cells)))
                rows.append(replace(row, cells=alone))
                places.append((number, at))
    return places, compile_table(replace(table, rows=tuple(rows), hit_policy=HitPolicy.RULE_ORDER, aggregation=None))


def _criterion(column: Input, cell: Cell, has: Any, *, met: bool) -> Criterion:
    name = column.expression.name if isinstance(column.expression, Name) else ""
    counted = name and column.kind is Kind.NUMBER
    least, beyond = least_of(cell, None if met else has) if counted else (None, False)
    return Criterion(name, column.label, cell, column.kind, has, met, least, beyond)


def least_of(cell: Cell, over: Number | None = None) -> tuple[Number | None, bool]:
    """The least number that a cell of numbers asks for, beyond `over` if there is one, and whether it must be more."""
    found = [*_starts(cell)]
    if cell.negated and found:
        found = [max(found, key=_enough)]
    found = [start for start in found if over is None or _enough(start) > over]
    return min(found, key=_enough) if found else (None, False)


def _starts(cell: Cell) -> Iterator[tuple[Number, bool]]:
    """Where each test of a cell begins to be met as numbers grow, and whether only beyond that."""
    for test in cell.tests:
        match test:
            case Compares(sign, int() | Decimal() as value) if sign in (("<", "<=") if cell.negated else (">", ">=")):
                yield value, sign in ("<=", ">")
            case Between(int() | Decimal() as low, _, with_low) if not cell.negated:
                yield low, not with_low
            case Equals(int() | Decimal() as value) if not cell.negated:
                yield value, False


def _enough(start: tuple[Number, bool]) -> Number:
    return enough(*start)
