"""Until when a registration is decided, and what happens if it is not: a program's terms and the vendor's calendar."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from hansa.core.database import Query, Rows, ask_together
from hansa.core.tenancy import moment
from hansa.kernel import business_time
from hansa.kernel.days import day_of
from hansa.programs.models import usual_week

CALENDAR_SQL = """
SELECT coalesce(calendar.timezone, vendor.timezone), calendar.hours::json, calendar.holidays::json
FROM accounts_vendor vendor LEFT JOIN programs_calendar calendar ON calendar.vendor_id = vendor.id
WHERE vendor.id = %s
"""
TERMS_SQL = """
SELECT review_hours, reminders, on_breach, escalation_role, escalate_after, on_silence
FROM programs_program WHERE vendor_id = %s AND id = %s
"""


@dataclass(frozen=True, slots=True)
class ReviewTerms:
    """`allowed` and `escalate_after` are open time, `reminders` percent of it in their order."""

    calendar: business_time.Calendar
    allowed: timedelta
    reminders: tuple[int, ...]
    on_breach: str
    escalation_role: str
    escalate_after: timedelta
    on_silence: str


def calendar_of(vendor_id: UUID) -> business_time.Calendar:
    """The vendor's business time, in one query."""
    [rows] = ask_together(calendar_query(vendor_id))
    return calendar_in(rows)


def zone_of(vendor_id: UUID) -> ZoneInfo:
    """Where the vendor works, in one query."""
    [[(zone,)]] = ask_together(("SELECT timezone FROM accounts_vendor WHERE id = %s", [vendor_id]))
    return ZoneInfo(zone)


def today_of(vendor_id: UUID) -> date:
    """The day that it is where the vendor works, in one query. Inside `acting`."""
    return day_of(moment(), zone_of(vendor_id))


def terms_of(vendor_id: UUID, program_id: UUID) -> ReviewTerms:
    """A program's terms of review with the vendor's calendar, in one round trip."""
    calendar, [terms] = ask_together(calendar_query(vendor_id), (TERMS_SQL, [vendor_id, program_id]))
    hours, reminders, on_breach, role, escalate_after, on_silence = terms
    return ReviewTerms(
        calendar_in(calendar),
        timedelta(hours=hours),
        tuple(sorted(reminders)),
        on_breach,
        role,
        timedelta(hours=escalate_after),
        on_silence,
    )


def calendar_query(vendor_id: UUID) -> Query:
    """The statement that reads the vendor's business time, to travel with others."""
    return CALENDAR_SQL, [vendor_id]


def calendar_in(rows: Rows) -> business_time.Calendar:
    """The business time that `calendar_query` found."""
    [row] = rows
    return _calendar(*row)


def _calendar(zone: str, hours: list[Any] | None, holidays: Mapping[str, str] | None) -> business_time.Calendar:
    week = [(day[0], day[1]) if day else None for day in hours or usual_week()]
    return business_time.Calendar(ZoneInfo(zone), week, frozenset(map(date.fromisoformat, holidays or ())))
