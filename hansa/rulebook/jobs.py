"""Replays are worked through by jobs, and what they read is copied for them beforehand."""

from uuid import UUID

import structlog
from django.db import OperationalError
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.types import JSONDict

from hansa.accounts.models import Vendor
from hansa.core.actors import System
from hansa.core.tenancy import acting
from hansa.rulebook.actions import RUN_REPLAY, fail_replay
from hansa.rulebook.replay_models import Replay

BROKEN = "Something went wrong on our side. Replay the version again."

log = structlog.get_logger()


@app.task(name=RUN_REPLAY, retry=RetryStrategy(max_attempts=5, exponential_wait=3))
def run_replay(replay_id: str, vendor_id: str) -> None:
    """Make the report of a replay; does nothing to one that is not running."""
    from hansa.rulebook.replay_run import replay_now  # noqa: PLC0415 (engines belong to jobs over many cases alone)

    actor = System("replay", UUID(vendor_id))
    with acting(actor):
        report: Replay = Replay.objects.visible_to(actor).named(UUID(replay_id))
    if report.status != Replay.Status.RUNNING:
        return
    try:
        replay_now(actor, report)
    except OperationalError:
        raise  # the database went away: another attempt begins anew
    except Exception:
        log.exception("replay failed", replay_id=replay_id)
        fail_replay(actor, report, problem=BROKEN)


@app.periodic(cron="*/20 * * * *")
@app.task(name="copy_decisions_of_all_vendors")
def copy_decisions_of_all_vendors(timestamp: int) -> None:
    """A job for each vendor."""
    jobs: list[JSONDict] = [{"vendor_id": str(vendor)} for vendor in Vendor.objects.values_list("pk", flat=True)]
    copy_decisions.batch_defer(*jobs)


@app.task(name="copy_decisions")
def copy_decisions(vendor_id: str) -> list[str]:
    """Bring a vendor's copies up to date, so that its next replay finds little to copy; returns the policies' names."""
    from hansa.rulebook.replay_run import copy_large  # noqa: PLC0415 (as above)

    return copy_large(System("copy of decisions", UUID(vendor_id)))
