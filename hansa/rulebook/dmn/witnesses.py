"""Facts for a case that lies in given classes of every axis; where sums tie facts together, by narrowing bounds."""

from collections.abc import Mapping, Sequence
from enum import Enum
from itertools import islice, product

from hansa.rulebook.dmn.axes import UNIT, Axis, Coordinate, Interval, Pair, value_at
from hansa.rulebook.dmn.values import Kind, Value

Case = Mapping[str, Value]
Box = Sequence[int]
Bounds = dict[str, tuple[int, int]]  # the least and the greatest that a fact may be

MOST_CHOICES = 200
MOST_NARROWINGS = 60
FEW = 8
TEXTS = ("other", "another", "something else")


class Doubt(Enum):
    """Why there is no case: none exists, or none was found."""

    IMPOSSIBLE = "impossible"
    NOT_FOUND = "not found"


def case_in(axes: Sequence[Axis], box: Box) -> dict[str, Value] | Doubt:
    """A case whose coordinates lie in the box."""
    tied = {name for axis in axes if axis.pair for name in (axis.pair.left, axis.pair.right)}
    case: dict[str, Value] = {}
    for axis, classes in zip(axes, box, strict=True):
        if axis.fact is not None and axis.fact not in tied:
            if not classes:
                return Doubt.IMPOSSIBLE
            case[axis.fact] = _plain(axis, classes)
    if not tied:
        return case
    solved = _tied([(axis, classes) for axis, classes in zip(axes, box, strict=True) if axis.pair or axis.fact in tied])
    return solved if isinstance(solved, Doubt) else case | solved


def _plain(axis: Axis, classes: int) -> Value:
    """The value of these classes that reads best."""
    intervals = axis.intervals(_few(classes & axis.values), FEW)
    if not intervals:
        return None
    if axis.kind is Kind.STRING:
        return _text(intervals)
    # Near what a cell names says more than near the end of the kind.
    near = sorted(intervals, key=lambda each: each[0] == axis.bounds[0] or each[1] == axis.bounds[1])
    return value_at(axis.kind, _near(axis, near[0]))


def _few(classes: int) -> int:
    """Some of the classes, which are enough to pick one value from."""
    few = 0
    for _ in range(FEW):
        few |= classes & -classes
        classes &= classes - 1 if classes else 0
    return few


def _near(axis: Axis, interval: Interval) -> Coordinate:
    low, high = interval[0], interval[1] - 1
    if (low, high + 1) == axis.bounds:
        return low if axis.kind in (Kind.DATE, Kind.DATE_TIME, Kind.BOOLEAN) else 0
    unit = UNIT if axis.kind is Kind.NUMBER else 1
    whole = high // unit * unit if low == axis.bounds[0] else -(-low // unit) * unit
    return whole if low <= whole <= high else low


def _text(intervals: Sequence[Interval]) -> str:
    for low, high in intervals:
        printable = low.replace("\x01", " ")
        for text in (*TEXTS, low if low.isprintable() and low else "", printable, f"{printable}a"):
            if low <= text < high and text:
                return text
    return str(intervals[0][0])


def _tied(axes: Sequence[tuple[Axis, int]]) -> dict[str, Value] | Doubt:
    """Values for facts that sums tie together: one interval is tried of each axis, and its bounds narrowed."""
    choices = [_parts(axis, classes) for axis, classes in axes]
    if not all(choices):
        return Doubt.IMPOSSIBLE
    kinds = {axis.fact: axis.kind for axis, _ in axes if axis.fact is not None}
    doubt = Doubt.IMPOSSIBLE
    for tried, parts in enumerate(islice(product(*choices), MOST_CHOICES + 1)):
        if tried == MOST_CHOICES:
            return Doubt.NOT_FOUND
        found = _values([axis for axis, _ in axes], parts)
        if isinstance(found, Doubt):
            doubt = found if found is Doubt.NOT_FOUND else doubt
        else:
            return {name: None if at is None else value_at(kinds[name], at) for name, at in found.items()}
    return doubt


def _parts(axis: Axis, classes: int) -> list[Interval | None]:
    return [*axis.intervals(classes), *([None] if classes & axis.null else [])]


def _values(axes: Sequence[Axis], parts: Sequence[Interval | None]) -> dict[str, int | None] | Doubt:
    nothing = {axis.fact for axis, part in zip(axes, parts, strict=True) if axis.fact is not None and part is None}
    bounds: Bounds = {}
    ties: list[tuple[Pair, Interval]] = []
    for axis, part in zip(axes, parts, strict=True):
        if axis.pair:
            if bool(nothing & {axis.pair.left, axis.pair.right}) != (part is None):
                return Doubt.IMPOSSIBLE
            if part is not None:
                ties.append((axis.pair, part))
        elif axis.fact is not None and part is not None:
            bounds[axis.fact] = part[0], part[1] - 1
    found = _settled(bounds, ties)
    return found if isinstance(found, Doubt) else {**dict.fromkeys(filter(None, nothing)), **found}


def _settled(bounds: Bounds, ties: Sequence[tuple[Pair, Interval]]) -> dict[str, int] | Doubt:
    narrow = _narrowed(bounds, ties)
    if narrow is None:
        return Doubt.IMPOSSIBLE
    for pick in (min, max):
        values: Bounds | None = narrow
        for name in bounds:
            if values is None:
                break
            at = pick(values[name])
            values = _narrowed(values | {name: (at, at)}, ties)
        if values is not None and all(_true(tie, part, values) for tie, part in ties):
            return {name: low for name, (low, _) in values.items()}
    return Doubt.NOT_FOUND


def _true(tie: Pair, part: Interval, values: Bounds) -> bool:
    return bool(part[0] <= values[tie.left][0] + tie.factor * values[tie.right][0] < part[1])


def _narrowed(bounds: Bounds, ties: Sequence[tuple[Pair, Interval]]) -> Bounds | None:
    """The bounds that the sums leave, or None where nothing is left."""
    bounds = dict(bounds)
    for _ in range(MOST_NARROWINGS):
        before = dict(bounds)
        for tie, (least, end) in ties:
            low, high = sorted(tie.factor * each for each in bounds[tie.right])
            left = bounds[tie.left]
            bounds[tie.left] = left = max(left[0], least - high), min(left[1], end - 1 - low)
            right = bounds[tie.right]
            ends = [least - left[1], end - 1 - left[0]]
            if tie.factor < 0:
                ends = [-each for each in reversed(ends)]
            size = abs(tie.factor)
            bounds[tie.right] = right = max(right[0], -(-ends[0] // size)), min(right[1], ends[1] // size)
            if left[0] > left[1] or right[0] > right[1]:
                return None
        if bounds == before:
            break
    return bounds
