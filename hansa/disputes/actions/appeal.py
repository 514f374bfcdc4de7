"""Appeal once: who lost asks somebody else to decide, and then it is over."""

from datetime import datetime

from hansa.accounts.roles import PARTNER_SALES
from hansa.core.actions import action, also
from hansa.core.actors import Actor
from hansa.core.database import now
from hansa.core.inserts import insert
from hansa.deals.when import day_in_full
from hansa.disputes.actions.open_dispute import said
from hansa.disputes.clock import begin
from hansa.disputes.models import Dispute, Entry, Hearing, Outcome, Result
from hansa.disputes.sides import entry, hearings_of
from hansa.kernel.errors import DomainError
from hansa.programs.review_terms import zone_of

NOBODY: frozenset[str] = frozenset()


@action("dispute.appeal", emits="dispute.appealed", by=PARTNER_SALES)
def appeal_dispute(actor: Actor, dispute: Dispute, *, statement: str) -> None:
    """Ask somebody else to decide a dispute that was not granted; once, within the program's days."""
    if dispute.result != Result.UPHELD:
        raise DomainError("not_lost", "Only who lost appeals.")
    text = said(statement, "statement")
    _again(dispute, in_time(dispute))
    insert(entry(actor.label, dispute, Entry.Kind.APPEAL, text, now()))


@action("hearing.appeal", emits="hearing.appealed", by=PARTNER_SALES)
def appeal_hearing(actor: Actor, hearing: Hearing, *, statement: str) -> None:
    """Ask somebody else to decide about a protection that was ended; once, within the program's days."""
    if hearing.result != Outcome.MOVED or hearing.partnership_id != actor.partnership_id:
        raise DomainError("not_lost", "Only who lost appeals.")
    text = said(statement, "statement")
    at = in_time(hearing)
    Hearing.LIFECYCLE.apply(hearing, "appeal")
    hearing.appealed_at = at
    hearing.save()
    insert(entry(actor.label, hearing, Entry.Kind.APPEAL, text, at))


@action("dispute.take_up_appeal", emits="dispute.looked_at_again", by=NOBODY)
def take_up_appeal(actor: Actor, dispute: Dispute) -> None:
    """Let somebody else decide a dispute anew because the other side has appealed."""
    _again(dispute, now())


@action("dispute.close", emits="dispute.closed", by=NOBODY)
def close_dispute(actor: Actor, dispute: Dispute) -> None:
    """Close a dispute that nobody has appealed in time; what was decided stays."""
    at, hearings = now(), hearings_of(dispute)
    if not dispute.appeal_until or dispute.appeal_until > at or any(one.appealed_at for one in hearings):
        raise DomainError("not_due", "It can still be appealed, or is.")
    Dispute.LIFECYCLE.apply(dispute, "close")
    dispute.closed_at = at
    dispute.save(update_fields=["status", "closed_at"])
    for hearing in hearings:
        Hearing.LIFECYCLE.apply(hearing, "close")
        hearing.save(update_fields=["status"])
        also("hearing.closed", actor, hearing)


def in_time(side: Dispute | Hearing) -> datetime:
    """Now, while an appeal is possible. Raises its refusal where it is not."""
    at, until = now(), side.appeal_until
    if side.appealed_at or until is None:
        raise DomainError("appealed_before", "An appeal is decided once, for good.")
    if until <= at:
        raise DomainError("too_late", f"It could be appealed until {day_in_full(until, zone_of(side.vendor_id))}.")
    return at


def _again(dispute: Dispute, at: datetime) -> None:
    Dispute.LIFECYCLE.apply(dispute, "appeal")
    dispute.appealed_at = at
    begin(dispute, dispute.deal, at)
    dispute.save()
