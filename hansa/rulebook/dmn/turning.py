"""The smallest changes of a case that bring another answer, found from the cells of the tables and not by trying out.

A fact alone moves along its axis, and the answer changes only where a cell cuts it. So of each stretch between two cuts
one value is enough: the one nearest to what the fact was. All of them are tried, on one fact, then on two, then on
three at once, and every answer is what the table says when it is asked again, with the rows before it and all.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import combinations
from typing import Any, Literal

from hansa.rulebook.dmn.axes import BOUNDS, DAY, UNIT, Axis, Coordinate, coordinate, value_at
from hansa.rulebook.dmn.boxes import Budget, Spent
from hansa.rulebook.dmn.syntax import (
    ANYTHING,
    Cell,
    Compares,
    Constant,
    Equals,
    Expression,
    Fact,
    Input,
    Name,
    Row,
    Sum,
    Table,
    Test,
    names_in,
)
from hansa.rulebook.dmn.values import Kind, Value
from hansa.rulebook.dmn.witnesses import case_in

Case = Mapping[str, Value]
Asked = Callable[[Case], Any]
"""What a changed case would be answered, None where it would not be."""

MOST_FACTS = 3
MOST_WORK = 4_000_000  # rows looked at: about half a second
YEAR = 365


@dataclass(frozen=True, slots=True)
class Change:
    """Another value of one fact; `side` says that everything beyond it brings the same."""

    fact: str
    was: Value
    to: Value
    side: Literal["", "or less", "or more"] = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """The smallest change of a case that brings this answer; `size` is that of its parts together, relative to each."""

    answer: Any
    changes: tuple[Change, ...]
    size: float


@dataclass(frozen=True, slots=True)
class Turns:
    """A turn for each other answer that has one, the smallest first; `whole` is false where the work was cut short."""

    found: tuple[Turn, ...]
    whole: bool = True


def turns(tables: Sequence[Table], asked: Asked, case: Case, *, facts: Sequence[Fact], most: int = MOST_FACTS) -> Turns:
    """The smallest change to each answer but the case's own, by changing some of `facts` and leaving all others.

    Fewer facts go before more, then the lesser change. `tables` are those by which `asked` answers; their first outputs
    are its answers. A fact that was a whole number stays one where it can. The case may leave facts out that are not
    known: `asked` then answers for whatever they are.
    """
    search = _Search(tables, asked, case, facts)
    whole = True
    try:
        search.through(most)
    except Spent:
        whole = False
    found = sorted(search.best.items(), key=lambda each: each[1][0])
    return Turns(tuple(search.told(answer, changed, key) for answer, (key, changed) in found), whole)


Key = tuple[int, int, float, tuple[Any, ...]]


class _Search:
    """Changes of one fact, then of two, and the best of them for each answer."""

    def __init__(self, tables: Sequence[Table], asked: Asked, case: Case, facts: Sequence[Fact]):
        self.tables, self.asked, self.case = tables, asked, case
        used = {name for table in tables for each in table.inputs for name in names_in(each.expression)}
        self.facts = {fact.name: fact for fact in facts if fact.name in used}
        self.own = asked(case)
        self.best: dict[Any, tuple[Key, dict[str, Value]]] = {}
        self.budget = Budget(MOST_WORK, sum(1 + len(table.rows) for table in tables))

    @cached_property
    def tied(self) -> bool:
        """Whether an input rests on two facts, so that what one may be depends on the other."""
        return any(len(set(names_in(each.expression))) > 1 for table in self.tables for each in table.inputs)

    @cached_property
    def possible(self) -> set[Any]:
        """The other answers that any row gives."""
        return {row.values[0] for table in self.tables for row in table.rows} - {self.own}

    def through(self, most: int) -> None:
        """Look through the changes of up to `most` facts. Raises Spent."""
        wanted = [failing for table in self.tables for row in table.rows if (failing := self._failing(table, row))]
        # A row without a failing cell waits behind another one: whatever moves that one may bring it.
        free = [set[str]() for table in self.tables for row in table.rows if self._stands_behind(table, row)]
        for count in range(1, most + 1):
            if self.possible <= (settled := set(self.best)):
                return
            for names in combinations(self.facts, count):
                chosen = set(names)
                if free or any(all(each & chosen for each in failing) for failing in wanted):
                    self._walk(dict(self.case), names, settled)

    def told(self, answer: Any, changed: Mapping[str, Value], key: Key) -> Turn:
        """A found change with its sides."""
        now = {**self.case, **changed}
        sides = {name: self._side(name, now, answer) for name in changed}
        changes = [Change(name, self.case[name], value, sides[name]) for name, value in changed.items()]
        return Turn(answer, tuple(changes), key[2])

    def _walk(self, now: dict[str, Value], names: Sequence[str], settled: set[Any]) -> None:
        name, *rest = names
        for value in self._values(name, now if self.tied else self.case):
            changed = {**now, name: value}
            if rest:
                self._walk(changed, rest, settled)
                continue
            self.budget.spend(1)
            answer = self.asked(changed)
            if answer is None or answer == self.own or answer in settled:
                continue
            different = {each: changed[each] for each in self.facts if changed[each] != self.case[each]}
            key = self._key(different)
            if answer not in self.best or key < self.best[answer][0]:
                self.best[answer] = key, different

    def _values(self, name: str, now: Case) -> list[Value]:
        values = self._known.get(name)
        if values is None:
            values = candidates(self.tables, self.facts[name], now)
            if not self.tied:
                self._known[name] = values
        return [value for value in values if value != self.case[name]]

    @cached_property
    def _known(self) -> dict[str, list[Value]]:
        return {}

    def _failing(self, table: Table, row: Row) -> list[set[str]]:
        """Of each cell that fails, the facts that may be changed; nothing where one of them has none, or none fails."""
        failing = []
        for cell, column in zip(row.cells, table.inputs, strict=True):
            if not self._may_hold(cell, column):
                failing.append(set(names_in(column.expression)) & self.facts.keys())
        return failing if all(failing) else []

    def _stands_behind(self, table: Table, row: Row) -> bool:
        cells = zip(row.cells, table.inputs, strict=True)
        return row.values[0] != self.own and all(self._may_hold(cell, column) for cell, column in cells)

    def _may_hold(self, cell: Cell, column: Input) -> bool:
        """Whether the cell holds of the case as it is, as far as that is known."""
        if cell == ANYTHING or not self.case.keys() >= {*names_in(column.expression)}:
            return True
        return holds(cell, input_of(column, self.case))

    def _key(self, changed: Mapping[str, Value]) -> Key:
        sizes = [size(self.facts[name].kind, self.case[name], value) for name, value in changed.items()]
        broken = sum(isinstance(value, Decimal) and isinstance(self.case[name], int) for name, value in changed.items())
        order = tuple((list(self.facts).index(name), str(value)) for name, value in changed.items())
        return len(changed), broken, sum(sizes), order

    def _side(self, name: str, now: Case, answer: Any) -> Literal["", "or less", "or more"]:
        """Whether all that lies beyond the new value brings the same answer."""
        kind, was, to = self.facts[name].kind, self.case[name], now[name]
        if kind in (Kind.STRING, Kind.BOOLEAN) or was is None or to is None or self._beside_unknown(name):
            return ""
        here, before = coordinate(kind, to), coordinate(kind, was)
        for value in candidates(self.tables, self.facts[name], now):
            if value is None or (coordinate(kind, value) < here) != (here < before):
                continue
            if coordinate(kind, value) != here and self.asked({**now, name: value}) != answer:
                return ""
        return "or less" if here < before else "or more"

    def _beside_unknown(self, name: str) -> bool:
        """Whether an input rests on this fact and on one that is not known, so that some of its cuts are not."""
        inputs = [set(names_in(each.expression)) for table in self.tables for each in table.inputs]
        return any(name in names and not names <= self.case.keys() for names in inputs)


def candidates(tables: Sequence[Table], fact: Fact, case: Case) -> list[Value]:
    """Values of a fact, all others as in the case, among which is the nearest of each stretch that cells tell apart.

    Of text there is one of each class; null is among them where the fact may be null.
    """
    nothing: list[Value] = [None] if fact.nullable else []
    if fact.kind is Kind.BOOLEAN:
        return [False, True, *nothing]
    if fact.kind is Kind.STRING:
        return [*_texts(tables, fact), *nothing]
    low, high = BOUNDS[fact.kind]
    places = {
        near
        for table in tables
        for at, column in enumerate(table.inputs)
        if (line := _line(column.expression, fact, case)) is not None
        for edge in _edges(table, at)
        for near in _near((edge - line[0]) // line[1], fact.kind)
    }
    return [*(value_at(fact.kind, place) for place in sorted(places) if low <= place < high), *nothing]


def size(kind: Kind, was: Value, to: Value) -> float:
    """How large a change of one fact is: 1 for another word, else the difference relative to what it was."""
    if kind in (Kind.BOOLEAN, Kind.STRING) or was is None or to is None:
        return 1.0
    before, after = coordinate(kind, was), coordinate(kind, to)
    usual = {Kind.DATE: YEAR, Kind.DATE_TIME: YEAR * DAY, Kind.NUMBER: max(abs(before), UNIT)}
    return float(abs(after - before) / usual.get(kind, max(abs(before), 1)))


def input_of(column: Input, case: Case) -> Value:
    """What a column reads of a case."""
    expression = column.expression
    if isinstance(expression, Name):
        return case[expression.name]
    left: Any = case[expression.left.name]
    right: Any = expression.right.value if isinstance(expression.right, Constant) else case[expression.right.name]
    if left is None or right is None:
        return None
    total: Value = left + right if expression.sign == "+" else left - right
    return total


def holds(cell: Cell, value: Value) -> bool:
    """Whether the cell holds of an input, as both engines have it."""
    if cell == ANYTHING:
        return True
    if value is None:
        return not cell.negated and Equals(None) in cell.tests
    return any(_true(test, value) for test in cell.tests) != cell.negated


def _true(test: Test, value: Any) -> bool:
    if isinstance(test, Equals):
        return test.value is not None and bool(test.value == value)
    if isinstance(test, Compares):
        wanted: Any = test.value
        return bool(
            value < wanted or (test.sign == "<=" and value == wanted)
            if test.sign in ("<", "<=")
            else value > wanted or (test.sign == ">=" and value == wanted)
        )
    low: Any = test.low
    high: Any = test.high
    above = low <= value if test.with_low else low < value
    return bool(above and (value <= high if test.with_high else value < high))


def _line(expression: Expression, fact: Fact, case: Case) -> tuple[int, int] | None:
    """What an input is as a line over one fact: its coordinate is the first plus the second times the fact's own."""
    if isinstance(expression, Name):
        return (0, 1) if expression.name == fact.name else None
    assert isinstance(expression, Sum)
    unit = (DAY if expression.left.kind is Kind.DATE_TIME and expression.right.kind is Kind.DURATION else 1) * (
        1 if expression.sign == "+" else -1
    )
    start, slope = 0, 0
    for part, factor in ((expression.left, 1), (expression.right, unit)):
        if isinstance(part, Name) and part.name == fact.name:
            slope += factor
            continue
        value = part.value if isinstance(part, Constant) else case.get(part.name)
        if value is None:
            return None
        start += factor * coordinate(part.kind, value)
    return (start, slope) if slope else None


def _edges(table: Table, at: int) -> set[Coordinate]:
    column = table.inputs[at]
    cells = [column.allowed, *(row.cells[at] for row in table.rows)]
    values = [value for cell in cells for test in cell.tests for value in _named(test) if value is not None]
    return {coordinate(column.kind, value) for value in values}


def _named(test: Test) -> Iterator[Value]:
    if isinstance(test, Equals | Compares):
        yield test.value
    else:
        yield test.low
        yield test.high


def _near(place: int, kind: Kind) -> list[int]:
    """The coordinates on and beside a cut, and of numbers the whole ones too."""
    near = [place - 1, place, place + 1]
    whole = place // UNIT * UNIT
    return [*near, whole - UNIT, whole, whole + UNIT] if kind is Kind.NUMBER else near


def _texts(tables: Sequence[Table], fact: Fact) -> list[str]:
    axis = Axis(Kind.STRING, BOUNDS[Kind.STRING], nullable=False, fact=fact.name)
    for table in tables:
        for at, column in enumerate(table.inputs):
            if column.expression == Name(fact.name, fact.kind):
                for cell in (column.allowed, *(row.cells[at] for row in table.rows)):
                    axis.note(cell, 0, Kind.STRING)
    axis.cut()
    found = [case_in([axis], [1 << place]) for place in range(len(axis.classes))]
    return [str(each[fact.name]) for each in found if isinstance(each, dict)]
