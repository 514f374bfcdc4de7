"""What decisions in this room are about: a dispute, or for the other side its hearing."""

from datetime import datetime

from hansa.core.actors import Actor
from hansa.disputes.actions.decide_dispute import POLICY
from hansa.disputes.models import Dispute, Hearing
from hansa.rulebook.about import About, decides_about
from hansa.rulebook.models import Decision


@decides_about(POLICY, "Whether a contested decision stands")
def dispute(actor: Actor, decision: Decision, now: datetime) -> About | None:
    """The dispute, or the hearing of who holds what is contested."""
    found = Dispute.objects.visible_to(actor).filter(pk=decision.subject_id).first()
    if found:
        return About("Dispute", f"disputes/{found.public_id}/")
    heard = Hearing.objects.visible_to(actor).filter(pk=decision.subject_id).first()
    if heard is None:
        return None
    return About("Contested protection", f"hearings/{heard.public_id}/" if actor.side == "partner" else "disputes/")
