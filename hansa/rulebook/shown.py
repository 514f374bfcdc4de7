"""Decision tables as people read them: cells in words, what fired, and what is different from another version."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hansa.rulebook.dmn.diff import Change, Columns, RowChange, diff_tables
from hansa.rulebook.dmn.syntax import (
    ANYTHING,
    SINGLE,
    Aggregation,
    Between,
    Cell,
    Compares,
    Equals,
    HitPolicy,
    Output,
    Problem,
    Row,
    Table,
    Test,
)
from hansa.rulebook.dmn.values import Kind
from hansa.rulebook.policies import MINOR
from hansa.rulebook.words import NO_UNIT, NOTHING, Unit, Words, value_in_words

POLICIES: Mapping[HitPolicy, str] = {
    HitPolicy.UNIQUE: "at most one row fits",
    HitPolicy.ANY: "rows that fit say the same",
    HitPolicy.PRIORITY: "the most important row that fits counts",
    HitPolicy.FIRST: "the first row that fits counts",
    HitPolicy.RULE_ORDER: "every row that fits counts, in this order",
    HitPolicy.OUTPUT_ORDER: "every row that fits counts, the most important first",
    HitPolicy.COLLECT: "every row that fits counts",
}
OF_MANY: Mapping[Aggregation, str] = {
    Aggregation.SUM: "every row that fits is added up",
    Aggregation.LEAST: "the least of the rows that fit counts",
    Aggregation.GREATEST: "the most of the rows that fit counts",
    Aggregation.COUNT: "the rows that fit are counted",
}
MARKS: Mapping[Change, tuple[str, str]] = {
    Change.MOVED: ("moved", "calm"),
    Change.CHANGED: ("changed", "wait"),
    Change.ADDED: ("added", "good"),
    Change.REMOVED: ("removed", "bad"),
}
KINDS: Mapping[Kind, str] = {Kind.BOOLEAN: "yes or no", Kind.STRING: "text"}
ANY = "any"
MOST_HEADINGS, MOST_LETTERS = 5, 45
TEMPORAL = (Kind.DATE, Kind.DATE_TIME)
LESS_THAN_A_CENT = Compares("<", 1)
PLACE = re.compile(r"row (\d+)(?:, (.*))?")


@dataclass(frozen=True, slots=True)
class Hint:
    """A fact that a table may use, as its author reads it; partners never see one that is `hidden`."""

    name: str
    kind: Kind
    unit: str = ""
    description: str = ""
    hidden: bool = False

    @property
    def type_name(self) -> str:
        """What its values are."""
        return KINDS.get(self.kind, str(self.kind).replace("_", " "))


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell under its heading; `was` is set where it said something else before."""

    label: str
    value: str
    was: str | None = None
    answer: bool = False


@dataclass(frozen=True, slots=True)
class ShownRow:
    """`number` counts in the version that the row is of; `mark` is a word and a tone where the row differs."""

    number: int
    cells: tuple[ShownCell, ...]
    note: str
    note_was: str | None = None
    fired: bool = False
    marks: tuple[tuple[str, str], ...] = ()

    @property
    def conditions(self) -> list[ShownCell]:
        """What the row asks, and what it asked before, without the inputs that it never asked about."""
        return [cell for cell in self.cells if not cell.answer and (cell.value != ANY or cell.was)]

    @property
    def answers(self) -> list[ShownCell]:
        """What the row says, and what it said before, without the outputs that it says nothing of."""
        return [cell for cell in self.cells if cell.answer and (cell.value != NOTHING or cell.was)]


@dataclass(frozen=True, slots=True)
class ShownTable:
    name: str
    policy: str
    headings: tuple[str, ...]
    rows: tuple[ShownRow, ...]
    note: str = ""
    remarks: tuple[str, ...] = ()
    otherwise: str = ""
    """When a row fits that asks nothing."""

    @property
    def wide(self) -> bool:
        """Whether its columns need more than a screen."""
        return len(self.headings) > MOST_HEADINGS or sum(map(len, self.headings)) > MOST_LETTERS


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong, with the row and the column that the editor can lead to; 0 and nothing where there is no cell."""

    text: str
    row: int = 0
    column: str = ""


def show(table: Table, words: Words, *, fired: Sequence[int] = (), against: Table | None = None) -> ShownTable:
    """The table in words. `fired` are the places of rows that made an answer, and `against` is an older version, from
    which differences are marked.
    """
    older = against or table
    difference = diff_tables(older, table)
    rows = []
    for change in difference.rows:
        if change.new is None:
            rows.append(_removed(table, older, change, (difference.inputs, difference.outputs), words))
            continue
        old = older.rows[change.old] if change.old is not None else None
        rows.append(_row(table, old, change, (difference.inputs, difference.outputs), words, change.new in fired))
    remarks = [f"The column {name} is new." for name in difference.columns_added]
    remarks += [f"The column {name} is gone." for name in difference.columns_removed]
    if difference.hit_policy:
        remarks.append(f"Before, {_counts(older)}.")
    return ShownTable(
        table.name, _counts(table), _headings(table), tuple(rows), table.note, tuple(remarks), otherwise(table)
    )


def otherwise(table: Table) -> str:
    """When a row of this table fits that asks nothing."""
    return "In every other case" if table.hit_policy in SINGLE else "Always"


def _counts(table: Table) -> str:
    return OF_MANY[table.aggregation] if table.aggregation else POLICIES[table.hit_policy]


def mistakes(problems: Iterable[Problem]) -> list[Mistake]:
    """Problems with the cells that they are in, for the editor."""
    found = []
    for problem in problems:
        place = PLACE.fullmatch(problem.place)
        found.append(Mistake(str(problem), int(place[1]), place[2] or "") if place else Mistake(str(problem)))
    return found


def in_words(cell: Cell, kind: Kind, unit: Unit = NO_UNIT) -> str:
    """What the cell asks, as a person says it."""
    if cell == ANYTHING:
        return ANY
    if cell.negated and cell.tests == (Equals(None),):
        return "known"
    tests = [_test(test, kind, unit) for test in cell.tests]
    if not cell.negated:
        return _listed(tests, "or")
    return f"not {tests[0]}" if len(tests) == 1 else f"neither {_listed(tests, 'nor')}"


def _test(test: Test, kind: Kind, unit: Unit) -> str:
    if isinstance(test, Equals):
        return value_in_words(test.value, unit)
    if test == LESS_THAN_A_CENT and unit.is_money and unit.name == MINOR:
        return "zero or less"
    if isinstance(test, Compares):
        return _SIGNS[kind in TEMPORAL][test.sign].format(value_in_words(test.value, unit))
    return _between(test, kind, unit)


_SIGNS: Mapping[bool, Mapping[str, str]] = {
    False: {"<": "less than {}", "<=": "{} or less", ">": "more than {}", ">=": "{} or more"},
    True: {"<": "before {}", "<=": "{} or earlier", ">": "after {}", ">=": "{} or later"},
}


def _between(test: Between, kind: Kind, unit: Unit) -> str:
    low, high = value_in_words(test.low, unit), value_in_words(test.high, unit)
    above, below = ("after", "before") if kind in TEMPORAL else ("more than", "less than")
    if test.with_low:
        return f"{low} to {high}" if test.with_high else f"{low} to {below} {high}"
    return f"{above} {low}, up to {high}" if test.with_high else f"{above} {low} and {below} {high}"


def _listed(words: Sequence[str], last: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def _headings(table: Table) -> tuple[str, ...]:
    return tuple(each.label for each in table.inputs) + tuple(_heading(each) for each in table.outputs)


def _heading(output: Output) -> str:
    return output.label or output.name.replace("_", " ")


def _row(table: Table, old: Row | None, change: RowChange, columns: Columns, words: Words, fired: bool) -> ShownRow:
    assert change.new is not None
    row = table.rows[change.new]
    cells = []
    for at, column in enumerate(table.inputs):
        unit = words.unit(column)
        was = old.cells[columns[0][at]] if old and at in columns[0] else ANYTHING
        before = in_words(was, column.kind, unit) if old and at in change.cells else None
        cells.append(ShownCell(column.label, in_words(row.cells[at], column.kind, unit), before))
    for at, output in enumerate(table.outputs):
        known = old and at in change.values and at in columns[1]
        before = words.answer(output.name, old.values[columns[1][at]]) if old and known else None
        cells.append(ShownCell(_heading(output), words.answer(output.name, row.values[at]), before, answer=True))
    note_was = old.note if old and old.note != row.note else None
    return ShownRow(change.new + 1, tuple(cells), row.note, note_was, fired, marks_of(change))


def _removed(table: Table, older: Table, change: RowChange, columns: Columns, words: Words) -> ShownRow:
    """A row of the older version under the columns of the new one."""
    assert change.old is not None
    row = older.rows[change.old]
    cells = []
    for at, column in enumerate(table.inputs):
        was = row.cells[columns[0][at]] if at in columns[0] else ANYTHING
        cells.append(ShownCell(column.label, in_words(was, column.kind, words.unit(column))))
    for at, output in enumerate(table.outputs):
        said = words.answer(output.name, row.values[columns[1][at]]) if at in columns[1] else ""
        cells.append(ShownCell(_heading(output), said, answer=True))
    return ShownRow(change.old + 1, tuple(cells), row.note, marks=marks_of(change))


def marks_of(change: RowChange) -> tuple[tuple[str, str], ...]:
    """What became of a row, as words with their tones; none where it stays as it is."""
    kinds = [change.change] + [Change.MOVED] * (change.moved and change.change is Change.CHANGED)
    return tuple(MARKS[kind] for kind in kinds if kind in MARKS)
