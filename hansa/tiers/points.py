"""A partner beside the table of points: which rows count, what the others would bring, and for what."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from hansa.rulebook.dmn.syntax import ANYTHING, HitPolicy, Name
from hansa.rulebook.dmn.to_python import Compiled, compile_table
from hansa.rulebook.policies import Rules
from hansa.tiers.criteria import REMEMBERED, Asking, Number, criteria_of, enough, least_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight(Asking):
    """A row of the table: what it brings to whoever meets all that it asks."""

    points: int

    @property
    def counts(self) -> bool:
        return not self.missing

    @property
    def open(self) -> bool:
        """Whether it does not count yet, and numbers would do: nobody can become another type of partner by working."""
        return not self.counts and all(one.by_more for one in self.missing)


def points_of(rules: Rules, facts: Mapping[str, Any]) -> int:
    """The points of a partner. Raises BadValue for facts that are none."""
    return int(rules.compiled.decide(facts))


def weights_of(rules: Rules, facts: Mapping[str, Any]) -> list[Weight]:
    """The rows that bring points, in the table's order."""
    rows = zip(rules.table.rows, criteria_of(rules, facts), strict=True)
    found = [Weight(note=row.note, criteria=asked, points=int(rules.outputs(row)["points"])) for row, asked in rows]
    return [weight for weight in found if weight.points]


def within_reach(rules: Rules, facts: Mapping[str, Any]) -> int:
    """The points of a partner who brings what every open row asks for; never fewer than it has."""
    needs, compiled = _needs(rules)
    brought = dict(facts)
    for row in compiled.explain(facts).fired:
        for fact, number in needs[row].items():
            brought[fact] = max(brought[fact] or 0, number)
    return max(points_of(rules, brought), points_of(rules, facts))


# Asked of ten thousand partners in a night, so what depends on the table alone is worked out once.
@lru_cache(REMEMBERED)
def _needs(rules: Rules) -> tuple[list[dict[str, Number]], Compiled]:
    """The numbers that each row asks for, and a table of what else it asks, whose rows are open that hold."""
    table, needs, rows = rules.table, [], []
    for row in table.rows:
        asked: dict[str, Number] = {}
        cells = list(row.cells)
        for at, column in enumerate(table.inputs):
            least, beyond = least_of(cells[at]) if isinstance(column.expression, Name) else (None, False)
            if least is not None and isinstance(column.expression, Name):
                name = column.expression.name
                asked[name] = max(asked.get(name, 0), enough(least, beyond))
                cells[at] = ANYTHING
        needs.append(asked)
        rows.append(replace(row, cells=tuple(cells)))
    every = replace(table, rows=tuple(rows), hit_policy=HitPolicy.RULE_ORDER, aggregation=None)
    return needs, compile_table(every)
