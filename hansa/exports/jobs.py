"""Lists become files, and files go after a day."""

from uuid import UUID

from django.db.models import Q
from procrastinate.contrib.django import app

from hansa.accounts.each_vendor import defer_for_each_vendor
from hansa.core.actors import System
from hansa.core.jobs import end_running, ended_by, given_up
from hansa.core.retries import TryAgain
from hansa.core.tenancy import acting, moment
from hansa.exports.actions import KEPT, MAKE, fail_export, remove_export
from hansa.exports.models import Export
from hansa.exports.write import write_export

BROKEN = "Something went wrong on our side. Export the list again."
BATCH = 500


@app.task(name=MAKE, retry=TryAgain(5))
def make_export(export_id: str, vendor_id: str) -> None:
    """Make the file of an export; does nothing to one that is not running."""
    actor = System("export", UUID(vendor_id))
    with acting(actor):
        export: Export = Export.objects.visible_to(actor).named(UUID(export_id))
    if export.status != Export.Status.RUNNING:
        return
    with ended_by(fail_export, actor, Export, export.pk, BROKEN):
        write_export(actor, export)


@given_up(MAKE)
def end_export(export_id: str, vendor_id: str) -> None:
    """End an export that no attempt will finish."""
    end_running(fail_export, System("export", UUID(vendor_id)), Export, UUID(export_id), BROKEN)


@app.periodic(cron="20 * * * *")
@app.task(name="sweep_exports_of_all_vendors")
def sweep_exports_of_all_vendors(timestamp: int) -> None:
    """A job for each vendor."""
    defer_for_each_vendor(sweep_exports)


@app.task(name="sweep_exports")
def sweep_exports(vendor_id: str) -> int:
    """Throw away the files whose day is over, and what no job has made within a day; returns how many."""
    actor = System("export's day is over", UUID(vendor_id))
    with acting(actor):
        over = Q(status=Export.Status.DONE, until__lte=moment())
        stuck = Q(status=Export.Status.RUNNING, created_at__lte=moment() - KEPT)
        due = list(Export.objects.visible_to(actor).filter(over | stuck).order_by("created_at")[:BATCH])
    for export in due:
        remove_export(actor, export)
    return len(due)
