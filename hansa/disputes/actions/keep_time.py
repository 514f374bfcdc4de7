"""What the clock of a dispute brings about when nobody decides: reminders and escalation."""

from hansa.core.actions import action
from hansa.core.actors import Actor
from hansa.disputes.models import Dispute, Step

NOBODY: frozenset[str] = frozenset()


@action("dispute.remind", emits="dispute.reminded", by=NOBODY, creates=True)
def remind_of_dispute(actor: Actor, dispute: Dispute, *, kind: str) -> Step:
    """Remind the channel manager that a dispute is to be decided; once for each kind."""
    return _done(dispute, kind)


@action("dispute.escalate", emits="dispute.escalated", by=NOBODY, creates=True)
def escalate_dispute(actor: Actor, dispute: Dispute, *, kind: str) -> Step:
    """Tell the deputy, or those who lead, that nobody decided a dispute in time; once for each kind."""
    return _done(dispute, kind)


def round_of(dispute: Dispute) -> int:
    """0 until an appeal, then 1."""
    return 1 if dispute.appealed_at else 0


def _done(dispute: Dispute, kind: str) -> Step:
    step: Step = Step.objects.create(vendor_id=dispute.vendor_id, dispute=dispute, kind=kind, round=round_of(dispute))
    return step
