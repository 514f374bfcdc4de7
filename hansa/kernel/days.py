"""Days where somebody lives: a moment's day, and a day's end."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def day_of(at: datetime, zone: ZoneInfo) -> date:
    """The day that the zone's calendar shows at this moment."""
    return at.astimezone(zone).date()


def last_second(day: date, zone: ZoneInfo) -> datetime:
    """The last whole second of a day of the zone, in UTC; also where a clock change cuts or doubles its last hour."""
    return datetime.combine(day + DAY, time(), zone).astimezone(UTC) - SECOND
