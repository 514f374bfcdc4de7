"""An import at work, and what people see of it before and afterwards.

Each batch of rows is one transaction with its results and the count of rows done: a crash loses a batch at most, and
whoever goes on begins where the last one ended. Several at once take turns.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from hansa.core.actions import lock
from hansa.core.actors import Actor
from hansa.core.csv_out import csv_file
from hansa.core.tenancy import acting
from hansa.customers.actions.imports import finish_import
from hansa.customers.imports.batch import Entry, entries_of
from hansa.customers.imports.columns import FIELDS, Field, Mapping
from hansa.customers.imports.read import read_table
from hansa.customers.imports.write import foresee_entries, write_entries
from hansa.customers.models import Import, ImportRow

ROWS_AT_ONCE = 500
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of the preview."""

    number: int
    raw: dict[str, str]
    outcome: str
    message: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What the mapping page shows. `problem` says why no row can be read with this mapping."""

    headers: Sequence[str]
    fields: Sequence[Field]
    mapping: Mapping
    rows: Sequence[Shown]


def run_to_the_end(actor: Actor, import_id: UUID, *, at_once: int = ROWS_AT_ONCE) -> Import:
    """Write every row that is left, and finish the import; does nothing to one that is not running."""
    with acting(actor):
        import_: Import = Import.objects.visible_to(actor).named(import_id)
        if import_.status != Import.Status.RUNNING:
            return import_
        entries = entries_of(import_.kind, read_table(bytes(import_.content)), import_.mapping)
    names = _names(entries)
    while _write_next(actor, import_, entries, names, at_once):
        pass
    with acting(actor):
        done: Import = Import.objects.visible_to(actor).named(import_id)
    return done


def preview_import(actor: Actor, import_: Import, *, rows: int = SHOWN) -> Preview:
    """What would become of the first rows; nothing is written."""
    with acting(actor):
        import_ = Import.objects.visible_to(actor).named(import_.pk)
        table = read_table(bytes(import_.content))
        every = sorted(entries_of(import_.kind, table, import_.mapping), key=lambda entry: entry.number)
        first = every[:rows]
        results = foresee_entries(import_.kind, actor.vendor_id, first, import_.mapping, _names(every))
    shown = [
        Shown(entry.number, entry.raw, result.outcome, result.message)
        for entry, result in zip(first, results, strict=True)
    ]
    return Preview(table.headers, FIELDS[import_.kind], import_.mapping, shown)


def errors_csv(actor: Actor, import_: Import) -> bytes:
    """The rows that were rejected or came with a remark, as CSV in UTF-8 that no spreadsheet takes for formulas."""
    with acting(actor):
        rows = list(
            ImportRow.objects.visible_to(actor).filter(source=import_.pk).exclude(message="").order_by("number")
        )
    # The database keeps a row's cells in an order of its own.
    headers = list(dict.fromkeys([*import_.mapping["headers"], *(header for row in rows for header in row.raw)]))
    return csv_file(
        ["Row", "Outcome", "Message", *headers],
        ([row.number, row.outcome, row.message, *(row.raw.get(header, "") for header in headers)] for row in rows),
    )


def _write_next(actor: Actor, import_: Import, entries: Sequence[Entry], names: frozenset[str], at_once: int) -> bool:
    """Write one batch; False when there was none left, or somebody else has ended the import."""
    with acting(actor):
        import_ = lock(actor, import_)
        if import_.status != Import.Status.RUNNING:
            return False
        batch = entries[import_.rows_done : import_.rows_done + at_once]
        if not batch:
            finish_import(actor, import_, totals=_totals(import_))
            return False
        results = write_entries(import_.kind, actor.vendor_id, batch, import_.mapping, names)
        ImportRow.objects.bulk_create(
            ImportRow(
                vendor_id=actor.vendor_id,
                source=import_,
                number=entry.number,
                outcome=result.outcome,
                message=result.message,
                raw=entry.raw,
            )
            for entry, result in zip(batch, results, strict=True)
        )
        import_.rows_done += len(batch)
        import_.save(update_fields=["rows_done"])
    return True


def _totals(import_: Import) -> dict[str, int]:
    counts = Counter(ImportRow.objects.filter(source=import_).values_list("outcome", flat=True))
    return {str(outcome): counts[outcome] for outcome in ImportRow.Outcome.values}


def _names(entries: Sequence[Entry]) -> frozenset[str]:
    return frozenset(entry["name"] for entry in entries)
