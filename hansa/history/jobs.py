"""The clock's work on the chains: sealing each minute, closing days and checking each hour, all of it each night."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from procrastinate.contrib.django import app
from procrastinate.types import JSONDict

from hansa.accounts.models import Vendor
from hansa.core.actors import System
from hansa.core.database import now
from hansa.core.tenancy import acting
from hansa.history.actions import keep_check
from hansa.history.checking import EVER, check
from hansa.history.models import Check, Seal, Unsealed
from hansa.history.sealing import close_days, seal_all

RECENT = timedelta(days=2)
NIGHT = 2  # the hour, UTC


@app.periodic(cron="* * * * *")
@app.task(name="seal_all_vendors")
def seal_all_vendors(timestamp: int) -> None:
    """One job for each vendor that has something to seal."""
    jobs: list[JSONDict] = [{"vendor_id": str(vendor)} for vendor in _vendors() if _waits(vendor)]
    seal_history.batch_defer(*jobs)


@app.task(name="seal_history")
def seal_history(vendor_id: str) -> int:
    """Seal what waits; returns how many. What a killed worker left is sealed by the next."""
    return seal_all(UUID(vendor_id))


@app.periodic(cron="5 * * * *")
@app.task(name="check_all_vendors")
def check_all_vendors(timestamp: int) -> None:
    """One job for each vendor."""
    extent = Check.Extent.WHOLE if datetime.fromtimestamp(timestamp, UTC).hour == NIGHT else Check.Extent.RECENT
    jobs: list[JSONDict] = [{"vendor_id": str(vendor), "extent": extent.value} for vendor in _vendors()]
    check_history.batch_defer(*jobs)


@app.task(name="check_history")
def check_history(vendor_id: str, extent: str) -> int:
    """Close the days that are over, check the chain, and tell its auditors what is new; returns how many findings."""
    vendor = UUID(vendor_id)
    close_days(vendor)
    since = now() - RECENT
    if extent == Check.Extent.WHOLE:
        result = check(vendor, since=EVER)
    else:
        result = check(vendor, after=_sealed_before(vendor, since), since=since)
    keep_check(System("check", vendor), extent, result)
    return len(result.findings)


def _vendors() -> list[UUID]:
    return list(Vendor.objects.values_list("pk", flat=True))


def _waits(vendor_id: UUID) -> bool:
    with acting(System("seal", vendor_id)):
        return Unsealed.objects.filter(vendor_id=vendor_id).exists()


def _sealed_before(vendor_id: UUID, at: datetime) -> int:
    """The position up to which everything was sealed before that time, 0 for none."""
    with acting(System("check", vendor_id)):
        known = Seal.objects.filter(vendor_id=vendor_id, sealed_at__lt=at).order_by("-position")
        return known.values_list("position", flat=True).first() or 0
