"""What is wrong with a table that is whole: rows that can never fire, cases that no row covers, rows that contradict.

Every finding comes with a case that shows it, in which all is within its bounds. The arithmetic is exact over boxes:
a box is a set of classes on each axis (`axes.py`), and rows are subtracted from boxes without ever making the product
of all classes. Work is counted, not timed; what the count did not suffice for is named in `Findings.unfinished`.

Not seen: two sums over one fact, or a sum beside its own facts, are tied together, which boxes do not know. A finding
that needs the tie is only made where a case was found (overlaps, gaps) or refuted (rows); a row that only several ties
together make unreachable may be missed, and so may a gap or an overlap in a corner where no case was found. Whether
a sum leaves the bounds of numbers is no part of this, nor are contradictions that follow from the world.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from hansa.rulebook.dmn.answers import priority
from hansa.rulebook.dmn.axes import Axis, Column, axes_of, value_at
from hansa.rulebook.dmn.boxes import Box, Budget, Region, Spent, common, joined, uncovered
from hansa.rulebook.dmn.syntax import (
    ANYTHING,
    Aggregation,
    Between,
    Cell,
    Compares,
    Equals,
    HitPolicy,
    Table,
    Test,
)
from hansa.rulebook.dmn.to_python import compile_table
from hansa.rulebook.dmn.values import BadValue, Kind
from hansa.rulebook.dmn.witnesses import Case, Doubt, case_in

MOST_TESTS = 300_000
MOST_MASK_BYTES = 32_000_000
MOST_WORK = 3_000_000
MOST_FOUND = 100
MOST_CELLS_RUN = 10_000  # a larger table takes seconds to compile

NULL_IS_MEANT = (ANYTHING, Cell((Equals(None),)), Cell((Equals(None),), negated=True))


@dataclass(frozen=True, slots=True)
class Unreachable:
    """A row that never fires: its cells hold of nothing, or `by` are the rows that win wherever it holds.

    `column` is the input whose cell alone holds of nothing. The case is one in which the row holds and another wins.
    """

    row: int
    by: tuple[int, ...] = ()
    column: int | None = None
    witness: Case | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Cases that no row covers: `where` is a cell for each input, of which all hold."""

    where: tuple[Cell, ...]
    witness: Case


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two rows that hold together where the hit policy forbids it."""

    rows: tuple[int, int]
    witness: Case


@dataclass(frozen=True, slots=True)
class PastNull:
    """A row that is not taken where this input is null, though its cell does not speak of null."""

    row: int
    column: int
    witness: Case


@dataclass(frozen=True, slots=True)
class Findings:
    """All that was found, rows and inputs by their places; `unfinished` says what was not analysed to the end."""

    unreachable: tuple[Unreachable, ...] = ()
    gaps: tuple[Gap, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    past_null: tuple[PastNull, ...] = ()
    unfinished: tuple[str, ...] = ()


def analyse(table: Table) -> Findings:
    """The findings of a table, within bounded time and memory whatever the table."""
    tests = sum(len(cell.tests) for row in table.rows for cell in row.cells)
    if tests > MOST_TESTS:
        return Findings(unfinished=(f"{tests} tests are more than can be analysed",))
    work = _Analysis(table)
    if work.size > MOST_MASK_BYTES:
        return Findings(unfinished=("so many different values are more than can be analysed",))
    work.measure()
    return Findings(
        tuple(work.part("rows that can never fire", work.unreachable())),
        tuple(work.part("gaps", work.gaps())),
        tuple(work.part("overlaps", work.overlaps())),
        tuple(work.part("rows that null cannot reach", work.past_null())),
        tuple(dict.fromkeys(work.unfinished)),
    )


@dataclass
class _Analysis:
    table: Table
    axes: list[Axis] = field(init=False)
    columns: list[Column] = field(init=False)
    regions: list[Region] = field(init=False)
    unfinished: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.axes, self.columns = axes_of(self.table)
        for place, column in enumerate(self.columns):
            cells = {row.cells[place] for row in self.table.rows} | {self.table.inputs[place].allowed}
            for cell in cells:
                self.axes[column.axis].note(cell, column.shift, column.kind)
        for axis in self.axes:
            axis.cut()

    @property
    def size(self) -> int:
        """The bytes that all sets of the table's cells take, at most."""
        wide = [len(self.axes[column.axis].classes) // 8 + 32 for column in self.columns]
        return sum(
            each for row in self.table.rows for each, cell in zip(wide, row.cells, strict=True) if cell != ANYTHING
        )

    def measure(self) -> None:
        """Turn allowed values into the box of all cases, and rows into regions of it."""
        self.all = [axis.all for axis in self.axes]
        for column, each in zip(self.columns, self.table.inputs, strict=True):
            if each.allowed != ANYTHING:
                axis = self.axes[column.axis]
                self.all[column.axis] &= axis.set_of(each.allowed, column.shift, column.kind) | axis.null
        self.cells: dict[tuple[int, Cell], int] = {}
        self.regions = [self._region(row.cells) for row in self.table.rows]
        self.price = 1 + max((len(axis.classes) for axis in self.axes), default=0) // 2_000

    @property
    def tied(self) -> bool:
        """Whether sums of two facts tie axes together, so that not every box holds a case."""
        return any(axis.pair for axis in self.axes)

    def budget(self) -> Budget:
        return Budget(MOST_WORK, self.price)

    def part(self, name: str, found: Iterator) -> Iterator:
        """What is found within the bounds."""
        try:
            for number, each in enumerate(found):
                if number >= MOST_FOUND:
                    self.unfinished.append(f"there are more {name} than the {MOST_FOUND} that are listed")
                    return
                yield each
        except Spent:
            self.unfinished.append(f"{name} were not analysed to the end: the table is too intricate")

    def set_of(self, place: int, cell: Cell) -> int:
        key = (place, cell)
        if key not in self.cells:
            column = self.columns[place]
            self.cells[key] = self.axes[column.axis].set_of(cell, column.shift, column.kind)
        return self.cells[key]

    def _region(self, cells: Sequence[Cell]) -> Region:
        found: dict[int, int] = {}
        for place, cell in enumerate(cells):
            if cell != ANYTHING:
                axis = self.columns[place].axis
                found[axis] = found.get(axis, self.all[axis]) & self.set_of(place, cell)
        return tuple((axis, classes) for axis, classes in found.items() if classes != self.all[axis])

    def box(self, *regions: Region) -> Box:
        box = list(self.all)
        for region in regions:
            for axis, classes in region:
                box[axis] &= classes
        return box

    @cached_property
    def holding(self):
        """Which rows hold in a case, by the compiled table; None where it is too large to be run."""
        if sum(cell != ANYTHING for row in self.table.rows for cell in row.cells) > MOST_CELLS_RUN:
            return None
        return compile_table(replace(self.table, hit_policy=HitPolicy.COLLECT, aggregation=None)).explain

    def case(self, box: Box, what: str, *, hold: Sequence[int] = (), rest: Sequence[int] = ()) -> Case | Doubt:
        """A case of this box in which, as the compiled table says too, the rows of `hold` hold and those of `rest`
        do not. Doubt is noted.
        """
        found = case_in(self.axes, box)
        if isinstance(found, Doubt):
            if found is Doubt.NOT_FOUND:
                self.unfinished.append(f"some {what} hang on sums of the same facts; no case was found for them")
            return found
        if self.holding:
            try:
                fired = self.holding(found).fired
            except BadValue:
                fired = ()
                hold = hold or (-1,)
            if not set(hold) <= set(fired) or set(rest) & set(fired):
                self.unfinished.append(f"some {what} did not show themselves when run, and are left out")
                return Doubt.NOT_FOUND
        return found

    def unreachable(self) -> Iterator[Unreachable]:
        ranks = _ranks(self.table)
        budget = self.budget()
        for place, region in enumerate(self.regions):
            box = self.box(region)
            budget.spend(20 * len(box))
            if not all(box):
                empty = [at for at, cell in enumerate(self.table.rows[place].cells) if self._holds_of_nothing(at, cell)]
                yield Unreachable(place, column=empty[0] if empty else None)
                continue
            if self.tied and self.case(box, "rows", hold=(place,)) is Doubt.IMPOSSIBLE:
                yield Unreachable(place)
            elif ranks:
                yield from self._beaten(place, box, ranks, budget)

    def _holds_of_nothing(self, place: int, cell: Cell) -> bool:
        axis = self.columns[place].axis
        return not self.set_of(place, cell) & self.all[axis]

    def _beaten(
        self, place: int, box: Box, ranks: Sequence[tuple[int, ...]], all_rows: Budget
    ) -> Iterator[Unreachable]:
        budget = Budget(MOST_WORK // 10, self.price)
        winners = [at for at, rank in enumerate(ranks) if rank < ranks[place]]
        all_rows.spend(5 * len(winners))
        winners = [at for at in winners if common(box, self.regions[at])]
        try:
            for left in uncovered(box, [self.regions[at] for at in winners], budget):
                if not self.tied or self.case(left, "rows", hold=(place,)) is not Doubt.IMPOSSIBLE:
                    return
        except Spent:
            self.unfinished.append("rows that can never fire were not analysed to the end: the table is too intricate")
            return
        finally:
            all_rows.spend((MOST_WORK // 10 - budget.work) // self.price)
        alone = [at for at in winners if all(box[axis] & ~classes == 0 for axis, classes in self.regions[at])]
        case = self.case(box, "rows", hold=(place,))
        yield Unreachable(place, tuple(alone[:1] or winners), witness=None if isinstance(case, Doubt) else case)

    def gaps(self) -> Iterator[Gap]:
        table = self.table
        if any(output.default for output in table.outputs) or table.aggregation is Aggregation.COUNT:
            return
        if not all(self.all):
            return
        boxes: list[Box] = []
        spent = False
        try:
            for box in uncovered(self.all, self.regions, self.budget()):
                boxes.append(box)
                if len(boxes) > 5 * MOST_FOUND:
                    raise Spent
        except Spent:
            spent = True
        showing, each_costs = self.budget(), sum(len(axis.classes) for axis in self.axes)
        for box in joined(boxes):
            showing.spend(4 * each_costs)
            case = self.case(box, "gaps", rest=range(len(self.regions)))
            if not isinstance(case, Doubt):
                yield Gap(tuple(self._shown(place, box) for place in range(len(self.columns))), case)
        if spent:
            raise Spent

    def overlaps(self) -> Iterator[Overlap]:
        table = self.table
        if table.hit_policy not in (HitPolicy.UNIQUE, HitPolicy.ANY):
            return
        budget = self.budget()
        for one, region in enumerate(self.regions):
            box = self.box(region)
            budget.spend(len(self.regions) - one)
            if not all(box):
                continue
            for other in range(one + 1, len(self.regions)):
                if not common(box, self.regions[other]):
                    continue
                if table.hit_policy is HitPolicy.ANY and table.rows[one].values == table.rows[other].values:
                    continue
                budget.spend(20)
                case = self.case(self.box(region, self.regions[other]), "overlaps", hold=(one, other))
                if not isinstance(case, Doubt):
                    yield Overlap((one, other), case)

    def past_null(self) -> Iterator[PastNull]:
        for place, row in enumerate(self.table.rows):
            for at, cell in enumerate(row.cells):
                axis = self.columns[at].axis
                null = self.axes[axis].null
                if not null or cell in NULL_IS_MEANT or self.set_of(at, cell) & null:
                    continue
                box = self.box(self.regions[place])
                box[axis] = null & self.all[axis]
                case = self.case(box, "rows that null cannot reach", rest=(place,)) if all(box) else None
                if case and not isinstance(case, Doubt):
                    yield PastNull(place, at, case)

    def _shown(self, place: int, box: Box) -> Cell:
        """A box's side as a cell of an input."""
        column = self.columns[place]
        axis, classes = self.axes[column.axis], box[column.axis]
        if classes == self.all[column.axis]:
            return ANYTHING
        if classes == axis.values:
            return Cell((Equals(None),), negated=True)
        missing = axis.values & ~classes
        parts = axis.intervals(missing)
        if not classes & axis.null and axis.kind is not Kind.BOOLEAN and len(parts) <= len(axis.intervals(classes)):
            tests = _tests(axis, column, missing)
            if tests and all(isinstance(test, Equals) for test in tests):
                return Cell(tests, negated=True)
        return Cell(_tests(axis, column, classes) + ((Equals(None),) if classes & axis.null else ()))


def _tests(axis: Axis, column: Column, classes: int) -> tuple[Test, ...]:
    if axis.kind is Kind.BOOLEAN:
        return tuple(Equals(bool(at)) for begin, end in axis.intervals(classes) for at in range(begin, end))
    return tuple(_test(axis, column, begin, end) for begin, end in axis.intervals(classes))


def _test(axis: Axis, column: Column, begin, end) -> Test:  # type: ignore[no-untyped-def]
    low, with_low = _edge(axis, column, begin)
    high, before_high = _edge(axis, column, end)
    if with_low and not before_high and low == high:
        return Equals(low)
    if begin == axis.bounds[0]:
        return Compares("<" if before_high else "<=", high)
    if end == axis.bounds[1]:
        return Compares(">=" if with_low else ">", low)
    return Between(low, high, with_low, not before_high)


def _edge(axis: Axis, column: Column, where):  # type: ignore[no-untyped-def]
    """The value at an edge, and whether the edge lies before it; the value that the cells name, if one is meant."""
    if isinstance(where, str):
        short = where[:-1]
        return (short, False) if where[-1:] == "\x01" else (where, True)
    if where == axis.bounds[1] or (where - 1 in axis.points and where not in axis.points):
        return value_at(column.kind, where - 1 + column.shift), False
    if where not in axis.points and column.kind is Kind.NUMBER and (where - 1) % 1_000_000 == 0:
        return value_at(column.kind, where - 1 + column.shift), False
    return value_at(column.kind, where + column.shift), True


def _ranks(table: Table) -> Sequence[tuple[int, ...]]:
    """Of each row, what says which of the rows that hold wins, least first; empty where none does."""
    if table.hit_policy is HitPolicy.FIRST:
        return [(place,) for place in range(len(table.rows))]
    if table.hit_policy is HitPolicy.PRIORITY:
        return [(*priority(table, row), place) for place, row in enumerate(table.rows)]
    return ()
