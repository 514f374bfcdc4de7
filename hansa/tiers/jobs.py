"""The daily evaluation, vendor by vendor and program by program."""

from uuid import UUID

from procrastinate.contrib.django import app

from hansa.accounts.each_vendor import defer_for_each_vendor
from hansa.core.actors import System
from hansa.core.tenancy import acting
from hansa.tiers import actions as actions
from hansa.tiers.evaluate import BY_CRITERIA, EVALUATE_ALL, evaluate
from hansa.tiers.models import TierTerms


@app.periodic(cron="10 2 * * *")
@app.task(name="evaluate_tiers_of_all_vendors")
def evaluate_tiers_of_all_vendors(timestamp: int) -> None:
    """A job for each vendor."""
    defer_for_each_vendor(evaluate_tiers)


@app.task(name=EVALUATE_ALL)
def evaluate_tiers(vendor_id: str) -> int:
    """Evaluate every partner of a vendor's programs whose tiers are evaluated; returns how many were looked at."""
    actor = System(BY_CRITERIA, UUID(vendor_id))
    with acting(actor):
        running = list(TierTerms.objects.filter(vendor_id=vendor_id, running=True))
    return sum(evaluate(actor, terms) for terms in running)
