"""What is different between two versions of a decision table."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hansa.rulebook.dmn.syntax import ANYTHING, Input, Output, Row, Table


class Change(StrEnum):
    """What became of a row."""

    SAME = "same"
    MOVED = "moved"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


Columns = tuple[Mapping[int, int], Mapping[int, int]]
"""Each new input and each new output with the place of the old one that it continues, if there is one."""


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row of either version by its places in both; `cells` and `values` are the columns of the new one that differ.

    A row whose cells differ may also have `moved`.
    """

    change: Change
    old: int | None
    new: int | None
    cells: tuple[int, ...] = ()
    values: tuple[int, ...] = ()
    note: bool = False
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """All rows in the new version's order, a removed one after the row that it followed, and what else differs.

    `inputs` and `outputs` give each new column the place of the old one that it continues, if there is one.
    """

    rows: tuple[RowChange, ...]
    inputs: Mapping[int, int]
    outputs: Mapping[int, int]
    columns_added: tuple[str, ...] = ()
    columns_removed: tuple[str, ...] = ()
    hit_policy: bool = False

    @property
    def any(self) -> bool:
        """Whether anything differs at all."""
        rows = any(row.change is not Change.SAME for row in self.rows)
        return rows or bool(self.columns_added or self.columns_removed or self.hit_policy)


def diff_tables(old: Table, new: Table) -> Difference:
    """Rows are matched by their ids, else by equal cells; columns by their ids, else by what they say.

    A column of tests that asks about something else is another one, whatever its id.
    """
    inputs, outputs = _paired(old.inputs, new.inputs), _paired(old.outputs, new.outputs)
    partners = _row_pairs(old, new, inputs)
    stays = _longest_rise([partners[place] for place in sorted(partners)])
    rows: list[RowChange] = []
    for place, row in enumerate(new.rows):
        was = partners.get(place)
        if was is None:
            rows.append(RowChange(Change.ADDED, None, place))
        else:
            rows.append(_compared(old.rows[was], row, (was, place), (inputs, outputs), was not in stays))
    _put_removed(rows, sorted(set(range(len(old.rows))) - set(partners.values())))
    return Difference(
        tuple(rows),
        inputs,
        outputs,
        _names(new.inputs, set(inputs)) + _names(new.outputs, set(outputs)),
        _names(old.inputs, set(inputs.values())) + _names(old.outputs, set(outputs.values())),
        (old.hit_policy, old.aggregation) != (new.hit_policy, new.aggregation),
    )


def _compared(old: Row, new: Row, places: tuple[int, int], columns: Columns, moved: bool) -> RowChange:
    inputs, outputs = columns
    cells = tuple(
        at for at, cell in enumerate(new.cells) if cell != (old.cells[inputs[at]] if at in inputs else ANYTHING)
    )
    values = tuple(
        at for at, value in enumerate(new.values) if at not in outputs or not _same(value, old.values[outputs[at]])
    )
    note = (old.note, old.annotations) != (new.note, new.annotations)
    changed = Change.CHANGED if cells or values or note else Change.MOVED if moved else Change.SAME
    return RowChange(changed, *places, cells, values, note, moved)


def _row_pairs(old: Table, new: Table, inputs: Mapping[int, int]) -> dict[int, int]:
    """New rows' places with the old ones' that they continue."""
    by_id = {row.id: place for place, row in enumerate(old.rows) if row.id}
    pairs = {place: by_id.pop(row.id) for place, row in enumerate(new.rows) if row.id in by_id}
    free = [place for place in range(len(old.rows)) if place not in pairs.values()]
    for place, row in enumerate(new.rows):
        if place in pairs:
            continue
        found = next((was for was in free if _same_cells(old.rows[was], row, inputs)), None)
        if found is not None:
            pairs[place] = found
            free.remove(found)
    return pairs


def _same_cells(old: Row, new: Row, inputs: Mapping[int, int]) -> bool:
    return all(cell == (old.cells[inputs[at]] if at in inputs else ANYTHING) for at, cell in enumerate(new.cells))


def _same(one: object, other: object) -> bool:
    """Equal and of one type: true is no 1."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _paired(old: Sequence[Input | Output], new: Sequence[Input | Output]) -> dict[int, int]:
    by_id = {column.id: place for place, column in enumerate(old) if column.id}
    pairs = {
        place: by_id[column.id]
        for place, column in enumerate(new)
        if column.id in by_id and (isinstance(column, Output) or _words(old[by_id[column.id]]) == _words(column))
    }
    by_words = {_words(column): place for place, column in enumerate(old) if place not in pairs.values()}
    for place, column in enumerate(new):
        if place not in pairs and _words(column) in by_words:
            pairs[place] = by_words.pop(_words(column))
    return pairs


def _words(column: Input | Output) -> object:
    return column.expression if isinstance(column, Input) else column.name


def _names(columns: Sequence[Input | Output], known: set[int]) -> tuple[str, ...]:
    return tuple(
        column.label or (column.name if isinstance(column, Output) else "")
        for place, column in enumerate(columns)
        if place not in known
    )


def _put_removed(rows: list[RowChange], removed: Sequence[int]) -> None:
    for place in removed:
        before = [at for at, row in enumerate(rows) if row.old is not None and row.old < place]
        rows.insert(max(before) + 1 if before else 0, RowChange(Change.REMOVED, place, None))


def _longest_rise(places: Sequence[int]) -> set[int]:
    """The most of these places that stand in rising order: rows of the others were moved."""
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for place in places:
        at = bisect_left(ends, place)
        before[place] = ends[at - 1] if at else None
        ends[at : at + 1] = [place]
    kept: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        kept.add(last)
        last = before[last]
    return kept
