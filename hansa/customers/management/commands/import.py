"""`hansa import`: what other systems exported."""

from pathlib import Path
from typing import Any

from hansa.accounts.models import Vendor
from hansa.accounts.operator import vendor_workspace
from hansa.core.actors import Actor, System
from hansa.core.operator import DONE, PARTLY, REFUSED, Answer, NounCommand
from hansa.customers.actions import map_import, start_import, upload_import
from hansa.customers.imports.columns import DATE_ORDERS, Kind, guess_kind, unmapped
from hansa.customers.imports.read import read_table
from hansa.customers.imports.run import run_to_the_end
from hansa.customers.imports.table import LARGEST_FILE
from hansa.customers.models import Import, ImportRow
from hansa.kernel.errors import Invalid

# What others refer to comes first.
ORDER = (Kind.OWNERS, Kind.PRODUCTS, Kind.ACCOUNTS, Kind.LEADS, Kind.OPPORTUNITIES)
ENDINGS = (".csv", ".tsv", ".txt", ".xlsx")


class Command(NounCommand):
    help = "Bring in what other systems exported."

    def add_verbs(self) -> None:
        crm = self.verb("crm", import_crm, "Import a CRM's export: every CSV and XLSX file of a folder.")
        crm.add_argument("folder", type=Path)
        crm.add_argument("--workspace", help="the vendor's workspace; needless where there is one vendor")
        crm.add_argument(
            "--date-order", choices=[order for order in DATE_ORDERS if order], help="where dates leave it open"
        )
        crm.add_argument("--currency", help="of amounts that do not say theirs; the vendor's by default")


def import_crm(
    *, folder: Path, workspace: str | None, date_order: str | None, currency: str | None, **_: Any
) -> Answer:
    """Import every file whose header says what it holds; one that cannot be read is told, and the others go in.

    All are read before the first is written.
    """
    vendor = vendor_workspace(workspace).vendor
    files, skipped, broken = _files(folder)
    actor = System("hansa import crm", vendor.pk)
    given = {"date_order": date_order, "currency": currency}
    ready = [_ready(actor, vendor, file, kind, given) for kind, file in files]
    done = [_run(actor, import_) for import_ in ready]
    reports = [_report(import_) for import_ in done]
    text = [_line(report) for report in reports] + [f"{name}: left out, its header is not known" for name in skipped]
    text += [refusal.message for refusal in broken.values()]
    unread = [{"file": name, "code": refusal.code, "message": refusal.message} for name, refusal in broken.items()]
    return Answer(
        {"files": reports, "left_out": skipped, "unread": unread}, "\n".join(text), _code(done) or bool(broken) * PARTLY
    )


def _files(folder: Path) -> tuple[list[tuple[str, Path]], list[str], dict[str, Invalid]]:
    """The files to import with their kinds, in order; the names of those that could be anything; refusals by name."""
    if not folder.is_dir():
        raise Invalid("no_folder", f"{folder} is no folder.", "folder")
    known: list[tuple[str, Path]] = []
    skipped: list[str] = []
    broken: dict[str, Invalid] = {}
    for file in sorted(path for path in folder.iterdir() if path.suffix.lower() in ENDINGS):
        try:
            kind = guess_kind(read_table(_content(file)))
        except Invalid as refusal:
            broken[file.name] = Invalid(refusal.code, f"{file.name}: {refusal.message}", "folder")
            continue
        if kind:
            known.append((kind, file))
        else:
            skipped.append(file.name)
    if broken and not known:
        raise next(iter(broken.values()))
    if not known:
        raise Invalid("nothing_to_import", f"{folder} holds no CSV or XLSX file with a header that is known.", "folder")
    return sorted(known, key=lambda found: ORDER.index(Kind(found[0]))), skipped, broken


def _content(file: Path) -> bytes:
    """One byte more than is taken, so that a larger file is refused without being read."""
    with file.open("rb") as stream:
        return stream.read(LARGEST_FILE + 1)


def _ready(actor: Actor, vendor: Vendor, file: Path, kind: str, given: dict[str, str | None]) -> Import:
    """The file uploaded, with what was said about it where it leaves that open."""
    import_ = upload_import(actor, vendor, file_name=file.name, content=_content(file), kind=kind)
    said = {name: value for name, value in given.items() if value}
    if import_.mapping["date_order"] is not None:
        said.pop("date_order", None)
    mapped: Import = map_import(actor, import_, **said) if said else import_
    if mapped.mapping["date_order"] is None:
        raise Invalid(
            "date_order_missing",
            f"{file.name}: say with --date-order whether the day or the month comes first.",
            "date_order",
        )
    return mapped


def _run(actor: Actor, import_: Import) -> Import:
    start_import(actor, import_)
    return run_to_the_end(actor, import_.pk)


def _report(import_: Import) -> dict[str, Any]:
    return {
        "import": import_.public_id,
        "file": import_.file_name,
        "kind": import_.kind,
        "status": import_.status,
        "rows": import_.rows_total,
        "unmapped": unmapped(import_.mapping),
        **import_.totals,
    }


def _line(report: dict[str, Any]) -> str:
    outcomes = ", ".join(f"{report.get(outcome, 0):,} {outcome}" for outcome in ImportRow.Outcome.values)
    left = f"; not imported: {', '.join(report['unmapped'])}" if report["unmapped"] else ""
    return f"{report['file']}: {report['rows']:,} {report['kind']}: {outcomes}{left}"


def _code(done: list[Import]) -> int:
    if any(import_.status != Import.Status.DONE for import_ in done):
        return REFUSED
    return PARTLY if any(import_.totals["rejected"] for import_ in done) else DONE
