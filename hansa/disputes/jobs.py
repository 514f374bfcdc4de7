"""The sweep over disputes: reminders, questions that nobody answered, and appeals that nobody made."""

from collections.abc import Callable, Set
from typing import Any
from uuid import UUID

import structlog
from procrastinate.contrib.django import app

from hansa.accounts.each_vendor import defer_for_each_vendor
from hansa.core.actions import lock
from hansa.core.actors import Actor, System
from hansa.core.database import now
from hansa.core.tenancy import acting, moment
from hansa.deals.clock_jobs import BATCH, Find, sweep_each
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

RUNNING = (Dispute.Status.OPENED, Dispute.Status.APPEALED)

log = structlog.get_logger()


@app.periodic(cron="*/5 * * * *")
@app.task(name="sweep_all_disputes")
def sweep_all_disputes(timestamp: int) -> None:
    """A job for each vendor."""
    defer_for_each_vendor(sweep_disputes)


@app.task(name="sweep_disputes")
def sweep_disputes(vendor_id: str) -> None:
    """Do what is due because nobody decided, answered or appealed; each in its own transaction."""
    actor = System("the program's terms", UUID(vendor_id))
    sweep_each(actor, _found(Dispute, "next_step_at"), keep_time)
    sweep_each(actor, _found(Dispute, "answer_by"), _unless_settled(Dispute, lapse_question))
    sweep_each(actor, _found(Hearing, "answer_by"), _unless_settled(Hearing, lapse_hearing))
    over = _found(Dispute, "appeal_until", status=Dispute.Status.DECIDED)
    sweep_each(actor, over, _unless_settled(Dispute, close_dispute))


def keep_time(actor: Actor, dispute_id: UUID) -> None:
    """The last step of a dispute's clock whose time has come, unless it was done."""
    with acting(actor):
        dispute = lock(actor, Dispute(pk=dispute_id))
        terms, at = terms_for(dispute.vendor_id, dispute.deal.program_id), now()
        kind = step_now(dispute, dispute, terms, at) if dispute.status in RUNNING else ""
        dispute.next_step_at = next_at(dispute, dispute, terms, at)
        dispute.save(update_fields=["next_step_at"])
        done = Step.objects.filter(vendor_id=dispute.vendor_id, dispute=dispute, kind=kind, round=round_of(dispute))
        if kind and not done.exists():
            act = escalate_dispute if kind in (OVERDUE, ESCALATION) else remind_of_dispute
            act(actor, dispute, kind=kind)


def _found(model: type[Dispute | Hearing], due: str, **further: Any) -> Find:
    """The rows for which a time has come, the longest due first."""

    def find(actor: Actor, without: Set[UUID]) -> list[UUID]:
        rows = model.objects.filter(vendor_id=actor.vendor_id, **{f"{due}__lte": moment()}, **further)
        return list(rows.exclude(pk__in=without).order_by(due, "id").values_list("pk", flat=True)[:BATCH])

    return find


def _unless_settled(model: type[Dispute | Hearing], act: Callable[..., object]) -> Callable[[Actor, UUID], None]:
    """The action on a row by its id; one that was settled just now is left out."""

    def keep(actor: Actor, pk: UUID) -> None:
        try:
            act(actor, model(pk=pk, vendor_id=actor.vendor_id))
        except DomainError as refusal:
            log.info("not due any more", row=str(pk), why=refusal.code)

    return keep
