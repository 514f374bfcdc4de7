"""What a table surely answers where some facts are not known: the same for every case that may be meant.

What is known of such a case is the facts that are shown and the row that fired. From that row's cases the rows before
it are taken away, as boxes over the facts that are hidden; then the shown facts are changed, and where one answer
alone is left for all of these boxes, it is certain. Nothing here looks at a hidden value, so nothing can be learned
of one.

Where a sum ties a hidden fact to another one, it is taken for free: an answer that needs the tie is not given.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from hansa.rulebook.dmn.answers import priority
from hansa.rulebook.dmn.axes import Axis, axes_of, coordinate
from hansa.rulebook.dmn.boxes import Box, Budget, Region, Spent, common, uncovered
from hansa.rulebook.dmn.syntax import ANYTHING, Cell, HitPolicy, Table, names_in
from hansa.rulebook.dmn.turning import Case, holds, input_of
from hansa.rulebook.dmn.values import Value

MOST_WORK = 1_500_000
EXCLUSIVE = (HitPolicy.UNIQUE, HitPolicy.ANY)


class Certain:
    """What a table answers to a case whose `shown` facts alone are known, and that the row at `place` fired."""

    def __init__(self, table: Table, shown: Case, place: int):
        self.table, self.shown, self.place = table, shown, place
        self.axes, self.columns = axes_of(table)
        self.budget = Budget(MOST_WORK)
        self.sets: dict[tuple[int, Cell, bool], tuple[int, int]] = {}
        self.loose = {
            at: Axis(each.kind, self.axes[self.columns[at].axis].bounds, table.nullable(each.expression))
            for at, each in enumerate(table.inputs)
            if self._is_loose(at)
        }
        for at, column in enumerate(self.columns):
            axis, shift = (self.loose[at], 0) if at in self.loose else (self.axes[column.axis], column.shift)
            for cell in {row.cells[at] for row in table.rows}:
                axis.note(cell, shift, column.kind)
        for axis in (*self.axes, *self.loose.values()):
            axis.cut()

    def answer(self, now: Case) -> Any:
        """The first output that the table gives, with these values of the shown facts, whatever the hidden ones are.

        None where that is not certain, or where it would take too long to know.
        """
        try:
            rows = self._rows(now, later=True)
            found = {answer for box in self.meant for answer in self._answers(box, rows)}
        except Spent:
            return None
        return found.pop() if len(found) == 1 else None

    def may_be(self, fact: str, value: Value) -> bool:
        """Whether a hidden fact may have this value in the case that is meant."""
        at = next((at for at, axis in enumerate(self.axes) if axis.fact == fact), None)
        if at is None:
            return True
        axis = self.axes[at]
        wanted = axis.set_at(None if value is None else coordinate(axis.kind, value))
        return any(box[at] & wanted for box in self.meant)

    @cached_property
    def meant(self) -> list[Box]:
        """The boxes of hidden facts in which the row fires. Raises Spent."""
        rows = self._rows(self.shown, later=False)
        if self.place not in rows:
            return []
        box = _within(self._everything, rows[self.place])
        if not all(box):
            return []
        return list(uncovered(box, [rows[at] for at in _before(self.table, self.place, rows)], self.budget))

    @cached_property
    def _everything(self) -> Box:
        loose = [axis.all for axis in self.loose.values()]
        return [*(axis.all for axis in self.axes), *loose, *loose]

    def _answers(self, box: Box, rows: Mapping[int, Region]) -> Iterator[Any]:
        """What may be answered in this box: nothing certain, as None, where no row covers it or rows contradict."""
        if any(True for _ in uncovered(box, list(rows.values()), self.budget)):
            yield None
        for at, region in rows.items():
            self.budget.spend(1)
            if not common(box, region):
                continue
            here = _within(box, region)
            if any(True for _ in uncovered(here, [rows[one] for one in _before(self.table, at, rows)], self.budget)):
                yield self.table.rows[at].values[0]
            if self.table.hit_policy in EXCLUSIVE and any(
                common(here, rows[other]) for other in _against(self.table, at, rows)
            ):
                yield None

    def _rows(self, shown: Case, *, later: bool) -> dict[int, Region]:
        """The rows that may fire, by their places, as regions of the hidden facts."""
        inputs = {
            at: input_of(each, shown)
            for at, each in enumerate(self.table.inputs)
            if shown.keys() >= {*names_in(each.expression)}
        }
        found = {}
        for place, row in enumerate(self.table.rows):
            self.budget.spend(1)
            if all(holds(row.cells[at], value) for at, value in inputs.items()):
                asked = [(at, cell) for at, cell in enumerate(row.cells) if cell != ANYTHING and at not in inputs]
                region: dict[int, int] = {}
                for at, cell in asked:
                    axis, classes = self._set(at, cell, later)
                    region[axis] = region.get(axis, self._everything[axis]) & classes
                found[place] = tuple(region.items())
        return found

    def _set(self, at: int, cell: Cell, later: bool) -> tuple[int, int]:
        """The axis that a cell restricts, and the classes that it leaves; a tie has one for before and one now."""
        key, column = (at, cell, later), self.columns[at]
        if key not in self.sets:
            if at in self.loose:
                order = [*self.loose].index(at) + (len(self.loose) if later else 0)
                self.sets[key] = len(self.axes) + order, self.loose[at].set_of(cell, 0, column.kind)
            else:
                self.sets[key] = column.axis, self.axes[column.axis].set_of(cell, column.shift, column.kind)
        return self.sets[key]

    def _is_loose(self, at: int) -> bool:
        """Whether an input rests on a hidden fact and on a shown one."""
        names = set(names_in(self.table.inputs[at].expression))
        return bool(names - self.shown.keys()) and bool(names & self.shown.keys())


def _before(table: Table, at: int, rows: Mapping[int, Region]) -> Sequence[int]:
    """The rows that keep this one from making the answer where they hold too."""
    if table.hit_policy is HitPolicy.FIRST:
        return [other for other in rows if other < at]
    if table.hit_policy is HitPolicy.PRIORITY:
        rank = {other: (priority(table, table.rows[other]), other) for other in (*rows, at)}
        return [other for other in rows if rank[other] < rank[at]]
    earlier = [other for other in rows if other < at]
    return [*earlier, *(other for other in _against(table, at, rows) if other > at)]


def _against(table: Table, at: int, rows: Mapping[int, Region]) -> list[int]:
    """The rows that may not hold together with this one."""
    same = table.rows[at].values if table.hit_policy is HitPolicy.ANY else None
    return [other for other in rows if other != at and table.rows[other].values != same]


def _within(box: Box, region: Region) -> Box:
    inside = list(box)
    for axis, classes in region:
        inside[axis] &= classes
    return inside
