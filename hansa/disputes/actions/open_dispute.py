"""Open a dispute over a decision, add to it, or take it back."""

from datetime import datetime, timedelta

from hansa.accounts.roles import PARTNER_SALES
from hansa.core.actions import action, lock
from hansa.core.actors import Actor
from hansa.core.database import now
from hansa.core.inserts import insert
from hansa.core.web.said import days_in_words
from hansa.deals.models import Deal, DuplicateReason, MovedReason, Outcome, Status
from hansa.disputes.clock import begin, halt
from hansa.disputes.models import Dispute, Entry, Hearing, Result
from hansa.disputes.models import Outcome as Kept
from hansa.disputes.sides import entry
from hansa.kernel.errors import DomainError, Invalid

NOBODY: frozenset[str] = frozenset()
DISPUTABLE = (Status.REJECTED, Status.DUPLICATE, Status.CANCELED)
LONGEST = 10_000
HEARD = (Dispute.Status.OPENED, Dispute.Status.EVIDENCE, Dispute.Status.APPEALED)


@action("dispute.open", emits="dispute.opened", by=PARTNER_SALES, creates=True)
def open_dispute(actor: Actor, deal: Deal, *, statement: str, wish: str = "") -> Dispute:
    """Contest that a registration was turned down or its protection ended; one dispute at a time."""
    deal, at = lock(actor, deal), now()
    check_disputable(deal, at)
    dispute = Dispute(
        vendor_id=deal.vendor_id,
        partnership_id=deal.partnership_id,
        deal=deal,
        contested=deal.status,
        wish=wish.strip(),
        opener_id=actor.id if actor.kind == "person" else None,
        opened_at=at,
    )
    begin(dispute, deal, at)
    insert(dispute, entry(actor.label, dispute, Entry.Kind.STATEMENT, said(statement, "statement"), at))
    return dispute


@action("dispute.add_statement", emits="dispute.statement_added", by=PARTNER_SALES)
def add_statement(actor: Actor, dispute: Dispute, *, statement: str) -> None:
    """Add to one's own side of a dispute while it is looked at; it answers what was asked."""
    if dispute.status not in HEARD:
        raise DomainError("dispute_decided", "This dispute is decided: nothing more can be added.")
    insert(entry(actor.label, dispute, Entry.Kind.STATEMENT, said(statement, "statement"), now()))
    dispute.answer_by = None
    dispute.save(update_fields=["answer_by"])


@action("dispute.withdraw", emits="dispute.withdrawn", by=PARTNER_SALES)
def withdraw_dispute(actor: Actor, dispute: Dispute) -> None:
    """Take a dispute back, or one's own appeal; what was decided stands, and it cannot be disputed again."""
    if dispute.result == Result.GRANTED:
        raise DomainError("not_yours_to_withdraw", "It was decided for you. There is nothing to take back.")
    Dispute.LIFECYCLE.apply(dispute, "withdraw")
    dispute.result, dispute.closed_at = dispute.result or Result.WITHDRAWN, now()
    halt(dispute)
    dispute.save()


@action("hearing.close", emits="hearing.closed", by=NOBODY)
def close_hearing(actor: Actor, hearing: Hearing) -> None:
    """Tell the other side that the question is settled, and that nothing more is asked."""
    Hearing.LIFECYCLE.apply(hearing, "close")
    hearing.result, hearing.answer_by = hearing.result or Kept.KEPT, None
    hearing.save()


def check_disputable(deal: Deal, at: datetime) -> None:
    """Raises the refusal that says why this deal cannot be disputed now; it rests on the partner's own facts alone."""
    days, since = deal.program.dispute_days, told_at(deal)
    if deal.status not in DISPUTABLE or deal.outcome != Outcome.OPEN or since is None:
        raise DomainError("nothing_to_dispute", "Only a registration that was turned down, or ended, can be disputed.")
    if deal.reason == DuplicateReason.OWN_CLAIM:
        raise DomainError("own_claim", "You have registered this customer already, and that registration stands.")
    if deal.reason == MovedReason.DISPUTE:
        raise DomainError("decided_in_dispute", "This was decided in a dispute. Appeal there, as long as you may.")
    if not days:
        raise DomainError("no_disputes", "The program has no disputes. Write to your channel manager.")
    if at > since + timedelta(days=days):
        raise DomainError(
            "too_late", f"A decision can be disputed for {days_in_words(days)} after it is told. That time is over."
        )
    if Dispute.objects.filter(vendor_id=deal.vendor_id, deal=deal, opened_at__gte=since).exists():
        raise DomainError("disputed_before", "This decision is disputed already, or was.")


def told_at(deal: Deal) -> datetime | None:
    """Since when the days to dispute a decision are counted: from when the partner could know it."""
    return deal.closed_at or deal.told_at or deal.decided_at


def said(text: str, field: str) -> str:
    """The text. Raises Invalid for none, or too much."""
    if not text.strip():
        raise Invalid("text_missing", "Say what happened, and since when.", field)
    if len(text) > LONGEST:
        raise Invalid("text_too_long", f"That is too long: {LONGEST:,} characters fit.", field)
    return text
