"""Business time: how long somebody is at work between two moments, and when a given time of work is over."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = 24 * 60
NOTHING = timedelta()

Hours = tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Calendar:
    """When somebody is at work.

    `hours` are (opens, closes) for each weekday from Monday on, in minutes after midnight of the zone's wall clock,
    None for a day off; 1440 is the midnight that ends the day. Raises ValueError unless there is a working day.
    """

    zone: ZoneInfo
    hours: Sequence[Hours]
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if len(self.hours) != 7 or not any(self.hours):
            raise ValueError("A calendar says for each of seven days when it is open, and is open on one at least.")
        if any(day and not 0 <= day[0] < day[1] <= DAY for day in self.hours):
            raise ValueError("A day opens before it closes, both between 0 and 1440 minutes after midnight.")

    def after(self, start: datetime, work: timedelta) -> datetime:
        """When `work` of open time has passed since `start`: never inside closed time, `start` itself for no work."""
        if work <= NOTHING:
            return start.astimezone(UTC)
        for opens, closes in self._from(start):
            begins = max(opens, start)
            if begins + work <= closes:
                return begins + work
            work -= max(closes - begins, NOTHING)
        raise AssertionError("the days do not end")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The open time from `start` until `end`; none if `end` comes first."""
        open_time = NOTHING
        for opens, closes in self._from(start):
            if opens >= end:
                break
            open_time += max(min(closes, end) - max(opens, start), NOTHING)
        return open_time

    def closing(self, day: date) -> datetime:
        """When this day's work ends, or that of the next day that has any."""
        return next(closes for opens, closes in self._days(day) if closes > opens)

    def next_of(self, minutes: Sequence[int], after: datetime) -> datetime | None:
        """The first moment after this one at which a working day's wall clock shows one of these minutes."""
        if not minutes:
            return None
        days = self._working_days(after.astimezone(self.zone).date(), 1)
        return next(at for day in days for minute in sorted(minutes) if (at := self._instant(day, minute)) > after)

    def last_of(self, minutes: Sequence[int], until: datetime) -> datetime | None:
        """The last such moment that is not after this one."""
        if not minutes:
            return None
        days = self._working_days(until.astimezone(self.zone).date(), -1)
        latest = sorted(minutes, reverse=True)
        return next(at for day in days for minute in latest if (at := self._instant(day, minute)) <= until)

    def working_day(self) -> timedelta:
        """The longest day of a usual week."""
        return timedelta(minutes=max(closes - opens for opens, closes in filter(None, self.hours)))

    def _from(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        return self._days(start.astimezone(self.zone).date())

    def _days(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """The open times of this day and of all that follow, in UTC."""
        for working in self._working_days(day, 1):
            if hours := self.hours[working.weekday()]:
                yield self._instant(working, hours[0]), self._instant(working, hours[1])

    def _working_days(self, day: date, step: int) -> Iterator[date]:
        """The days with any work from this one on, forward or back."""
        while True:
            if self.hours[day.weekday()] and day not in self.holidays:
                yield day
            day += timedelta(days=step)

    def _instant(self, day: date, minute: int) -> datetime:
        """When the wall clock first shows this minute; where it jumps over it, the moment of the jump."""
        local = datetime.combine(day, time()) + timedelta(minutes=minute)
        aware = local.replace(tzinfo=self.zone)
        at = aware.astimezone(UTC)
        if self._wall_clock(at) == local:
            return at
        before = aware.replace(fold=1).astimezone(UTC)
        while at - before > timedelta(seconds=1):
            middle = before + timedelta(seconds=(at - before) // timedelta(seconds=2))
            before, at = (before, middle) if self._wall_clock(middle) >= local else (middle, at)
        return at

    def _wall_clock(self, at: datetime) -> datetime:
        return at.astimezone(self.zone).replace(tzinfo=None)
