from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.kernel.days import SECOND, day_of, last_second

zones = st.sampled_from(sorted(available_timezones() - {"localtime"})).map(ZoneInfo)
days = st.dates(date(2015, 1, 1), date(2060, 12, 31))


@given(zones, days)
def test_a_second_after_a_days_last_it_is_the_next_day_wherever_one_lives(zone: ZoneInfo, day: date) -> None:
    end = last_second(day, zone)
    assert (day_of(end, zone), day_of(end + SECOND, zone)) == (day, day + timedelta(days=1))


@given(zones, days, st.integers(0, 24 * 60 * 60 - 1))
def test_no_moment_of_a_day_comes_after_its_last_second(zone: ZoneInfo, day: date, second: int) -> None:
    at = datetime.combine(day, time(), UTC) + timedelta(seconds=second)
    assert at <= last_second(day_of(at, zone), zone)


@pytest.mark.parametrize(
    ("zone", "day", "end"),
    [
        ("America/Los_Angeles", date(2026, 12, 10), datetime(2026, 12, 11, 7, 59, 59, tzinfo=UTC)),
        ("Asia/Beirut", date(2026, 10, 24), datetime(2026, 10, 24, 21, 59, 59, tzinfo=UTC)),
        ("Asia/Beirut", date(2026, 3, 28), datetime(2026, 3, 28, 21, 59, 59, tzinfo=UTC)),
    ],
)
def test_the_last_hour_may_come_twice_and_midnight_not_at_all(zone: str, day: date, end: datetime) -> None:
    assert last_second(day, ZoneInfo(zone)) == end
