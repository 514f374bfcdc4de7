"""A direct sale on a customer that is protected for a partner: flagged by itself, settled by a person."""

from uuid import UUID

from hansa.accounts.roles import CHANNEL_TEAM
from hansa.core.actions import action, also, lock
from hansa.core.actors import Actor
from hansa.core.database import now
from hansa.core.tenancy import moment
from hansa.deals.actions.end_deal import cancel_deal
from hansa.deals.models import ChannelConflict, Deal, Protection
from hansa.kernel.errors import DomainError, Invalid

NOBODY: frozenset[str] = frozenset()
OVER = "This deal protects the customer no more, so nothing is left to settle here. Look at who holds it now."
TOLD = {
    ChannelConflict.Outcome.LEFT: "deal.left_to_partner",
    ChannelConflict.Outcome.TOGETHER: "deal.sold_together",
}


@action("conflict.flag", emits="conflict.flagged", by=NOBODY, creates=True)
def flag_conflict(actor: Actor, deal: Deal, *, opportunity_id: UUID) -> ChannelConflict:
    """Say that the vendor's own people sell to a customer that is protected for a partner."""
    conflict: ChannelConflict = ChannelConflict.objects.create(
        vendor_id=deal.vendor_id, deal=deal, opportunity_id=opportunity_id, flagged_at=moment()
    )
    return conflict


@action("conflict.reopen", emits="conflict.flagged", by=NOBODY)
def reopen_conflict(actor: Actor, conflict: ChannelConflict) -> None:
    """Say so again, once what was over has come back."""
    ChannelConflict.LIFECYCLE.apply(conflict, "reopen")
    conflict.flagged_at = moment()
    conflict.save(update_fields=["status", "flagged_at"])


@action("conflict.clear", emits="conflict.cleared", by=NOBODY)
def clear_conflict(actor: Actor, conflict: ChannelConflict) -> None:
    """Close what nobody has to settle any more: the direct sale or the protection is over."""
    ChannelConflict.LIFECYCLE.apply(conflict, "clear")
    conflict.save(update_fields=["status"])


@action("conflict.settle", emits="conflict.settled", by=CHANNEL_TEAM)
def settle_conflict(actor: Actor, conflict: ChannelConflict, *, result: str, reason: str = "", note: str = "") -> None:
    """Say what becomes of a direct sale on a protected customer; the partner is told the outcome and no more.

    Where the protection ends, `reason` is the coded one that the partner reads, with the note; else the note is the
    vendor's own. Raises `not_protected` once the deal holds nothing that the sale is about, and what ending the
    protection does.
    """
    if result not in ChannelConflict.Outcome.values:
        raise Invalid("result_unknown", "Choose an outcome.", "result")
    ChannelConflict.LIFECYCLE.apply(conflict, "settle")
    deal = lock(actor, conflict.deal)
    if not _still_protected(conflict, deal):
        raise DomainError("not_protected", OVER)
    conflict.result, conflict.note = result, note.strip()
    conflict.settled_by, conflict.settled_at = actor.label, moment()
    conflict.save(update_fields=["status", "result", "note", "settled_by", "settled_at"])
    if result == ChannelConflict.Outcome.ENDED:
        cancel_deal(actor, deal, reason=reason, note=note)
    else:
        also(TOLD[ChannelConflict.Outcome(result)], actor, deal)


def _still_protected(conflict: ChannelConflict, deal: Deal) -> bool:
    held = Protection.objects.filter(vendor_id=deal.vendor_id, deal=deal, during__contains=now())
    line = conflict.opportunity.product_line_id
    return (held.filter(product_line=line) if line else held).exists()
