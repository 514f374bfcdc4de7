"""The partner's work on a deal: its stage, and how it ended."""

from hansa.accounts.roles import PARTNER_SALES
from hansa.core.actions import action
from hansa.core.actors import Actor
from hansa.core.database import now
from hansa.deals.models import UNDECIDED, Deal, Outcome, Stage, Status
from hansa.deals.protection import release
from hansa.deals.reasons import reason_called
from hansa.kernel.errors import DomainError, Invalid
from hansa.kernel.lifecycle import state_in_words
from hansa.programs.reasons import ReasonsFor

CLOSED = (Status.REJECTED, Status.DUPLICATE, Status.WITHDRAWN, Status.CANCELED)


@action("deal.move_stage", emits="deal.stage_moved", by=PARTNER_SALES)
def move_stage(actor: Actor, deal: Deal, *, stage: str) -> None:
    """Say how far the sale is; forward or back."""
    if stage not in Stage.values:
        raise Invalid("stage_unknown", "Choose a stage.", "stage")
    _in_work(deal)
    deal.stage = stage
    deal.save(update_fields=["stage"])


@action("deal.win", emits="deal.won", by=PARTNER_SALES)
def win_deal(actor: Actor, deal: Deal, *, reason: str, note: str = "") -> None:
    """Report the deal won; its protection is kept to its end."""
    called = reason_called(actor, deal, ReasonsFor.WIN, reason)
    if deal.status != Status.APPROVED:
        raise DomainError("not_approved", "Only an approved registration can be reported won.")
    Deal.RESULT.apply(deal, "win")
    _report(deal, reason, note, called)


@action("deal.lose", emits="deal.lost", by=PARTNER_SALES)
def lose_deal(actor: Actor, deal: Deal, *, reason: str, note: str = "") -> None:
    """Report the deal lost; the customer is free for others at once."""
    called = reason_called(actor, deal, ReasonsFor.LOSS, reason)
    _in_work(deal)
    Deal.RESULT.apply(deal, "lose")
    if deal.status in UNDECIDED:
        Deal.LIFECYCLE.apply(deal, "withdraw")
    deal.protected_until = release(deal)
    _report(deal, reason, note, called)


def _in_work(deal: Deal) -> None:
    if closed := closed_already(deal):
        raise DomainError("already_closed", closed)


def closed_already(deal: Deal) -> str:
    """How a deal that nobody works on any more ended, in a sentence; empty for one in work."""
    if deal.outcome != Outcome.OPEN:
        return f"This deal is {state_in_words(deal.outcome)} already."
    return f"This deal is {state_in_words(deal.status)} already." if deal.status in CLOSED else ""


def _report(deal: Deal, reason: str, note: str, called: str) -> None:
    deal.reason, deal.reason_text, deal.note, deal.closed_at = reason, called, note.strip(), now()
    deal.save(update_fields=["status", "outcome", "reason", "reason_text", "note", "closed_at", "protected_until"])
