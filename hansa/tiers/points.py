"""A partner beside the table of points: which rows count, what the others would bring, and for what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hansa.rulebook.policies import Rules
from hansa.tiers.criteria import Asking, criteria_of, enough


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
        return not self.counts and all(one.by_number for one in self.missing)


def points_of(rules: Rules, facts: Mapping[str, Any]) -> int:
    """The points of a partner. Raises BadValue for facts that are none."""
    return int(rules.compiled.decide(facts))


def weights_of(rules: Rules, facts: Mapping[str, Any]) -> list[Weight]:
    """The rows that bring points, in the table's order."""
    rows = zip(rules.table.rows, criteria_of(rules, facts), strict=True)
    found = [Weight(note=row.note, criteria=asked, points=int(rules.outputs(row)["points"])) for row, asked in rows]
    return [weight for weight in found if weight.points]


def within_reach(rules: Rules, facts: Mapping[str, Any]) -> int:
    """The points of a partner who brings what one open row asks for, or what all do, whichever are more; never fewer
    than it has.

    More of a number can leave a row with an upper bound, so each row is also tried alone.
    """
    rows = [weight for weight in weights_of(rules, facts) if all(one.by_more for one in weight.missing)]
    tried = [facts, _brought(facts, rows), *(_brought(facts, [row]) for row in rows if row.missing)]
    return max(points_of(rules, brought) for brought in tried)


def _brought(facts: Mapping[str, Any], rows: Iterable[Weight]) -> dict[str, Any]:
    """The facts with what is missing for these rows, which is numbers alone."""
    brought = dict(facts)
    for one in (one for row in rows for one in row.missing):
        brought[one.fact] = max(brought[one.fact] or 0, enough(one.least or 0, one.beyond))
    return brought
