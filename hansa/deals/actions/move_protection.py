"""Move a protection: end those of some deals and begin those of others, together or not at all."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from hansa.core.actions import also
from hansa.core.actors import Actor
from hansa.core.database import advisory_lock, now
from hansa.core.inserts import insert
from hansa.core.models import Event
from hansa.deals.actions.decide_deal import case_of, decision_by_hand, lines_of, locked
from hansa.deals.actions.register_deal import Case, begins_of, decide, protections_of
from hansa.deals.actions.remind_of_end import reminded_already
from hansa.deals.models import Deal, MovedReason
from hansa.deals.protection import begin_anew, is_in_force, release
from hansa.kernel.errors import DomainError

TAKEN = "Another protection of this customer stands in the way by now. Nothing was changed: look at who holds it first."


def move_protection(
    actor: Actor, losers: Sequence[UUID], winners: Mapping[UUID, timedelta | None], *, notes: Mapping[UUID, str]
) -> dict[UUID, timedelta]:
    """End the protections of the losers, as far as they hold, and protect the winners; within an action.

    Returns how much was left of each that ended. A winner is protected for the time given, which is what was left of
    it when it moved away and keeps its announced end, or for as long as the program's policy says. `notes` are what
    each deal's partner reads. Raises `already_protected`, `already_closed` or `partnership_inactive`, and then nothing
    is changed.
    """
    deals = locked(Deal.objects.filter(vendor_id=actor.vendor_id, pk__in=[*losers, *winners]))
    for company in sorted({deal.company_id for deal in deals}):
        advisory_lock("company", actor.vendor_id, company)
    ended = {
        deal.pk: _end(actor, deal, notes[deal.pk]) for deal in deals if deal.pk in losers and is_in_force(deal, now())
    }
    for deal in deals:
        if deal.pk in winners:
            _protect(actor, deal, winners[deal.pk], notes[deal.pk], now())
    return ended


def _end(actor: Actor, deal: Deal, note: str) -> timedelta:
    before, until = deal.status, cast(datetime, deal.protected_until)
    Deal.LIFECYCLE.apply(deal, "cancel")
    deal.reason, deal.reason_text = MovedReason.DISPUTE, str(MovedReason.DISPUTE.label)
    deal.note, deal.closed_at = note, now()
    deal.protected_until = release(deal)
    deal.save(update_fields=["status", "reason", "reason_text", "note", "closed_at", "protected_until"])
    insert(decision_by_hand(actor, deal, at=deal.closed_at))
    also("deal.protection_moved", actor, deal, {"status": [before, deal.status]})
    return until - cast(datetime, deal.protected_until)


def _protect(actor: Actor, deal: Deal, time: timedelta | None, note: str, at: datetime) -> None:
    case, before = case_of(deal, lines_of(deal), at=at), deal.status
    if case.standing.partnership_status != "active":
        raise DomainError("partnership_inactive", "This partner is not active any more, so nothing can be protected.")
    if deal.outcome != "open":
        raise DomainError("already_closed", f"This deal is {deal.outcome} already.")
    if case.taken:
        raise DomainError("already_protected", TAKEN)
    Deal.LIFECYCLE.apply(deal, "grant")
    deal.decided_at, deal.closed_at = at, None
    deal.protected_until = at + (time or timedelta(days=decide(case).protection_days))
    deal.note = note
    _give_back_the_notice(deal, returned=time is not None)
    deal.reminded_days = reminded_already(deal.protected_until, deal.program.reminder_days, at)
    deal.save()
    _hold(deal, case)
    insert(decision_by_hand(actor, deal))
    also("deal.protection_granted", actor, deal, {"status": [before, deal.status]})


def _give_back_the_notice(deal: Deal, *, returned: bool) -> None:
    """What moves back is as it was, an announced end with its reason too; what is protected anew has none."""
    deal.reason = deal.reason_text = ""
    if not returned:
        deal.notice_given_at = None
    if deal.notice_given_at:
        told = Event.objects.filter(vendor_id=deal.vendor_id, subject_id=deal.pk, name="deal.end_announced")
        announced = told.latest("at", "id").data
        deal.reason, deal.reason_text = announced["reason"], announced["reason_text"]


def _hold(deal: Deal, case: Case) -> None:
    """Hold each line; one that the deal has held before begins anew in its own row."""
    assert deal.protected_until
    before = set(deal.protections.filter(vendor_id=deal.vendor_id).values_list("product_line_id", flat=True))
    for line, begin in begins_of(deal, lines_of(deal), case.kept).items():
        if line in before:
            begin_anew(deal, line, begin)
        else:
            insert(*protections_of(deal, [line], (begin, deal.protected_until)))
