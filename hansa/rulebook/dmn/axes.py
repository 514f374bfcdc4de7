"""The inputs of a table as axes, each cut into the few classes of values that its cells can tell apart.

All columns over one fact, plain or shifted by a constant, share that fact's axis; the sum of two facts has its own.
A set of classes is an int with a bit for each, so that sets intersect and subtract at the speed of machine words.
Values are coordinates here: ints for all kinds that are discrete (millionths, days, microseconds, 0 and 1), and texts,
which are discrete too, because each has a next one by code point. An interval is half open.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hansa.rulebook.dmn.syntax import (
    ANYTHING,
    Between,
    Cell,
    Compares,
    Constant,
    Equals,
    Expression,
    Name,
    Sum,
    Table,
    Test,
)
from hansa.rulebook.dmn.values import (
    FIRST_YEAR,
    LAST_YEAR,
    LONGEST_TEXT,
    MOST_DAYS,
    NUMBER_BOUND,
    NUMBER_PLACES,
    Kind,
    Value,
)

Coordinate = Any  # int, or str for texts
Interval = tuple[Coordinate, Coordinate]

UNIT = 10**NUMBER_PLACES
DAY = 86_400_000_000  # microseconds
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST_LETTER = "\U0010ffff"
FIRST_LETTER = "\x01"  # no stored text holds a NUL
BEYOND_TEXTS = LAST_LETTER * (LONGEST_TEXT + 1)


def coordinate(kind: Kind, value: Any) -> Coordinate:
    """Where a value lies among those of its kind."""
    if kind is Kind.NUMBER:
        return int(value * UNIT)
    if kind is Kind.DATE:
        return value.toordinal()
    if kind is Kind.DATE_TIME:
        return (value - EPOCH) // timedelta(microseconds=1)
    if kind is Kind.DURATION:
        return value.days
    return int(value) if kind is Kind.BOOLEAN else value


def value_at(kind: Kind, where: Coordinate) -> Value:
    """The value at a coordinate."""
    if kind is Kind.NUMBER:
        return where // UNIT if where % UNIT == 0 else Decimal(where).scaleb(-NUMBER_PLACES).normalize()
    if kind is Kind.DATE:
        return date.fromordinal(where)
    if kind is Kind.DATE_TIME:
        return EPOCH + timedelta(microseconds=where)
    if kind is Kind.DURATION:
        return timedelta(days=where)
    return bool(where) if kind is Kind.BOOLEAN else where


def following(where: Coordinate) -> Coordinate:
    """The next coordinate; nothing lies between."""
    if not isinstance(where, str):
        return where + 1
    if len(where) < LONGEST_TEXT:
        return where + FIRST_LETTER
    short = where.rstrip(LAST_LETTER)
    if not short:
        return BEYOND_TEXTS
    code = ord(short[-1]) + 1
    return short[:-1] + chr(0xE000 if code == 0xD800 else code)


BOUNDS: Mapping[Kind, Interval] = {
    Kind.NUMBER: (1 - NUMBER_BOUND * UNIT, NUMBER_BOUND * UNIT),
    Kind.DATE: (date(FIRST_YEAR, 1, 1).toordinal(), date(LAST_YEAR + 1, 1, 1).toordinal()),
    Kind.DATE_TIME: tuple(
        coordinate(Kind.DATE_TIME, datetime(year, 1, 1, tzinfo=UTC)) for year in (FIRST_YEAR, LAST_YEAR + 1)
    ),
    Kind.DURATION: (-MOST_DAYS, MOST_DAYS + 1),
    Kind.BOOLEAN: (0, 2),
    Kind.STRING: ("", BEYOND_TEXTS),
}


@dataclass(frozen=True, slots=True)
class Pair:
    """A sum of two facts, in coordinates: left plus factor times right."""

    left: str
    factor: int
    right: str


@dataclass(frozen=True, slots=True)
class Column:
    """An input as the axis that it reads, and what it adds to that axis's coordinate."""

    axis: int
    shift: int
    kind: Kind


@dataclass(slots=True)
class Axis:
    """What one fact, or one sum of two, can be; cut into classes once `cut` has seen all cells."""

    kind: Kind
    bounds: Interval
    nullable: bool
    fact: str | None = None
    pair: Pair | None = None
    edges: set[Coordinate] = field(default_factory=set)
    points: set[Coordinate] = field(default_factory=set)
    classes: list[tuple[Interval, ...]] = field(default_factory=list)
    starts: dict[Coordinate, int] = field(default_factory=dict)
    places: dict[Coordinate, int] = field(default_factory=dict)
    all: int = 0

    @property
    def null(self) -> int:
        """The set of null alone; empty where the axis has no null."""
        return 1 << len(self.classes) if self.nullable else 0

    @property
    def values(self) -> int:
        """The set of all that is not null."""
        return (1 << len(self.classes)) - 1

    def note(self, cell: Cell, shift: int, kind: Kind) -> None:
        """Remember where this cell cuts."""
        for test in cell.tests:
            if isinstance(test, Equals):
                if test.value is not None:
                    self.points.add(_shifted(coordinate(kind, test.value), -shift))
            else:
                self.edges.update(self._interval(test, shift, kind))

    def cut(self) -> None:
        """Make the classes: of each stretch between two edges, the named values one by one, and the rest as one."""
        low, high = self.bounds
        points = sorted(point for point in self.points if low <= point < high)
        for begin, end in pairwise(sorted(self.edges | {low, high})):
            self.starts[begin] = len(self.classes)
            named = points[bisect_left(points, begin) : bisect_left(points, end)]
            if rest := tuple(_between(begin, end, named)):
                self.classes.append(rest)
            for point in named:
                self.places[point] = len(self.classes)
                self.classes.append(((point, following(point)),))
        self.starts[high] = len(self.classes)
        self.all = self.values | self.null

    def set_of(self, cell: Cell, shift: int, kind: Kind) -> int:
        """The classes of which the cell holds."""
        if cell == ANYTHING:
            return self.values | self.null
        found = 0
        for test in cell.tests:
            if isinstance(test, Equals):
                found |= self._one(test.value, shift, kind)
            else:
                begin, end = (self.starts[edge] for edge in self._interval(test, shift, kind))
                found |= (1 << end) - (1 << begin) if end > begin else 0
        return self.values & ~found if cell.negated else found

    def set_at(self, where: Coordinate | None) -> int:
        """The class of one coordinate, or of null."""
        if where is None:
            return self.null
        if where in self.places:
            return 1 << self.places[where]
        return next(1 << at for at, parts in enumerate(self.classes) if any(a <= where < b for a, b in parts))

    def intervals(self, classes: int, most: int | None = None) -> list[Interval]:
        """The intervals that make up these classes, joined where they touch; `most` of a class at most."""
        parts: list[Interval] = []
        classes &= self.values
        while classes:
            parts += self.classes[(classes & -classes).bit_length() - 1][:most]
            classes &= classes - 1
        parts.sort()
        joined: list[Interval] = []
        for begin, end in parts:
            if joined and joined[-1][1] == begin:
                joined[-1] = (joined[-1][0], end)
            else:
                joined.append((begin, end))
        return joined

    def _one(self, value: Value, shift: int, kind: Kind) -> int:
        if value is None:
            return self.null
        place = self.places.get(_shifted(coordinate(kind, value), -shift))
        return 0 if place is None else 1 << place

    def _interval(self, test: Test, shift: int, kind: Kind) -> Interval:
        low, high = self.bounds
        if isinstance(test, Between):
            begin, end = (_shifted(coordinate(kind, value), -shift) for value in (test.low, test.high))
            begin, end = begin if test.with_low else following(begin), following(end) if test.with_high else end
        else:
            assert isinstance(test, Compares)
            here = _shifted(coordinate(kind, test.value), -shift)
            here = following(here) if test.sign in ("<=", ">") else here
            begin, end = (low, here) if test.sign in ("<", "<=") else (here, high)
        return min(max(begin, low), high), min(max(end, low), high)


def axes_of(table: Table) -> tuple[list[Axis], list[Column]]:
    """The axes of a table, not cut yet, and for each of its inputs which one it reads."""
    nullable = {fact.name for fact in table.facts if fact.nullable}
    axes: list[Axis] = []
    places: dict[str | Pair, int] = {}

    def place(key: str | Pair, axis: Axis) -> int:
        if key not in places:
            places[key] = len(axes)
            axes.append(axis)
        return places[key]

    def of_fact(name: Name) -> int:
        return place(name.name, Axis(name.kind, BOUNDS[name.kind], name.name in nullable, fact=name.name))

    columns = []
    for each in table.inputs:
        expression: Expression = each.expression
        if isinstance(expression, Name):
            columns.append(Column(of_fact(expression), 0, each.kind))
        elif isinstance(expression.right, Constant):
            shift = _factor(expression) * coordinate(expression.right.kind, expression.right.value)
            columns.append(Column(of_fact(expression.left), shift, each.kind))
        else:
            of_fact(expression.left)
            of_fact(expression.right)
            pair = Pair(expression.left.name, _factor(expression), expression.right.name)
            bounds = _sums(BOUNDS[expression.left.kind], pair.factor, BOUNDS[expression.right.kind])
            axis = Axis(each.kind, bounds, bool(nullable & {pair.left, pair.right}), pair=pair)
            columns.append(Column(place(pair, axis), 0, each.kind))
    return axes, columns


def _factor(expression: Sum) -> int:
    unit = DAY if expression.left.kind is Kind.DATE_TIME else 1
    return unit if expression.sign == "+" else -unit


def _sums(left: Interval, factor: int, right: Interval) -> Interval:
    ends = sorted((factor * right[0], factor * (right[1] - 1)))
    return left[0] + ends[0], left[1] + ends[1]


def _shifted(where: Coordinate, by: int) -> Coordinate:
    return where + by if by else where


def _between(begin: Coordinate, end: Coordinate, points: Iterable[Coordinate]) -> Iterator[Interval]:
    """The stretch without these points of it."""
    for point in points:
        if begin < point:
            yield begin, point
        begin = following(point)
    if begin < end:
        yield begin, end
