"""The sweep over clocks: reminders, escalation, default outcomes, and questions that nobody answered."""

from collections.abc import Callable, Set
from uuid import UUID

import structlog
from django.db.models import Q
from procrastinate.contrib.django import app

from hansa.core.actions import lock
from hansa.core.actors import Actor, System
from hansa.core.database import now
from hansa.core.tenancy import acting, moment
from hansa.deals.actions import (
    approve_by_default,
    escalate_review,
    lapse_question,
    remind_decider,
    remind_partner,
)
from hansa.deals.actions.conclude import verdict_of
from hansa.deals.clocks import BY_DEFAULT, ESCALATION, OVERDUE, clock_of, next_at, step_now
from hansa.deals.models import ClockStep, Deal, Question, ReviewClock, Status
from hansa.kernel.errors import DomainError
from hansa.programs.models import OnBreach
from hansa.programs.review_terms import terms_of

BATCH = 500

Find = Callable[[Actor, Set[UUID]], list[UUID]]

log = structlog.get_logger()


@app.task(name="sweep_clocks")
def sweep_clocks(vendor_id: str) -> int:
    """Do what is due because nobody decided or answered; returns how many registrations it looked at.

    Each in its own transaction. Whoever was away for days does the last of what came due, once, and leaves out the
    rest: a reminder after its deadline is none.
    """
    actor = System("the program's rules", UUID(vendor_id))
    sweep_each(actor, clocks_missing, start_clock)
    return sweep_each(actor, clocks_due, keep_review_time) + sweep_each(actor, questions_due, keep_answer_time)


def clocks_missing(actor: Actor, without: Set[UUID]) -> list[UUID]:
    """The registrations under review from before there were clocks."""
    waiting = Deal.objects.filter(vendor_id=actor.vendor_id, status=Status.UNDER_REVIEW, due_at=None)
    waiting = waiting.exclude(pk__in=without).order_by("submitted_at", "id")
    return list(waiting.values_list("pk", flat=True)[:BATCH])


def start_clock(actor: Actor, deal_id: UUID) -> None:
    """Give one registration the whole time to decide, from now on."""
    with acting(actor):
        deal = lock(actor, Deal(pk=deal_id))
        if deal.status == Status.UNDER_REVIEW and deal.due_at is None:
            clock_of(deal, terms_of(deal.vendor_id, deal.program_id), now()).save()
            deal.save(update_fields=["due_at"])


def clocks_due(actor: Actor, without: Set[UUID]) -> list[UUID]:
    """The registrations whose clock has a step to do, the longest due first."""
    due = ReviewClock.objects.filter(vendor_id=actor.vendor_id, next_step_at__lte=moment())
    due = due.exclude(deal_id__in=without).order_by("next_step_at")
    return list(due.values_list("deal_id", flat=True)[:BATCH])


def questions_due(actor: Actor, without: Set[UUID]) -> list[UUID]:
    """The registrations whose partner is to be reminded, or has not answered in time."""
    waiting = Question.objects.filter(
        vendor_id=actor.vendor_id, closed_at=None, deal__status=Status.ACTION_REQUIRED
    ).filter(Q(answer_by__lte=moment()) | Q(remind_at__lte=moment()))
    waiting = waiting.exclude(deal_id__in=without).order_by("answer_by")
    return list(waiting.values_list("deal_id", flat=True)[:BATCH])


def keep_review_time(actor: Actor, deal_id: UUID) -> None:
    """The last step of one registration's clock whose time has come, unless it was done."""
    kind, approves = _step(actor, deal_id)
    if kind in (OVERDUE, ESCALATION) and approves:
        try:
            approve_by_default(actor, Deal(pk=deal_id, vendor_id=actor.vendor_id))
        except DomainError as refusal:
            log.info("not approved by default", deal=str(deal_id), why=refusal.code)
    with acting(actor):
        deal = lock(actor, Deal(pk=deal_id))
        clock = ReviewClock.objects.get(vendor_id=actor.vendor_id, deal=deal)
        terms = terms_of(deal.vendor_id, deal.program_id)
        waits = deal.status == Status.UNDER_REVIEW and not _held(deal)
        clock.next_step_at = next_at(deal, clock, terms, now()) if waits else None
        clock.save(update_fields=["next_step_at"])
        if kind and waits and not _done(deal, kind):
            act = escalate_review if kind in (OVERDUE, ESCALATION) else remind_decider
            act(actor, deal, kind=kind)


def keep_answer_time(actor: Actor, deal_id: UUID) -> None:
    """Close the question of one registration whose time is over, else remind the partner of it."""
    with acting(actor):
        deal = lock(actor, Deal(pk=deal_id))
        asked = Question.objects.filter(vendor_id=actor.vendor_id, deal=deal, closed_at=None).last()
        if asked is None or deal.status != Status.ACTION_REQUIRED:
            return
        if asked.answer_by <= now():
            lapse_question(actor, deal)
        elif asked.remind_at and asked.remind_at <= now():
            remind_partner(actor, deal)


def _step(actor: Actor, deal_id: UUID) -> tuple[str, bool]:
    """The kind of the step that is to be done, and whether silence may approve."""
    with acting(actor):
        deal = lock(actor, Deal(pk=deal_id))
        terms = terms_of(deal.vendor_id, deal.program_id)
        clock = ReviewClock.objects.get(vendor_id=actor.vendor_id, deal=deal)
        if deal.status != Status.UNDER_REVIEW or _held(deal):
            return "", False
        approves = terms.on_breach == OnBreach.APPROVE and not _done(deal, BY_DEFAULT)
        return step_now(deal, clock, terms, now()), approves


def _held(deal: Deal) -> bool:
    return bool((verdict := verdict_of(deal)) and verdict.held)


def _done(deal: Deal, kind: str) -> bool:
    return ClockStep.objects.filter(vendor_id=deal.vendor_id, deal=deal, kind=kind).exists()


def sweep_each(actor: Actor, find: Find, keep: Callable[[Actor, UUID], None]) -> int:
    """Keep all that is found; one that fails does not keep the others from theirs, however many stand before them."""
    seen: set[UUID] = set()
    stuck: set[UUID] = set()  # looked at, and found again
    failures: list[Exception] = []
    while True:
        with acting(actor):
            due = find(actor, stuck)
        if not due:
            break
        stuck |= seen.intersection(due)
        for one in [one for one in due if one not in seen]:
            try:
                keep(actor, one)
            except Exception as error:  # tried again with the next sweep
                log.exception("time not kept", row=str(one))
                failures.append(error)
                stuck.add(one)
        seen |= set(due)
    if failures:
        raise failures[0]
    return len(seen)
