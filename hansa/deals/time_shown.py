"""Deciding in time as the pages of one deal show it: the clock, and what was asked and answered."""

from datetime import datetime
from typing import Any

from hansa.core.actors import Actor
from hansa.deals.models import Deal, Question, Status
from hansa.deals.when import by_when, clock_in_words
from hansa.programs.review_terms import calendar_of


def time_of(actor: Actor, deal: Deal, now: datetime) -> dict[str, Any]:
    """What a deal's page says about time: `clock`, `act_by` in words, `answered`, and `questions`, the latest first.

    `answered` says when all registrations of the deal's program are answered, where none is answered at once. Inside
    acting(); two queries, with the program at hand.
    """
    calendar = calendar_of(deal.vendor_id)
    asked = list(Question.objects.visible_to(actor).filter(deal=deal))
    clock, told = clock_in_words(deal, calendar, now), calendar.next_of(deal.program.answer_times, now)
    return {
        "clock": clock,
        "act_by": clock.until if clock else "",
        "answered": f"{deal.program.answered}, next {by_when(told, calendar.zone, now)}" if told else "",
        "questions": [
            {
                "asked": one,
                "open": one.closed_at is None and deal.status == Status.ACTION_REQUIRED,
                "unanswered": one.closed_at is not None and one.answered_at is None,
                "until": by_when(one.answer_by, calendar.zone, now),
            }
            for one in reversed(asked)
        ],
    }
