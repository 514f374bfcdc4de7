"""What the clock brings about when nobody decides: reminders, escalation, and the default outcome."""

from hansa.core.actions import action, lock
from hansa.core.actors import Actor
from hansa.core.database import now
from hansa.deals.actions.decide_deal import approve_deal, case_of, lines_of
from hansa.deals.actions.register_deal import decide
from hansa.deals.clocks import BY_DEFAULT
from hansa.deals.models import ClockStep, Deal, Status
from hansa.deals.rules import EVIDENCE_MISSING
from hansa.kernel.errors import DomainError

NOBODY: frozenset[str] = frozenset()


@action("deal.remind_decider", emits="review.reminded", by=NOBODY, creates=True)
def remind_decider(actor: Actor, deal: Deal, *, kind: str) -> ClockStep:
    """Remind the channel manager that a registration is to be decided; once for each kind."""
    return _done(deal, kind)


@action("deal.escalate", emits="review.escalated", by=NOBODY, creates=True)
def escalate_review(actor: Actor, deal: Deal, *, kind: str) -> ClockStep:
    """Tell the deputy, or those who lead, that nobody decided in time; once for each kind."""
    return _done(deal, kind)


@action("deal.approve_by_default", emits="review.defaulted", by=NOBODY, creates=True)
def approve_by_default(actor: Actor, deal: Deal) -> ClockStep:
    """Approve what nobody decided in time, as the program promises.

    Raises `not_by_default` where what keeps the rules from approving it is more than the partner's own facts: silence
    never overtakes an earlier claim, never answers what only the vendor knows, and is no evidence.
    """
    deal = lock(actor, deal)
    if deal.status != Status.UNDER_REVIEW or not _own_facts_alone(deal):
        raise DomainError("not_by_default", "A person has to decide this registration.")
    approve_deal(actor, deal)
    return _done(deal, BY_DEFAULT)


def _own_facts_alone(deal: Deal) -> bool:
    ruling = decide(case_of(deal, lines_of(deal), at=now()))
    if ruling.status == Status.DUPLICATE or ruling.because == EVIDENCE_MISSING:
        return False
    return not ruling.deciding.rests_on_the_vendor


def _done(deal: Deal, kind: str) -> ClockStep:
    step: ClockStep = ClockStep.objects.create(vendor_id=deal.vendor_id, deal=deal, kind=kind)
    return step
