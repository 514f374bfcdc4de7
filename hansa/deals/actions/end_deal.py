"""End a registration before or at its time: what it protected is free from that moment."""

from hansa.accounts.roles import CHANNEL_TEAM, PARTNER_SALES
from hansa.core.actions import action
from hansa.core.actors import Actor
from hansa.core.database import now
from hansa.deals.models import Deal, EndReason, Outcome
from hansa.deals.protection import release
from hansa.kernel.errors import DomainError, Invalid

NOBODY: frozenset[str] = frozenset()


@action("deal.withdraw", emits="deal.withdrawn", by=PARTNER_SALES)
def withdraw_deal(actor: Actor, deal: Deal) -> None:
    """Take the claim back; the customer is free for others at once."""
    _still_open(deal)
    Deal.LIFECYCLE.apply(deal, "withdraw")
    _end(deal, "", "")


@action("deal.cancel", emits="deal.canceled", by=CHANNEL_TEAM)
def cancel_deal(actor: Actor, deal: Deal, *, reason: str, note: str = "") -> None:
    """End the registration and its protection for a coded reason that the partner reads."""
    if reason not in EndReason.values:
        raise Invalid("reason_unknown", "Choose a reason.", "reason")
    if reason == EndReason.OTHER and not note.strip():
        raise Invalid("note_missing", "Say in the note why.", "note")
    _still_open(deal)
    Deal.LIFECYCLE.apply(deal, "cancel")
    _end(deal, reason, note)


@action("deal.expire", emits="deal.expired", by=NOBODY)
def expire_deal(actor: Actor, deal: Deal) -> None:
    """Close a registration whose protection has run out. The range freed the customer already, to the second."""
    if deal.protected_until is None or deal.protected_until > now():
        raise DomainError("not_due", "This protection has not run out.")
    Deal.LIFECYCLE.apply(deal, "expire")
    deal.save(update_fields=["status"])


def _still_open(deal: Deal) -> None:
    if deal.outcome != Outcome.OPEN:
        raise DomainError("already_closed", f"This deal is {deal.outcome} already.")


def _end(deal: Deal, reason: str, note: str) -> None:
    deal.reason, deal.note, deal.closed_at = reason, note.strip(), now()
    deal.protected_until = release(deal)
    deal.save(update_fields=["status", "reason", "note", "closed_at", "protected_until"])
