"""What need not be kept for ever: answers to repeated requests, and counters whose window has ended."""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app

from hansa.accounts.each_vendor import defer_for_each_vendor
from hansa.core.actors import System
from hansa.core.models import Counter, IdempotencyKey
from hansa.core.tenancy import acting, moment

KEPT = timedelta(hours=48)


@app.periodic(cron="17 3 * * *")
@app.task(name="tidy_all_vendors")
def tidy_all_vendors(timestamp: int) -> None:
    """Drop the counters that count no more, and let one job for each vendor drop its old answers."""
    Counter.objects.filter(ends_at__lt=timezone.now()).delete()
    defer_for_each_vendor(forget_answers)


@app.task(name="forget_answers")
def forget_answers(vendor_id: str) -> int:
    """Forget answers that nobody will ask for again; returns how many."""
    actor = System("old answers", UUID(vendor_id))
    with acting(actor):
        old = IdempotencyKey.objects.filter(vendor_id=actor.vendor_id, at__lt=moment() - KEPT)
        return old.delete()[0]
