"""The sweep over protections that have run out, vendor by vendor."""

from uuid import UUID

from procrastinate.contrib.django import app
from procrastinate.types import JSONDict

from hansa.accounts.models import Vendor
from hansa.core.actors import System
from hansa.core.tenancy import acting, moment
from hansa.deals.actions import expire_deal
from hansa.deals.clock_jobs import sweep_clocks
from hansa.deals.models import Deal, Outcome, Status

BATCH = 500


@app.periodic(cron="*/5 * * * *")
@app.task(name="sweep_all_vendors")
def sweep_all_vendors(timestamp: int) -> None:
    """A job of each kind for each vendor."""
    jobs: list[JSONDict] = [{"vendor_id": str(vendor)} for vendor in Vendor.objects.values_list("pk", flat=True)]
    sweep_expired.batch_defer(*jobs)
    sweep_clocks.batch_defer(*jobs)


@app.task(name="sweep_expired")
def sweep_expired(vendor_id: str) -> int:
    """Expire the open registrations whose protection has run out; returns how many. Each in its own transaction."""
    actor = System("protection has run out", UUID(vendor_id))
    swept = 0
    while True:
        with acting(actor):
            due = list(
                Deal.objects.filter(
                    vendor_id=actor.vendor_id,
                    status=Status.APPROVED,
                    outcome=Outcome.OPEN,
                    protected_until__lte=moment(),
                )[:BATCH]
            )
        for deal in due:
            expire_deal(actor, deal)
        swept += len(due)
        if len(due) < BATCH:
            return swept
