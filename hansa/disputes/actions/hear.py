"""Hear the sides of a dispute: each is asked by itself and answers for itself, and the clock stands meanwhile."""

from datetime import date, datetime

from hansa.accounts.roles import CHANNEL_TEAM, DEAL_DESK, PARTNER_SALES, Role
from hansa.core.actions import action, also
from hansa.core.actors import Actor
from hansa.core.database import now
from hansa.core.inserts import insert
from hansa.deals.actions.ask_for_more import closing_of
from hansa.deals.models import Deal
from hansa.disputes.actions.open_dispute import HEARD, said
from hansa.disputes.clock import pause, resume, terms_for
from hansa.disputes.models import Dispute, Entry, Hearing, Pairing
from hansa.disputes.sides import entry, hearings_of, holders_of, still_asked
from hansa.kernel.errors import DomainError, Invalid, NotPermitted

NOBODY: frozenset[str] = frozenset()
EACH_SIDE = PARTNER_SALES | DEAL_DESK | {Role.ACCOUNT_EXECUTIVE}


@action("dispute.ask_opener", emits="dispute.asked", by=CHANNEL_TEAM)
def ask_opener(actor: Actor, dispute: Dispute, *, question: str, answer_by: date) -> None:
    """Ask who opened a dispute for evidence; the clock stands until the answer or its deadline."""
    until, at = _asking(dispute, question, answer_by)
    dispute.answer_by = until
    dispute.save()
    insert(entry(actor.label, dispute, Entry.Kind.QUESTION, question, at))


@action("dispute.ask_other_side", emits="hearing.asked", by=CHANNEL_TEAM)
def ask_other_side(actor: Actor, dispute: Dispute, *, question: str, answer_by: date) -> Hearing:
    """Ask whom the decision protects for evidence: each partner about its own deal, else our own sales.

    Who opened the dispute learns that evidence is gathered, the same in every case.
    """
    before = dispute.status
    until, at = _asking(dispute, question, answer_by)
    dispute.save()
    hearings = [_asked(hearing, until) for hearing in hearings_of(dispute)]
    known = {hearing.deal_id for hearing in hearings}
    new = [_heard(dispute, deal, until, at) for deal in holders_of(dispute.deal, at) if deal.pk not in known]
    if not hearings and not new:
        new = [_heard(dispute, None, until, at)]
    for hearing in (*hearings, *new):
        insert(entry(actor.label, hearing, Entry.Kind.QUESTION, question, at))
    if before != dispute.status:
        also("dispute.evidence_sought", actor, dispute, {"status": [before, dispute.status]})
    first, *others = (*hearings, *new)
    for hearing in others:
        also("hearing.asked", actor, hearing)
    return first


@action("hearing.answer", emits="hearing.answered", by=EACH_SIDE)
def answer_hearing(actor: Actor, hearing: Hearing, *, statement: str) -> None:
    """Say what one's own side knows, when one's protection is disputed; it answers what was asked."""
    if hearing.partnership_id != actor.partnership_id:
        raise NotPermitted("other_side", "Each side answers for itself.")
    if hearing.status not in (Hearing.Status.ASKED, Hearing.Status.HEARD, Hearing.Status.APPEALED):
        raise DomainError("hearing_over", "This is decided: nothing more can be added.")
    insert(entry(actor.label, hearing, Entry.Kind.STATEMENT, said(statement, "statement"), now()))
    _hear(hearing)


@action("hearing.lapse", emits="hearing.lapsed", by=NOBODY)
def lapse_hearing(actor: Actor, hearing: Hearing) -> None:
    """Go on without the answer of a side whose time to give it has passed."""
    _check_due(hearing.answer_by)
    _hear(hearing)


@action("dispute.lapse_question", emits="dispute.question_lapsed", by=NOBODY)
def lapse_question(actor: Actor, dispute: Dispute) -> None:
    """Go on without the answer of who opened a dispute, as the time to give it has passed."""
    _check_due(dispute.answer_by)
    dispute.answer_by = None
    dispute.save(update_fields=["answer_by"])


@action("dispute.resume", emits="dispute.resumed", by=NOBODY)
def resume_dispute(actor: Actor, dispute: Dispute) -> None:
    """Let the clock go on once nobody is asked any more."""
    if still_asked(dispute):
        raise DomainError("still_asked", "Somebody may still answer.")
    resume(dispute, terms_for(dispute.vendor_id, dispute.deal.program_id), now())
    dispute.save()


def _asking(dispute: Dispute, question: str, answer_by: date) -> tuple[datetime, datetime]:
    """Until when an answer is awaited, and now; the clock stands from here on."""
    if not question.strip():
        raise Invalid("question_missing", "What do you need to know?", "question")
    if dispute.status not in HEARD:
        raise DomainError("dispute_decided", "This dispute is decided: nobody is asked any more.")
    terms, at = terms_for(dispute.vendor_id, dispute.deal.program_id), now()
    until = closing_of(terms, answer_by, at)
    pause(dispute, terms, at)
    return until, at


def _asked(hearing: Hearing, until: datetime) -> Hearing:
    if hearing.status != Hearing.Status.ASKED:
        Hearing.LIFECYCLE.apply(hearing, "ask")
    hearing.answer_by = until
    hearing.save()
    return hearing


def _heard(dispute: Dispute, deal: Deal | None, until: datetime, at: datetime) -> Hearing:
    hearing = Hearing(
        vendor_id=dispute.vendor_id,
        partnership_id=deal.partnership_id if deal else None,
        deal=deal,
        opened_at=at,
        answer_by=until,
    )
    insert(hearing)
    insert(Pairing(vendor_id=dispute.vendor_id, dispute=dispute, hearing=hearing))
    return hearing


def _hear(hearing: Hearing) -> None:
    if hearing.status == Hearing.Status.ASKED:
        Hearing.LIFECYCLE.apply(hearing, "hear")
    hearing.answer_by = None
    hearing.save(update_fields=["status", "answer_by"])


def _check_due(answer_by: datetime | None) -> None:
    if answer_by is None or answer_by > now():
        raise DomainError("not_due", "There is still time to answer.")
