"""What writing a file's rows is made of: the entries, the results, and the batches and plans between them."""

from collections.abc import Callable, Sequence
from collections.abc import Mapping as Cells
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any
from uuid import UUID

from hansa.customers.imports.columns import FIELDS, Kind, Mapping
from hansa.customers.imports.table import Row, Table
from hansa.customers.models import ImportRow

Outcome = ImportRow.Outcome


@dataclass(frozen=True, slots=True)
class Entry:
    """A row as its mapping reads it; `problem` says why it cannot be written, `again` that its name came before."""

    number: int
    raw: dict[str, str]
    cells: Cells[str, str]
    problem: str = ""
    again: bool = False

    def __getitem__(self, field: str) -> str:
        """The text of a field, in single blanks; '' for one that is not mapped."""
        return self.cells.get(field, "")


@dataclass(slots=True)
class Result:
    """What became of an entry, and what there is to say about it."""

    outcome: str
    notes: list[str] = field(default_factory=list)

    @property
    def message(self) -> str:
        return " ".join(self.notes)


@dataclass(frozen=True, slots=True)
class Batch:
    """Some entries to write together; `names` are those of the whole file. For a preview nothing is locked."""

    vendor_id: UUID
    entries: Sequence[Entry]
    mapping: Mapping
    names: frozenset[str]
    preview: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of each entry of a batch, in their order, and how to make it so in the same transaction."""

    results: list[Result]
    save: Callable[[], object]


def entries_of(kind: str, table: Table, mapping: Mapping) -> list[Entry]:
    """Every row of the file in the order in which they are written: parents before their subsidiaries."""
    seen: dict[str, int] = {}
    entries = [_entry(kind, table, mapping, row, seen) for row in table.rows]
    return _parents_first(entries) if "parent" in mapping["columns"] else entries


def apply(record: Any, facts: dict[str, Any]) -> bool:
    """Set a record's attributes; whether any was another."""
    others = {name: value for name, value in facts.items() if getattr(record, name) != value}
    for name, value in others.items():
        setattr(record, name, value)
    return bool(others)


def _entry(kind: str, table: Table, mapping: Mapping, row: Row, seen: dict[str, int]) -> Entry:
    raw = {
        header or f"Column {place}": cell
        for place, (header, cell) in enumerate(zip_longest(table.headers, row.cells, fillvalue=""), start=1)
    }
    if len(row.cells) != len(table.headers):
        return Entry(row.number, raw, {}, f"The row has {len(row.cells)} cells and the header {len(table.headers)}.")
    cells = {name: " ".join(raw[header].split()) for name, header in mapping["columns"].items()}
    first, *_ = FIELDS[kind]
    before = seen.setdefault(cells[first.name].casefold(), row.number)
    again = before != row.number
    return Entry(row.number, raw, cells, _problem(kind, cells, before if again else None), again)


def _problem(kind: str, cells: dict[str, str], before: int | None) -> str:
    for known in FIELDS[kind]:
        cell = cells.get(known.name, "")
        if known.required and not cell:
            return f"{known.label} is missing."
        if len(cell) > known.longest:
            return f"{known.label} is longer than {known.longest} characters."
    first, *_ = FIELDS[kind]
    if before and kind != Kind.ACCOUNTS:  # two accounts of one name may be two companies
        return f"{first.label} “{cells[first.name]}” is in row {before} already."
    return ""


def _parents_first(entries: list[Entry]) -> list[Entry]:
    """The same entries, each after the one whose name it gives as parent; those in a circle as they come."""
    by_name = {entry["name"]: entry for entry in reversed(entries)}
    ordered: dict[int, Entry] = {}
    for entry in entries:
        line: dict[int, Entry] = {}
        above: Entry | None = entry
        while above and above.number not in ordered and above.number not in line:
            line[above.number] = above
            above = by_name.get(above["parent"])
        ordered |= dict(reversed(line.items()))
    return list(ordered.values())
