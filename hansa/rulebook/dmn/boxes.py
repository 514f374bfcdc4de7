"""Boxes of classes, and what is left of one when rows are taken out of it."""

from collections.abc import Iterator, Sequence

Box = list[int]
"""A set of classes on each axis."""

Region = tuple[tuple[int, int], ...]
"""A row: the axes that it restricts, each with the classes that it leaves."""


class Spent(Exception):
    """The work that a question may take is used up."""


class Budget:
    """A count of work, so that a hostile table ends at the same place on every machine."""

    def __init__(self, work: int, price: int = 1):
        self.work = work
        self.price = price

    def spend(self, steps: int) -> None:
        """Raises Spent."""
        self.work -= steps * self.price
        if self.work < 0:
            raise Spent


def common(box: Box, region: Region) -> bool:
    """Whether a box and a row meet."""
    for axis, classes in region:  # noqa: SIM110 (a generator takes twice the time here)
        if not box[axis] & classes:
            return False
    return True


def uncovered(box: Box, regions: Sequence[Region], budget: Budget) -> Iterator[Box]:
    """Boxes without common cases that together are what no row covers. Raises Spent."""
    stack = [(box, regions)]
    while stack:
        box, regions = stack.pop()
        budget.spend(1 + sum(map(len, regions)))
        near = [(_cuts(box, region), region) for region in regions if common(box, region)]
        if not near:
            yield box
            continue
        cuts, best = min(near, key=lambda each: each[0])
        if not cuts:
            continue
        rest = [region for _, region in near if region is not best]
        for axis, classes in best:
            if outside := box[axis] & ~classes:
                budget.spend(len(box))
                stack.append((_with(box, axis, outside), rest))
                box = _with(box, axis, box[axis] & classes)


def joined(boxes: Sequence[Box]) -> list[Box]:
    """The same cases in fewer boxes: those that differ on one axis alone become one."""
    found = [tuple(box) for box in boxes]
    before = None
    while before != len(found):
        before = len(found)
        for axis in range(len(found[0]) if found else 0):
            groups: dict[tuple[int, ...], int] = {}
            for box in found:
                key = (*box[:axis], *box[axis + 1 :])
                groups[key] = groups.get(key, 0) | box[axis]
            found = [(*key[:axis], classes, *key[axis:]) for key, classes in groups.items()]
    return [list(box) for box in found]


def _cuts(box: Box, region: Region) -> int:
    return sum(1 for axis, classes in region if box[axis] & ~classes)


def _with(box: Box, axis: int, classes: int) -> Box:
    return [*box[:axis], classes, *box[axis + 1 :]]
