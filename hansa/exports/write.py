"""An export at work: the list as its maker sees it now, written in batches."""

from hansa.accounts.models import Membership, Workspace
from hansa.core.actors import Actor
from hansa.core.csv_out import csv_file
from hansa.core.tenancy import acting
from hansa.exports.actions import fail_export, finish_export, request_export
from hansa.exports.lists import list_of
from hansa.exports.models import Export

ROWS_AT_ONCE = 1000
MOST_ROWS = 100_000
TOO_LONG = f"The list has more than {MOST_ROWS:,} rows. Narrow it down and export the parts."
NOT_ANY_MORE = "Whoever asked for it may not export any more."


def write_export(actor: Actor, export: Export) -> None:
    """Write what the maker may see, and finish the export or fail it; `actor` is Hansa itself.

    Each batch is a transaction of its own, so that the page can say how far it is.
    """
    maker = maker_of(export)
    if maker is None:
        fail_export(actor, export, problem=NOT_ANY_MORE)
        return
    wanted = list_of(maker.side, export.listing).narrowed(export.asked)
    with acting(maker):
        ids = list(wanted.rows(maker, export.asked).values_list("pk", flat=True)[: MOST_ROWS + 1])
    if len(ids) > MOST_ROWS:
        fail_export(actor, export, problem=TOO_LONG)
        return
    lines: list[list[object]] = []
    for start in range(0, len(ids), ROWS_AT_ONCE):
        with acting(maker):
            lines += wanted.lines(maker, ids[start : start + ROWS_AT_ONCE])
        _progress(actor, export, len(lines), len(ids))
    finish_export(actor, export, content=csv_file(wanted.headings, lines), rows=len(lines))


def maker_of(export: Export) -> Actor | None:
    """Who made it, as they may act now; None where they have left or lost the permission."""
    places = Workspace.objects.select_related("vendor")
    workspace = places.get(vendor_id=export.vendor_id, partnership_id=export.partnership_id)
    member = Membership.objects.active().filter(pk=export.person_id).first()
    if member is None or workspace.closed:
        return None
    maker = workspace.actor("person", member.pk, export.person_name, member.roles)
    return maker if maker.may(request_export) else None


def _progress(actor: Actor, export: Export, done: int, total: int) -> None:
    with acting(actor):
        running = Export.objects.visible_to(actor).filter(pk=export.pk, status=Export.Status.RUNNING)
        running.update(rows_done=done, rows_total=total)
