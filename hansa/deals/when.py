"""Due times in words: "Tue 14:00 CET", "due in 3 business hours", "overdue by 1 day"."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton, format_time
from django.utils import timezone

from hansa.core.web.said import reader_locale
from hansa.deals.models import UNDECIDED, Deal, Status
from hansa.kernel.business_time import Calendar

HOUR = timedelta(hours=1)
NEAR = timedelta(days=6)
URGENT = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Clock:
    """How a registration stands in time: words, their tone, and the moment that they are about, `until` in words."""

    words: str
    tone: str
    at: datetime | None
    zone: ZoneInfo
    now: datetime

    @property
    def until(self) -> str:
        return by_when(self.at, self.zone, self.now) if self.at else ""


def by_when(at: datetime, zone: ZoneInfo | None = None, now: datetime | None = None) -> str:
    """ "Tue 14:00 CET" within a week, else "Tue 8 Dec 14:00 CET"; in the reader's zone unless another is given."""
    local, today = timezone.localtime(at, zone), timezone.localtime(now, zone).date()
    near = abs(local.date() - today) <= NEAR
    day = format_skeleton("E" if near else "MMMEd", local, locale=reader_locale())
    clock = format_time(local.time(), "short", locale=reader_locale())
    return f"{day} {clock} {local.tzname()}"


def day_in_full(at: datetime, zone: ZoneInfo | None = None) -> str:
    """ "8 December 2026"; in the reader's zone unless another is given."""
    return f"{timezone.localtime(at, zone):%-d %B %Y}"


def clock_in_words(deal: Deal | Any, calendar: Calendar, now: datetime) -> Clock | None:
    """The vendor's or the partner's clock, whichever runs; None for what is decided, or has no due time."""
    if deal.status not in UNDECIDED or deal.due_at is None:
        return None
    if deal.status == Status.ACTION_REQUIRED:
        return Clock("partner is asked", "calm", deal.due_at, calendar.zone, now)
    return due_in_words(deal.due_at, calendar, now)


def due_in_words(due_at: datetime, calendar: Calendar, now: datetime) -> Clock:
    """A clock that runs until this moment."""
    about = (due_at, calendar.zone, now)
    if due_at <= now:
        return Clock(f"overdue by {_span(now - due_at)}", "bad", *about)
    left = calendar.between(now, due_at)
    return Clock(f"due {_left(left, calendar)}", "wait" if left <= URGENT else "calm", *about)


def _left(left: timedelta, calendar: Calendar) -> str:
    days = left // calendar.working_day()
    if days >= 2:
        return f"in {days} business days"
    hours = left // HOUR
    return f"in {hours} business {'hour' if hours == 1 else 'hours'}" if hours else "within the hour"


def _span(over: timedelta) -> str:
    if over.days:
        return f"{over.days} {'day' if over.days == 1 else 'days'}"
    hours = over // HOUR
    return f"{hours} {'hour' if hours == 1 else 'hours'}" if hours else "less than an hour"
