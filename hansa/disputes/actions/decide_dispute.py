"""Decide a dispute: what was decided stands, or the protection moves, in one transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from hansa.accounts.roles import CHANNEL_TEAM
from hansa.core.actions import action, also
from hansa.core.actors import Actor
from hansa.core.database import now
from hansa.core.inserts import insert
from hansa.deals.actions.move_protection import move_protection
from hansa.deals.exhibits import looked_at_anew
from hansa.disputes.clock import halt
from hansa.disputes.deciders import check_decider
from hansa.disputes.models import Dispute, Hearing, Outcome, Reason, Result
from hansa.disputes.sides import hearings_of, holders_of, still_asked
from hansa.kernel.errors import DomainError, Invalid
from hansa.kernel.ids import new_id, public_id
from hansa.programs.models import Program
from hansa.rulebook.models import DecisionEvidence
from hansa.rulebook.record import overridden

POLICY = "registration-dispute"
DECISIONS = (Result.UPHELD, Result.GRANTED)


@action("dispute.decide", emits="dispute.decided", by=CHANNEL_TEAM)
def decide_dispute(
    actor: Actor, dispute: Dispute, *, result: str, reason: str, note: str, other_note: str = ""
) -> None:
    """Uphold what was decided, or move the protection to who disputes it, for a reason that both sides read.

    `note` is for who opened the dispute, `other_note` for the side that was heard. Who decided before does not decide,
    an appeal never. Raises `not_heard` before a protection moves from a side that nobody has asked, and
    `already_protected` where another protection has come in between; then nothing is changed.
    """
    hearings = _locked(dispute)
    check_words(hearings, result, reason, note, other_note)
    if still_asked(dispute):
        raise DomainError("still_asked", "Somebody is asked and may still answer. Decide when they have, or cannot.")
    final = dispute.status == Dispute.Status.APPEALED
    person = check_decider(actor, dispute, decide_dispute)
    before = dispute.result
    Dispute.LIFECYCLE.apply(dispute, "settle" if final else "decide")
    proof = looked_at_anew(dispute.deal).evidence
    moved = _move(actor, dispute, hearings, before, result, note.strip(), other_note.strip())
    at = now()
    dispute.result, dispute.reason, dispute.note = result, reason, note.strip()
    dispute.decider_id, dispute.decided_by, dispute.decided_at = person, actor.label, at
    dispute.appeal_until = None if final else at + _time_to_appeal(dispute)
    dispute.closed_at = at if final else None
    halt(dispute)
    dispute.save()
    _write_down(actor, dispute, hearings, proof, other_note.strip())
    for hearing in hearings:
        left = moved.get(hearing.deal_id) if hearing.deal_id else None
        _tell(actor, dispute, hearing, left, other_note.strip())


def check_words(hearings: Sequence[Hearing], result: str, reason: str, note: str, other_note: str) -> None:
    """Raises Invalid for a result or a reason that there is not, and for a side that would be told nothing."""
    if result not in DECISIONS:
        raise Invalid("result_unknown", "Uphold the decision, or grant the dispute.", "result")
    if reason not in Reason.values:
        raise Invalid("reason_unknown", "Choose a reason.", "reason")
    if not note.strip():
        raise Invalid("note_missing", "Say why: who opened the dispute reads it.", "note")
    if not other_note.strip() and any(hearing.partnership_id for hearing in hearings):
        raise Invalid("note_missing", "Say why: the other side reads it.", "other_note")


def _locked(dispute: Dispute) -> list[Hearing]:
    """The hearings, held against their sides until all is decided."""
    ids = [hearing.pk for hearing in hearings_of(dispute)]
    rows = Hearing.objects.filter(vendor_id=dispute.vendor_id, pk__in=ids).order_by("opened_at", "id")
    return list(rows.select_for_update(no_key=True))


def _move(
    actor: Actor, dispute: Dispute, hearings: Sequence[Hearing], before: str, result: str, note: str, other_note: str
) -> dict[UUID, timedelta]:
    """Move the protection where the result asks for it; returns how much of each protection that ended was left."""
    deal, own = dispute.deal, [hearing for hearing in hearings if hearing.deal_id]
    notes = {deal.pk: note, **{hearing.deal_id: other_note for hearing in own if hearing.deal_id}}
    if result == Result.GRANTED and before != Result.GRANTED:
        _check_heard(dispute, own)
        losers = [hearing.deal_id for hearing in own if hearing.deal_id]
        return move_protection(actor, losers, {deal.pk: None}, notes=notes)
    if result == Result.UPHELD and before == Result.GRANTED:
        back = {
            hearing.deal_id: timedelta(seconds=hearing.left_seconds)
            for hearing in own
            if hearing.deal_id and hearing.result == Outcome.MOVED
        }
        move_protection(actor, [deal.pk], back, notes=notes)
    return {}


def _check_heard(dispute: Dispute, hearings: Sequence[Hearing]) -> None:
    heard = {hearing.deal_id for hearing in hearings}
    if any(holder.pk not in heard for holder in holders_of(dispute.deal, now())):
        raise DomainError(
            "not_heard", "Another partner is protected here and was not asked. Hear the other side first."
        )


def _time_to_appeal(dispute: Dispute) -> timedelta:
    days = Program.objects.values_list("appeal_days", flat=True)
    return timedelta(days=days.get(vendor_id=dispute.vendor_id, pk=dispute.deal.program_id))


def _write_down(
    actor: Actor, dispute: Dispute, hearings: Sequence[Hearing], proof: Sequence[object], other_note: str
) -> None:
    """The decision for good: the share of who opened the dispute, that of each side heard, and the vendor's."""
    at: datetime = dispute.decided_at or now()
    outputs = {"result": dispute.result, "reason": dispute.reason}
    own = overridden(
        actor, dispute.partnership_id, dispute.pk, policy=POLICY, outputs=outputs, note=dispute.note, at=at
    )
    facts = {
        "contested": dispute.contested,
        "deal": dispute.deal.public_id,
        "heard": [public_id("deal", hearing.deal_id) for hearing in hearings if hearing.deal_id],
        "told_the_other_side": other_note,
    }
    insert(own)
    insert(DecisionEvidence(id=new_id(), vendor_id=actor.vendor_id, decision_id=own.pk, facts=facts, evidence=[*proof]))


def _tell(actor: Actor, dispute: Dispute, hearing: Hearing, left: timedelta | None, note: str) -> None:
    """Close or decide one hearing in its own words; its side reads nothing of the dispute's own row."""
    moves_back = dispute.result == Result.UPHELD
    if left:
        hearing.result, hearing.left_seconds = Outcome.MOVED, int(left.total_seconds())
    elif moves_back:
        hearing.result = Outcome.KEPT
    elif hearing.result == Outcome.KEPT:
        hearing.result = ""
    final = dispute.status == Dispute.Status.CLOSED
    if final or hearing.status != Hearing.Status.DECIDED:
        Hearing.LIFECYCLE.apply(hearing, "close" if final else "decide")
    hearing.reason, hearing.note, hearing.decided_at = dispute.reason, note, dispute.decided_at
    hearing.appeal_until = dispute.appeal_until if hearing.result == Outcome.MOVED else None
    hearing.save()
    if hearing.partnership_id:
        outputs = {"result": hearing.result, "reason": hearing.reason}
        insert(
            overridden(
                actor,
                hearing.partnership_id,
                hearing.pk,
                policy=POLICY,
                outputs=outputs,
                note=note,
                at=dispute.decided_at or now(),
            )
        )
    also("hearing.decided", actor, hearing)
