"""Decision tables in the words of the program's pages, as each side may read them, and what differs between two."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hansa.core.actors import Actor, Side
from hansa.deals.models import Status
from hansa.rulebook.dmn.diff import Change, Columns, RowChange, diff_tables
from hansa.rulebook.dmn.syntax import ANYTHING, Cell, Input, Row, Table
from hansa.rulebook.policies import Policy, Rules, told
from hansa.rulebook.shown import ANY, ShownCell, in_words, marks_of, otherwise
from hansa.rulebook.tier_names import tier_names
from hansa.rulebook.told import told_table
from hansa.rulebook.told_to import Turn, turns_of
from hansa.rulebook.words import Words, answer_said

BESIDE = {"extra_days": "day", "extra_review_hours": "business hour", "extra_pause_days": "day"}
"""Outputs that stand beside the program's usual number, with what they count."""


@dataclass(frozen=True, slots=True)
class RowTold:
    """A rule: what it asks, or where that is not told `when`; what it says; and how it differs from the one before.

    `number` counts in the table that the row is of: for a removed one that is the former table.
    """

    number: int
    conditions: list[ShownCell]
    when: str
    answer: ShownCell
    note: str
    note_was: str | None = None
    marks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RulesTold:
    """A policy's table in force, or with `begins` one to come, whose rows are marked where they differ."""

    policy: str
    title: str
    version: str
    rows: list[RowTold]
    begins: datetime | None = None
    ends: datetime | None = None
    reach: str = ""
    summary: str = ""
    remarks: list[str] = field(default_factory=list)
    adds_up: bool = False

    @property
    def named(self) -> str:
        """Which table it is, as people say it."""
        return "since the program began" if self.built_in else f"version {self.version}"

    @property
    def built_in(self) -> bool:
        """Whether it is the table that Hansa comes with."""
        return not self.version.isdecimal()

    @property
    def changes(self) -> list[RowTold]:
        """The rows that differ from the table before."""
        return [row for row in self.rows if row.marks]

    @property
    def same(self) -> int:
        """How many rows stay as they are."""
        return len(self.rows) - len(self.changes)


@dataclass(frozen=True, slots=True)
class _Read:
    """A table as this side reads it, with what only the pages add: neutral rows' places, and notes."""

    rules: Rules
    table: Table
    neutral: frozenset[int]
    notes: list[str]
    words: Words


def rules_told(policies: Sequence[Policy], actor: Actor, currency: str) -> list[list[RulesTold]]:
    """Each policy's tables in force, then those that will be, each beside the one before it; amounts are in `currency`.
    Within `acting`.
    """
    found, called = [], tier_names(actor)
    for scopes in turns_of(policies, actor).values():
        turns = sorted((turn for turns in scopes for turn in turns), key=lambda turn: turn.begins is not None)
        found.append([_told(turn, actor.side, currency, called) for turn in turns])
    return found


def _told(turn: Turn, side: Side, currency: str, tiers: tuple[str, ...]) -> RulesTold:
    rules, new = turn.rules, _read(turn.rules, side, currency, tiers)
    old = _read(turn.before, side, currency, tiers) if turn.before else new
    difference = diff_tables(old.table, new.table)
    columns = (difference.inputs, difference.outputs)
    remarks = [f"The rules ask about something new: {name}." for name in difference.columns_added]
    remarks += [f"The rules no longer ask about: {name}." for name in difference.columns_removed]
    return RulesTold(
        rules.policy.name,
        rules.policy.title,
        rules.version,
        [_row(old, new, change, columns) for change in difference.rows],
        turn.begins,
        turn.ends,
        turn.reach,
        turn.summary,
        remarks,
        rules.policy.adds_up,
    )


def _read(rules: Rules, side: Side, currency: str, tiers: tuple[str, ...]) -> _Read:
    words = Words(rules.policy, currency, tiers)
    if side == "partner":
        shown = told_table(rules)
        return _Read(rules, shown.table, shown.neutral, [row.note for row in shown.table.rows], words)
    notes = [
        f"{row.note} Partners read: “{told(rules, place).note}”" if place in rules.vendors_own else row.note
        for place, row in enumerate(rules.table.rows)
    ]
    return _Read(rules, rules.table, frozenset(), notes, words)


def _row(old: _Read, new: _Read, change: RowChange, columns: Columns) -> RowTold:
    read, place = (new, change.new) if change.new is not None else (old, change.old)
    assert place is not None
    row = read.table.rows[place]
    answer = _answer(read.words, _said(read, row))
    if change.change is not Change.CHANGED or change.old is None:
        note, answered = None, None
        conditions = _conditions(read, row)
    else:
        before = old.table.rows[change.old]
        note, answered = old.notes[change.old], _answer(old.words, _said(old, before))
        conditions = _compared(old, new, (before, row), change, columns)
    when = _hidden(read, row) if place in read.neutral else "" if conditions else otherwise(read.table)
    return RowTold(
        place + 1,
        conditions,
        when,
        ShownCell("Answer", answer, None if answered in (None, answer) else answered, answer=True),
        read.notes[place],
        None if note in (None, read.notes[place]) else note,
        marks_of(change),
    )


def _conditions(read: _Read, row: Row) -> list[ShownCell]:
    columns = zip(read.table.inputs, row.cells, strict=True)
    return [ShownCell(column.label, _cell(read, column, cell)) for column, cell in columns if cell != ANYTHING]


def _compared(old: _Read, new: _Read, rows: tuple[Row, Row], change: RowChange, columns: Columns) -> list[ShownCell]:
    """What a changed row asks, or asked before, a cell for each column in which it asks or asked anything."""
    before, row = rows
    cells = []
    for at, column in enumerate(new.table.inputs):
        value = _cell(new, column, row.cells[at])
        former = columns[0].get(at)
        was = _cell(old, old.table.inputs[former], before.cells[former]) if former is not None else ANY
        if ANY not in (value, was) or value != was:
            cells.append(ShownCell(column.label, value, None if was == value else was))
    for at, column in enumerate(old.table.inputs):
        if at not in columns[0].values() and before.cells[at] != ANYTHING:
            cells.append(ShownCell(column.label, ANY, _cell(old, column, before.cells[at])))
    return cells


def _cell(read: _Read, column: Input, cell: Cell) -> str:
    return in_words(cell, column.kind, read.words.unit(column))


def _hidden(read: _Read, row: Row) -> str:
    if _said(read, row).get("status") == Status.DUPLICATE:
        return "What we know ourselves says that the customer is taken"
    return "What we know ourselves leaves a question open"


def _said(read: _Read, row: Row) -> dict[str, Any]:
    return {output.name: value for output, value in zip(read.table.outputs, row.values, strict=True)}


def _answer(words: Words, said: Mapping[str, Any]) -> str:
    policy = words.policy
    first = policy.outputs[0]
    if "refuse" in said:
        if not said["refuse"]:
            return "Accepted"
        return "Please correct it" if said["field"] else "Refused"
    if "answer" in said:
        more = (_beside(said["extra_extensions"], "extension"), _beside(said["extra_extension_days"], "day"))
        return "; ".join([answer_said(policy, first, said["answer"]), *filter(None, more)])
    for output, unit in BESIDE.items():
        if output in said:
            return _beside(said[output], unit) or "As usual"
    if said[first.name] in policy.words:
        return answer_said(policy, first, said[first.name])
    given = [output for output in policy.outputs if said.get(output.name) is not None]
    return "\n".join(f"{output.description}: {words.answer(output.name, said[output.name])}" for output in given)


def _beside(extra: int, unit: str) -> str:
    """ "30 days more", empty for none."""
    many = "" if abs(extra) == 1 else "s"
    return f"{abs(extra):,} {unit}{many} {'more' if extra > 0 else 'less'}" if extra else ""
