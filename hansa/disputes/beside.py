"""What a deal's page says about disputes, on each side of it."""

from datetime import datetime

from hansa.core.actors import Actor
from hansa.core.web.said import days_in_words
from hansa.deals.beside import Card, stands_beside
from hansa.deals.models import Deal, Status
from hansa.disputes.actions import appeal_hearing, open_dispute
from hansa.disputes.actions.open_dispute import check_disputable
from hansa.disputes.models import Dispute, Hearing, Outcome
from hansa.disputes.said import how_to_appeal, standing
from hansa.kernel.errors import DomainError

WORKED_BEFORE = "If you have worked with this customer already, dispute this decision and say since when."


@stands_beside
def dispute_beside(actor: Actor, deal: Deal, now: datetime) -> Card | None:
    """The deal's latest dispute, or for its partner the way to open one."""
    found: Dispute | None = Dispute.objects.visible_to(actor).filter(deal=deal).order_by("opened_at", "id").last()
    may_open = _may_open(actor, deal, now)
    if found and not may_open:
        whose = "Your dispute" if actor.side == "partner" else "Disputed"
        return Card(whose, f"{standing(found)[0]}.", f"disputes/{found.public_id}/", "Open the dispute")
    if not may_open:
        return None
    days = days_in_words(deal.program.dispute_days)
    text = f"Say what speaks for you, and somebody looks at it again. You can for {days} after you were told."
    advice = WORKED_BEFORE if deal.status == Status.DUPLICATE else ""
    return Card(
        "You see it otherwise?", text, f"deals/{deal.public_id}/dispute/", "Dispute this decision", advice=advice
    )


@stands_beside
def hearing_beside(actor: Actor, deal: Deal, now: datetime) -> Card | None:
    """For who holds the protection: that it is disputed, and what is asked."""
    hearing: Hearing | None = Hearing.objects.visible_to(actor).filter(deal=deal).order_by("opened_at", "id").last()
    if hearing is None:
        return None
    if actor.side == "vendor":
        dispute = Dispute.objects.visible_to(actor).filter(pairings__hearing=hearing).first()
        path, asked = f"disputes/{dispute.public_id}/" if dispute else "", False
    else:
        path, asked = f"hearings/{hearing.public_id}/", hearing.status == Hearing.Status.ASKED
    advice = _to_appeal(actor, hearing, now)
    label = "Answer" if asked else "Read why, and appeal" if advice else "Open it"
    said = f"{standing(hearing)[0]}."
    return Card("This protection is disputed", said, path, label, first=bool(asked or advice), advice=advice)


def _to_appeal(actor: Actor, hearing: Hearing, now: datetime) -> str:
    """Until when its partner may appeal that its protection was ended, in a sentence; empty where it may not."""
    until = hearing.appeal_until if hearing.result == Outcome.MOVED and not hearing.appealed_at else None
    if actor.side != "partner" or not actor.may(appeal_hearing) or until is None or until <= now:
        return ""
    return how_to_appeal(until)


def _may_open(actor: Actor, deal: Deal, now: datetime) -> bool:
    if actor.side != "partner" or not actor.may(open_dispute):
        return False
    try:
        check_disputable(deal, now)
    except DomainError:
        return False
    return True
