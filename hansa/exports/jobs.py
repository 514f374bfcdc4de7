"""Lists become files, and files go after a day."""

from uuid import UUID

import structlog
from django.db import OperationalError
from django.db.models import Q
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.types import JSONDict

from hansa.accounts.models import Vendor
from hansa.core.actors import System
from hansa.core.tenancy import acting, moment
from hansa.exports.actions import KEPT, MAKE, fail_export, remove_export
from hansa.exports.models import Export
from hansa.exports.write import write_export

log = structlog.get_logger()

BROKEN = "Something went wrong on our side. Export the list again."
BATCH = 500


@app.task(name=MAKE, retry=RetryStrategy(max_attempts=5, exponential_wait=3))
def make_export(export_id: str, vendor_id: str) -> None:
    """Make the file of an export; does nothing to one that is not running."""
    actor = System("export", UUID(vendor_id))
    with acting(actor):
        export: Export = Export.objects.visible_to(actor).named(UUID(export_id))
    if export.status != Export.Status.RUNNING:
        return
    try:
        write_export(actor, export)
    except OperationalError:
        raise  # the database went away: another attempt begins anew
    except Exception:
        log.exception("export failed", export_id=export_id)
        with acting(actor):
            export = Export.objects.visible_to(actor).named(export.pk)
            if export.status == Export.Status.RUNNING:  # it may have been removed meanwhile, with its maker
                fail_export(actor, export, problem=BROKEN)


@app.periodic(cron="20 * * * *")
@app.task(name="sweep_exports_of_all_vendors")
def sweep_exports_of_all_vendors(timestamp: int) -> None:
    """A job for each vendor."""
    jobs: list[JSONDict] = [{"vendor_id": str(vendor)} for vendor in Vendor.objects.values_list("pk", flat=True)]
    sweep_exports.batch_defer(*jobs)


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
