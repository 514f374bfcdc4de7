"""The sweep over disputes: reminders, questions that nobody answered, and appeals that nobody made."""

from collections.abc import Callable, Iterable
from uuid import UUID

import structlog
from django.db.models import Q
from procrastinate.contrib.django import app
from procrastinate.types import JSONDict

from hansa.accounts.models import Vendor
from hansa.core.actions import lock
from hansa.core.actors import Actor, System
from hansa.core.database import now
from hansa.core.tenancy import acting, moment
from hansa.deals.clocks import ESCALATION, OVERDUE, next_at, step_now
from hansa.disputes.actions import (
    close_dispute,
    escalate_dispute,
    lapse_hearing,
    lapse_question,
    remind_of_dispute,
)
from hansa.disputes.actions.keep_time import round_of
from hansa.disputes.clock import terms_for
from hansa.disputes.models import Dispute, Hearing, Step
from hansa.kernel.errors import DomainError

BATCH = 500
RUNNING = (Dispute.Status.OPENED, Dispute.Status.APPEALED)

log = structlog.get_logger()


@app.periodic(cron="*/5 * * * *")
@app.task(name="sweep_all_disputes")
def sweep_all_disputes(timestamp: int) -> None:
    """A job for each vendor."""
    jobs: list[JSONDict] = [{"vendor_id": str(vendor)} for vendor in Vendor.objects.values_list("pk", flat=True)]
    sweep_disputes.batch_defer(*jobs)


@app.task(name="sweep_disputes")
def sweep_disputes(vendor_id: str) -> None:
    """Do what is due because nobody decided, answered or appealed; each in its own transaction."""
    actor = System("the program's terms", UUID(vendor_id))
    with acting(actor):
        at, mine = moment(), Q(vendor_id=actor.vendor_id)
        due = _few(Dispute.objects.filter(mine, next_step_at__lte=at))
        unanswered = _few(Dispute.objects.filter(mine, answer_by__lte=at))
        unheard = list(Hearing.objects.filter(mine, answer_by__lte=at).order_by("answer_by")[:BATCH])
        over = _few(Dispute.objects.filter(mine, status=Dispute.Status.DECIDED, appeal_until__lte=at))
    _each(actor, due, keep_time)
    _each(actor, unanswered, lapse_question)
    _each(actor, unheard, lapse_hearing)
    _each(actor, over, close_dispute)


def keep_time(actor: Actor, dispute: Dispute) -> None:
    """The last step of a dispute's clock whose time has come, unless it was done."""
    with acting(actor):
        dispute = lock(actor, dispute)
        terms, at = terms_for(dispute.vendor_id, dispute.deal.program_id), now()
        kind = step_now(dispute, dispute, terms, at) if dispute.status in RUNNING else ""
        dispute.next_step_at = next_at(dispute, dispute, terms, at)
        dispute.save(update_fields=["next_step_at"])
        done = Step.objects.filter(vendor_id=dispute.vendor_id, dispute=dispute, kind=kind, round=round_of(dispute))
        if kind and not done.exists():
            act = escalate_dispute if kind in (OVERDUE, ESCALATION) else remind_of_dispute
            act(actor, dispute, kind=kind)


def _few(rows: "Iterable[Dispute]") -> list[Dispute]:
    return list(rows.order_by("opened_at")[:BATCH])  # type: ignore[attr-defined]


def _each(actor: Actor, rows: Iterable[Dispute | Hearing], act: Callable[..., object]) -> None:
    """One that was settled just now is left out, and one that fails does not keep the others from theirs."""
    for row in rows:
        try:
            act(actor, row)
        except DomainError as refusal:
            log.info("not due any more", row=row.public_id, why=refusal.code)
        except Exception:  # tried again with the next sweep
            log.exception("time of a dispute not kept", row=row.public_id)
