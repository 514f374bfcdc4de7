"""Ask the partner for more: the clock stands, and only what was asked for can be changed."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from hansa.accounts.roles import DEAL_DESK
from hansa.core.actions import action
from hansa.core.actors import Actor
from hansa.core.database import now
from hansa.deals.actions.conclude import refuse_what_is_held
from hansa.deals.actions.decide_deal import reject_deal
from hansa.deals.clock_models import Field
from hansa.deals.clocks import ANSWER_REMINDER, clock_of, go_on, stop
from hansa.deals.models import ClockStep, Deal, Question, RejectReason
from hansa.deals.questions import open_question
from hansa.kernel.days import day_of
from hansa.kernel.errors import DomainError, Invalid
from hansa.programs.models import OnSilence
from hansa.programs.review_terms import ReviewTerms, terms_of

NOBODY: frozenset[str] = frozenset()
LONGEST_WAIT = timedelta(days=90)
UNANSWERED = "We asked you for more and got no answer in time. If the sale goes on, register it again with the answer."


@action("deal.ask_for_more", emits="deal.asked_for_more", by=DEAL_DESK)
def ask_for_more(actor: Actor, deal: Deal, *, question: str, answer_by: date, fields: Sequence[str] = ()) -> None:
    """Ask the partner a question and open some fields for it; the clock stands until the answer or its deadline.

    The partner may answer until your work ends on that day, or on the next working day.
    """
    if not question.strip():
        raise Invalid("question_missing", "What do you need to know?", "question")
    if unknown := set(fields) - set(Field.values):
        raise Invalid("field_unknown", f"Nobody can open {', '.join(sorted(unknown))}.", "fields")
    terms, at = terms_of(deal.vendor_id, deal.program_id), now()
    until = closing_of(terms, answer_by, at)
    refuse_what_is_held(deal)
    Deal.LIFECYCLE.apply(deal, "ask")
    clock = clock_of(deal, terms, at)
    stop(deal, clock, terms, at)
    clock.save()
    deal.due_at = until
    deal.save(update_fields=["status", "due_at"])
    Question.objects.create(
        vendor_id=deal.vendor_id,
        partnership_id=deal.partnership_id,
        deal=deal,
        number=1 + Question.objects.filter(vendor_id=deal.vendor_id, deal=deal).count(),
        text=question.strip(),
        fields=[field for field in Field.values if field in fields],
        asked_by_id=actor.id if actor.kind == "person" else None,
        asked_at=at,
        answer_by=until,
        remind_at=_reminder(terms, at, until),
    )


@action("deal.remind_partner", emits="deal.partner_reminded", by=NOBODY)
def remind_partner(actor: Actor, deal: Deal) -> None:
    """Remind the partner of the question before the time to answer it is over."""
    asked = open_question(deal)
    ClockStep.objects.create(vendor_id=deal.vendor_id, deal=deal, kind=ANSWER_REMINDER, round=asked.number)
    asked.remind_at = None
    asked.save(update_fields=["remind_at"])


@action("deal.lapse_question", emits="deal.question_lapsed", by=NOBODY)
def lapse_question(actor: Actor, deal: Deal) -> None:
    """Close a question that nobody answered in time: back to review, or turned down, as the program says."""
    asked, at = open_question(deal), now()
    if asked.answer_by > at:
        raise DomainError("not_due", "The partner may still answer.")
    asked.closed_at, asked.remind_at = at, None
    asked.save(update_fields=["closed_at", "remind_at"])
    terms = terms_of(deal.vendor_id, deal.program_id)
    if terms.on_silence == OnSilence.CLOSE:
        if deal.program.answer_times:
            back_to_review(deal, terms, at)
        reject_deal(actor, deal, reason=RejectReason.INSUFFICIENT, note=UNANSWERED)
        deal.refresh_from_db()
        return
    back_to_review(deal, terms, at)


def closing_of(terms: ReviewTerms, answer_by: date, at: datetime) -> datetime:
    """Until when who is asked may answer: to the end of work on that day, or on the next working day.

    Raises Invalid for a day that is over, or too far away.
    """
    latest = at + LONGEST_WAIT
    until = terms.calendar.closing(answer_by) if answer_by <= day_of(latest, terms.calendar.zone) else latest
    if until <= at:
        raise Invalid("deadline_past", "Choose a day whose working hours are not over.", "answer_by")
    if until >= latest:
        raise Invalid("deadline_far", f"Choose a day within {LONGEST_WAIT.days} days.", "answer_by")
    return until


def back_to_review(deal: Deal, terms: ReviewTerms, at: datetime) -> None:
    """Let the vendor decide again: the clock goes on from where it stood."""
    Deal.LIFECYCLE.apply(deal, "return_to_review")
    clock = clock_of(deal, terms, at)
    go_on(deal, clock, terms, at)
    clock.save()
    deal.save(update_fields=["status", "due_at"])


def _reminder(terms: ReviewTerms, at: datetime, until: datetime) -> datetime | None:
    """When the partner is reminded: at the last of the shares at which the vendor is."""
    if not terms.reminders:
        return None
    return terms.calendar.after(at, terms.calendar.between(at, until) * terms.reminders[-1] / 100)
