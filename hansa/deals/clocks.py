"""The clock of a registration: it starts when a person has to decide, and stands while the partner is asked."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from hansa.deals.models import Deal, ReviewClock, Status
from hansa.deals.terms import Terms, terms_of_deal
from hansa.kernel.days import day_of
from hansa.programs.models import OnBreach
from hansa.programs.review_terms import ReviewTerms, terms_of

OVERDUE, ESCALATION, BY_DEFAULT = "overdue", "escalation", "default_outcome"
ANSWER_REMINDER = "answer_reminder"


class Timed(Protocol):
    """What is to be decided by `due_at`: a registration, or something else with a clock."""

    due_at: datetime | None


class Running(Protocol):
    """A clock: how much open time there was, and how much of it was left at `since`; it stands while that is null."""

    left_seconds: int
    since: datetime | None
    next_step_at: datetime | None

    @property
    def allowed(self) -> timedelta: ...
    @property
    def left(self) -> timedelta: ...


@dataclass(frozen=True, slots=True)
class Due:
    """A step of a clock and when it comes; `kind` is reminder_<percent>, overdue or escalation."""

    kind: str
    at: datetime


def started(deal: Deal, terms: ReviewTerms, at: datetime) -> ReviewClock:
    """The unsaved clock of a registration that a person has to decide from now on; the deal gets its due time."""
    seconds = int(terms.allowed.total_seconds())
    clock = ReviewClock(
        vendor_id=deal.vendor_id,
        partnership_id=deal.partnership_id,
        deal=deal,
        allowed_seconds=seconds,
        left_seconds=seconds,
    )
    go_on(deal, clock, terms, at)
    return clock


def clocks_for(deal: Deal, terms: Terms, at: datetime) -> list[ReviewClock]:
    """The unsaved clock of a deal just registered, if a person decides it."""
    if deal.status != Status.UNDER_REVIEW:
        return []
    return [started(deal, allowed_for(deal, terms, terms_of(deal.vendor_id, deal.program_id)), at)]


def allowed_for(deal: Deal, terms: Terms, usual: ReviewTerms) -> ReviewTerms:
    """The program's terms of review with the time that the policy gives to decide this deal, at least an hour."""
    extra = terms.review_hours((deal.expected_close - day_of(deal.submitted_at, usual.calendar.zone)).days)
    return replace(usual, allowed=max(timedelta(hours=1), usual.allowed + timedelta(hours=extra)))


def clock_of(deal: Deal, terms: ReviewTerms, at: datetime) -> ReviewClock:
    """The deal's clock, which its row's lock guards; what never had one gets one now."""
    found: ReviewClock | None = ReviewClock.objects.filter(vendor_id=deal.vendor_id, deal=deal).first()
    return found or started(deal, allowed_for(deal, terms_of_deal(deal), terms), at)


def go_on(deal: Timed, clock: Running, terms: ReviewTerms, at: datetime) -> None:
    """Let the clock run from now with the time that is left; saves neither."""
    clock.since = at
    deal.due_at = terms.calendar.after(at, clock.left)
    clock.next_step_at = next_at(deal, clock, terms, at)


def stop(deal: Timed, clock: Running, terms: ReviewTerms, at: datetime) -> None:
    """Stop the clock; what is left to decide is kept. Saves nothing."""
    left = terms.calendar.between(at, deal.due_at) if deal.due_at else clock.left
    clock.left_seconds = int(left.total_seconds())
    clock.since = clock.next_step_at = None


def steps(deal: Timed, clock: Running, terms: ReviewTerms) -> list[Due]:
    """What comes while the clock runs, in its order; reminders only while there is time left to act on them."""
    if clock.since is None or deal.due_at is None:
        return []
    found = []
    for share in terms.reminders:
        before_due = clock.allowed * (100 - share) / 100
        at = terms.calendar.after(clock.since, clock.left - before_due)
        if before_due < clock.left and at < deal.due_at:
            found.append(Due(f"reminder_{share}", at))
    if terms.on_breach != OnBreach.NOTHING:
        found.append(Due(OVERDUE, deal.due_at))
        if terms.escalation_role:
            later = terms.calendar.after(deal.due_at, max(terms.escalate_after, timedelta(seconds=1)))
            found.append(Due(ESCALATION, later))
    return found


def next_at(deal: Timed, clock: Running, terms: ReviewTerms, at: datetime) -> datetime | None:
    """When the next step after this moment comes."""
    return next((step.at for step in steps(deal, clock, terms) if step.at > at), None)


def step_now(deal: Timed, clock: Running, terms: ReviewTerms, at: datetime) -> str:
    """The kind of the step that is to be done: the last whose time has come, as those before it would say less."""
    return next((step.kind for step in reversed(steps(deal, clock, terms)) if step.at <= at), "")
