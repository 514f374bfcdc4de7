"""Over which time a fact is counted, and when the periods end in which tiers are won and lost."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hansa.kernel.months import months_later

YEAR, QUARTER, MONTH, ENROLLMENT, ROLLING = "year", "quarter", "month", "enrollment", "rolling"

PERIODS = {
    YEAR: "this calendar year",
    QUARTER: "this calendar quarter",
    "rolling:3": "the last 3 months",
    "rolling:6": "the last 6 months",
    "rolling:12": "the last 12 months",
    "rolling:24": "the last 24 months",
    ENROLLMENT: "since enrollment",
}
CYCLES = {MONTH: "month", QUARTER: "quarter", YEAR: "year"}
MONTHS = {MONTH: 1, QUARTER: 3, YEAR: 12}
INSTANT = timedelta(microseconds=1)
FOREVER = "-infinity"
"""What PostgreSQL calls the time before all others."""


def begins(period: str, at: datetime, zone: ZoneInfo) -> datetime | None:
    """Since when a fact is counted that is asked for at this moment; None since ever. Days are the vendor's own."""
    if period == ENROLLMENT:
        return None
    kind, _, months = period.partition(":")
    if kind == ROLLING:
        return months_later(_midnight(at, zone), -int(months))
    return _begin(kind, at, zone)


def next_end(cycle: str, at: datetime, zone: ZoneInfo) -> datetime:
    """The first end of a period at or after this moment."""
    begun = _begin(cycle, at, zone)
    return begun if begun == at else months_later(begun, MONTHS[cycle])


def ends_between(cycle: str, since: datetime, until: datetime, zone: ZoneInfo) -> list[datetime]:
    """The ends of periods after `since` and up to `until`."""
    found: list[datetime] = []
    end = _begin(cycle, until, zone)
    while end > since:
        found.append(end)
        end = months_later(end, -MONTHS[cycle])
    return found[::-1]


def last_day(until: datetime, zone: ZoneInfo) -> date:
    """The day that ends with this moment, where the vendor works."""
    return (until - INSTANT).astimezone(zone).date()


def months_between(since: datetime, until: datetime, zone: ZoneInfo) -> int:
    """The full months from one day to the other, where the vendor works."""
    first, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)


def _begin(cycle: str, at: datetime, zone: ZoneInfo) -> datetime:
    local = _midnight(at, zone)
    months = MONTHS[cycle]
    return local.replace(day=1, month=(local.month - 1) // months * months + 1)


def _midnight(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
