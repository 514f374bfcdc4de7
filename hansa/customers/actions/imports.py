"""An export's way into the customers' tables: uploaded, its columns mapped, started, and what its job reports."""

from typing import Any

from hansa.accounts.models import Vendor
from hansa.accounts.roles import CHANNEL_TEAM
from hansa.core.actions import action
from hansa.core.actors import Actor
from hansa.core.events import enqueue
from hansa.customers.imports.columns import (
    FIELDS,
    check_complete,
    check_mapping,
    guess_kind,
    guess_mapping,
    remap,
)
from hansa.customers.imports.read import read_table
from hansa.customers.models import Import
from hansa.kernel.errors import Invalid

NOBODY: frozenset[str] = frozenset()
RUN = "run_import"


@action("import.upload", emits="import.uploaded", by=CHANNEL_TEAM, creates=True)
def upload_import(actor: Actor, vendor: Vendor, *, file_name: str, content: bytes, kind: str | None = None) -> Import:
    """Keep a CSV or XLSX file and guess what its columns mean.

    Raises Invalid for one that cannot be read whole.
    """
    table = read_table(content)
    kind = kind or guess_kind(table)
    if kind is None:
        raise Invalid("unknown_kind", "Say what the file holds: its header could be anything.", "kind")
    if kind not in FIELDS:
        raise Invalid("unknown_kind", f"Choose among {', '.join(FIELDS)}.", "kind")
    return Import.objects.create(
        vendor_id=actor.vendor_id,
        kind=kind,
        file_name=file_name.replace("\\", "/").rpartition("/")[2].replace("\0", "")[:200] or "file",
        content=content,
        mapping=guess_mapping(kind, table, vendor.currency),
        rows_total=len(table.rows),
    )


@action("import.map", emits="import.mapped", by=CHANNEL_TEAM)
def map_import(
    actor: Actor,
    import_: Import,
    *,
    columns: dict[str, str] | None = None,
    kind: str | None = None,
    date_order: str | None = None,
    decimal: str | None = None,
    currency: str | None = None,
) -> None:
    """Say what the file holds and which column is which.

    `columns` are {field: header}; what is not given stays as guessed. Raises Invalid with the field at fault.
    """
    if import_.status != Import.Status.UPLOADED:
        raise Invalid("already_started", "This import has begun: its columns stay as they are.")
    if kind is not None and kind not in FIELDS:
        raise Invalid("unknown_kind", f"Choose among {', '.join(FIELDS)}.", "kind")
    table = read_table(bytes(import_.content))
    mapping: Any = import_.mapping
    if kind and kind != import_.kind:
        import_.kind = kind
        mapping = guess_mapping(kind, table, mapping["currency"])
    if columns is not None:
        mapping = remap(table, {field: header for field, header in columns.items() if header}, mapping)
    given = {"date_order": date_order, "decimal": decimal, "currency": currency and currency.upper()}
    mapping |= {name: value for name, value in given.items() if value is not None}
    check_mapping(import_.kind, table, mapping)
    import_.mapping = mapping
    import_.save(update_fields=["kind", "mapping"])


@action("import.start", emits="import.started", by=CHANNEL_TEAM)
def start_import(actor: Actor, import_: Import) -> None:
    """Let the job write the rows; also once more after a failure, from the row where it stopped."""
    check_mapping(import_.kind, read_table(bytes(import_.content)), import_.mapping)
    check_complete(import_.mapping)
    Import.LIFECYCLE.apply(import_, "resume" if import_.status == Import.Status.FAILED else "start")
    import_.problem = ""
    import_.save(update_fields=["status", "problem"])
    enqueue(RUN, import_id=import_.pk, vendor_id=import_.vendor_id)


@action("import.discard", emits="import.discarded", by=CHANNEL_TEAM)
def discard_import(actor: Actor, import_: Import) -> None:
    """Throw the file away before it is imported, or what is left of it after a failure."""
    Import.LIFECYCLE.apply(import_, "discard")
    import_.content = b""
    import_.save(update_fields=["status", "content"])


@action("import.finish", emits="import.finished", by=NOBODY)
def finish_import(actor: Actor, import_: Import, *, totals: dict[str, int]) -> None:
    """Say once, for all rows, what became of them; the file is not kept."""
    Import.LIFECYCLE.apply(import_, "finish")
    import_.totals, import_.content = totals, b""
    import_.save(update_fields=["status", "totals", "content"])


@action("import.fail", emits="import.failed", by=NOBODY)
def fail_import(actor: Actor, import_: Import, *, problem: str) -> None:
    """Say that the rest of the rows could not be written, and why."""
    Import.LIFECYCLE.apply(import_, "fail")
    import_.problem = problem
    import_.save(update_fields=["status", "problem"])
