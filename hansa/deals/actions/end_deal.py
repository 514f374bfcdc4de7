"""End a registration before or at its time: what it protected is free from that moment."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from hansa.accounts.roles import CHANNEL_TEAM, PARTNER_SALES
from hansa.core.actions import action, at_once
from hansa.core.actors import Actor
from hansa.core.database import array, now, tell
from hansa.core.inserts import insert
from hansa.core.tenancy import acting, moment
from hansa.core.web.said import days_in_words
from hansa.deals.actions.decide_deal import decision_by_hand, locked_now
from hansa.deals.actions.remind_of_end import reminded_already
from hansa.deals.models import Deal, EndReason, Outcome, Status
from hansa.deals.protection import is_in_force, move_end, release
from hansa.deals.reasons import reason_called
from hansa.kernel.days import day_of, last_second
from hansa.kernel.errors import DomainError, Invalid
from hansa.programs.reasons import ReasonsFor
from hansa.programs.review_terms import zone_of

NOBODY: frozenset[str] = frozenset()
EXPIRE_SQL = "UPDATE deals_deal SET status = 'expired' WHERE vendor_id = %s AND id = ANY(%s::uuid[])"


@action("deal.withdraw", emits="deal.withdrawn", by=PARTNER_SALES)
def withdraw_deal(actor: Actor, deal: Deal) -> None:
    """Take the claim back; the customer is free for others at once."""
    _still_open(deal)
    Deal.LIFECYCLE.apply(deal, "withdraw")
    _end(deal, "", "")


@action("deal.cancel", emits="deal.canceled", by=CHANNEL_TEAM)
def cancel_deal(actor: Actor, deal: Deal, *, reason: str, note: str = "") -> None:
    """End the registration and its protection for a coded reason that the partner reads.

    Raises `notice_needed` while the program's terms promise notice of the end of what is protected.
    """
    called = check_reason(actor, deal, reason, note)
    _still_open(deal)
    if actor.kind != "system" and needs_notice(deal, now()):
        raise DomainError(
            "notice_needed", f"The program's terms promise notice of {days_in_words(deal.program.notice_days)}."
        )
    Deal.LIFECYCLE.apply(deal, "cancel")
    _end(deal, reason, note, called)
    if actor.kind != "system":
        insert(decision_by_hand(actor, deal, at=deal.closed_at))


@action("deal.expire", emits="deal.expired", by=NOBODY)
def expire_deal(actor: Actor, deal: Deal) -> None:
    """Close a registration whose protection has run out. The range freed the customer already, to the second."""
    if deal.protected_until is None or deal.protected_until > now():
        raise DomainError("not_due", "This protection has not run out.")
    Deal.LIFECYCLE.apply(deal, "expire")
    deal.save(update_fields=["status"])


def expire_due(actor: Actor, *, most: int) -> int:
    """`expire_deal` for as many of the vendor's that have run out; returns how many. What somebody works on is left."""
    with acting(actor):
        due = Deal.objects.visible_to(actor).filter(run_out(moment()), notice_given_at=None)
        rows = list(due.order_by("protected_until")[:most].select_for_update(no_key=True, skip_locked=True))
        at_once(expire_deal, actor, rows, _expire)
    return len(rows)


def run_out(at: datetime) -> Q:
    """What the sweep over protections is to close at this time."""
    return Q(status=Status.APPROVED, outcome=Outcome.OPEN, protected_until__lte=at)


@action("deal.announce_end", emits="deal.end_announced", by=CHANNEL_TEAM)
def announce_end(actor: Actor, deal: Deal, *, reason: str, ends_on: date, note: str = "") -> None:
    """Say that the protection ends with a day to come, where the vendor works, and why; its end moves there."""
    called = check_reason(actor, deal, reason, note)
    at = locked_now(deal)
    if not is_in_force(deal, at):
        raise DomainError("not_in_force", "Only a protection that holds can be given notice of.")
    if deal.notice_given_at:
        raise DomainError("already_announced", "The end of this protection is announced already.")
    zone = zone_of(deal.vendor_id)
    first, until = first_end(deal, at, zone), last_second(ends_on, zone)
    if ends_on < first:
        raise Invalid("too_soon", f"The program's terms promise notice: the first day is {first:%-d %B %Y}.", "ends_on")
    if deal.protected_until and until >= deal.protected_until:
        raise Invalid("ends_anyway", "The protection ends by then anyway.", "ends_on")
    move_end(deal, until)
    deal.protected_until, deal.notice_given_at = until, at
    deal.reason, deal.reason_text, deal.note = reason, called, note.strip()
    deal.reminded_days = reminded_already(until, deal.program.reminder_days, at)
    ended = ["protected_until", "notice_given_at", "reason", "reason_text", "note", "reminded_days"]
    deal.save(update_fields=ended)


@action("deal.end_after_notice", emits="deal.canceled", by=NOBODY)
def end_after_notice(actor: Actor, deal: Deal) -> None:
    """Close a registration whose end was announced, once that day is over."""
    if not deal.notice_given_at or deal.protected_until is None or deal.protected_until > now():
        raise DomainError("not_due", "This protection has not ended.")
    Deal.LIFECYCLE.apply(deal, "cancel")
    deal.closed_at = deal.protected_until
    deal.save(update_fields=["status", "closed_at"])


def needs_notice(deal: Deal, at: datetime) -> bool:
    """Whether the terms forbid to end this protection at once."""
    return is_in_force(deal, at) and deal.program.notice_days > 0


def first_end(deal: Deal, at: datetime, zone: ZoneInfo) -> date:
    """The first day after which the terms let a protection end that is given notice of now, in the vendor's zone."""
    return day_of(at, zone) + timedelta(days=deal.program.notice_days)


def check_reason(actor: Actor, deal: Deal, reason: str, note: str) -> str:
    """What the program calls the reason. Raises Invalid for one that it does not offer, or that says nothing alone."""
    called = reason_called(actor, deal, ReasonsFor.END, reason)
    if reason == EndReason.OTHER and not note.strip():
        raise Invalid("note_missing", "Say in the note why.", "note")
    return called


def _expire(deals: Sequence[Deal]) -> None:
    for deal in deals:
        Deal.LIFECYCLE.apply(deal, "expire")
    if deals:
        tell(EXPIRE_SQL, [deals[0].vendor_id, array(deal.pk for deal in deals)])


def _still_open(deal: Deal) -> None:
    if deal.outcome != Outcome.OPEN:
        raise DomainError("already_closed", f"This deal is {deal.outcome} already.")


def _end(deal: Deal, reason: str, note: str, called: str = "") -> None:
    deal.reason, deal.reason_text, deal.note, deal.closed_at = reason, called, note.strip(), now()
    deal.protected_until = release(deal)
    deal.save(update_fields=["status", "reason", "reason_text", "note", "closed_at", "protected_until"])
