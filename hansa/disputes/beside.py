"""What stands about disputes on a deal's own page, on each side of it."""

from datetime import datetime

from hansa.core.actors import Actor
from hansa.deals.beside import Card, stands_beside
from hansa.deals.models import Deal
from hansa.disputes.actions import open_dispute
from hansa.disputes.actions.open_dispute import DISPUTABLE, check_disputable
from hansa.disputes.models import Dispute, Hearing
from hansa.disputes.said import standing
from hansa.kernel.errors import DomainError


@stands_beside
def dispute_beside(actor: Actor, deal: Deal, now: datetime) -> Card | None:
    """The deal's latest dispute, or for its partner the way to open one."""
    rows = Dispute.objects.visible_to(actor).filter(deal=deal)
    found: Dispute | None = (
        rows.order_by("opened_at", "id").last() if deal.status in (*DISPUTABLE, "approved") else None
    )
    if (found and found.status != Dispute.Status.CLOSED) or (found and not _may_open(actor, deal, now)):
        whose = "Your dispute" if actor.side == "partner" else "Disputed"
        return Card(whose, f"{standing(found)[0]}.", f"disputes/{found.public_id}/", "Open the dispute")
    if not _may_open(actor, deal, now):
        return None
    days = deal.program.dispute_days
    text = f"Say what speaks for you, and somebody looks at it again. You can for {days} days after the decision."
    return Card("You see it otherwise?", text, f"deals/{deal.public_id}/dispute/", "Dispute this decision")


@stands_beside
def hearing_beside(actor: Actor, deal: Deal, now: datetime) -> Card | None:
    """For who holds the protection: that it is disputed, and what is asked."""
    hearing: Hearing | None = Hearing.objects.visible_to(actor).filter(deal=deal).order_by("opened_at", "id").last()
    if hearing is None:
        return None
    asked = hearing.status == Hearing.Status.ASKED and actor.side == "partner"
    path = f"hearings/{hearing.public_id}/" if actor.side == "partner" else ""
    label = "Answer" if asked else "Open it"
    return Card("This protection is disputed", f"{standing(hearing)[0]}.", path, label, first=asked)


def _may_open(actor: Actor, deal: Deal, now: datetime) -> bool:
    if actor.side != "partner" or not actor.may(open_dispute):
        return False
    try:
        check_disputable(deal, now)
    except DomainError:
        return False
    return True
