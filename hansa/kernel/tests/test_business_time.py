from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.kernel.business_time import DAY, Calendar, Hours

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
WEEK: list[Hours] = [(9 * 60, 17 * 60)] * 5 + [None, None]
OFFICE = Calendar(AMSTERDAM, WEEK, frozenset({date(2026, 12, 25)}))
AROUND_THE_CLOCK = Calendar(AMSTERDAM, [(0, DAY)] * 7)

minutes = st.integers(0, DAY)
hours = st.none() | st.tuples(minutes, minutes).filter(lambda day: day[0] < day[1])
moments = st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
works = st.timedeltas(timedelta(0), timedelta(hours=60))
zones = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    week = draw(st.lists(hours, min_size=7, max_size=7).filter(any))
    holidays = draw(st.frozensets(st.dates(date(1990, 1, 1), date(2040, 1, 1)), max_size=20))
    return Calendar(draw(zones), week, holidays)


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=AMSTERDAM)  # type: ignore[misc,arg-type]


def hours_after(start: datetime, count: int, calendar: Calendar = OFFICE) -> datetime:
    return calendar.after(start, timedelta(hours=count)).astimezone(calendar.zone)


def test_what_comes_in_on_friday_evening_starts_on_monday() -> None:
    assert hours_after(local(2026, 11, 27, 18), 3) == local(2026, 11, 30, 12)


def test_a_full_day_of_work_ends_when_the_day_does() -> None:
    assert hours_after(local(2026, 11, 30, 9), 8) == local(2026, 11, 30, 17)


def test_a_holiday_is_no_working_day() -> None:
    assert hours_after(local(2026, 12, 24, 16), 2) == local(2026, 12, 28, 10)


def test_the_leap_day_is_a_day() -> None:
    assert hours_after(local(2028, 2, 28, 9), 16) == local(2028, 2, 29, 17)


@pytest.mark.parametrize(("day", "length"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)])
def test_a_day_is_as_long_as_its_clock_change_makes_it(day: date, length: int) -> None:
    start, end = (datetime.combine(d, datetime.min.time(), AMSTERDAM) for d in (day, day + timedelta(days=1)))
    assert AROUND_THE_CLOCK.between(start, end) == timedelta(hours=length)


def test_office_hours_do_not_move_with_the_clock_change() -> None:
    assert hours_after(local(2026, 3, 27, 16), 2) == local(2026, 3, 30, 10)


def test_hours_within_the_skipped_hour_are_none() -> None:
    night = Calendar(AMSTERDAM, [(2 * 60 + 10, 2 * 60 + 50)] * 7)
    assert night.between(local(2026, 3, 29), local(2026, 3, 30)) == timedelta(0)
    assert night.between(local(2026, 3, 28), local(2026, 3, 29)) == timedelta(minutes=40)


def test_the_day_that_samoa_left_out_has_no_hours() -> None:
    samoa = Calendar(ZoneInfo("Pacific/Apia"), [(9 * 60, 17 * 60)] * 7)
    start, end = datetime(2011, 12, 29, 12, tzinfo=samoa.zone), datetime(2011, 12, 31, 12, tzinfo=samoa.zone)
    assert samoa.between(start, end) == timedelta(hours=5 + 3)


def test_a_closed_day_closes_with_the_next_open_one() -> None:
    assert OFFICE.closing(date(2026, 12, 25)).astimezone(AMSTERDAM) == local(2026, 12, 28, 17)


@pytest.mark.parametrize("week", [[None] * 7, [(0, DAY)] * 6, [(60, 60)] * 7, [(0, DAY + 1)] * 7])
def test_a_calendar_without_sense_is_refused(week: list[Hours]) -> None:
    with pytest.raises(ValueError, match="day"):
        Calendar(AMSTERDAM, week)


@given(calendars(), moments, works)
def test_between_undoes_after(calendar: Calendar, start: datetime, work: timedelta) -> None:
    assert calendar.between(start, calendar.after(start, work)) == work


@given(calendars(), moments, works, works)
def test_it_does_not_matter_how_the_work_is_cut(
    calendar: Calendar, start: datetime, one: timedelta, other: timedelta
) -> None:
    assert calendar.after(calendar.after(start, one), other) == calendar.after(start, one + other)


@given(calendars(), moments, st.lists(st.timedeltas(timedelta(0), timedelta(days=9)), min_size=1, max_size=6))
def test_it_does_not_matter_how_the_time_is_cut(calendar: Calendar, start: datetime, steps: list[timedelta]) -> None:
    places = [start]
    for step in steps:
        places.append(places[-1] + step)
    parts = [calendar.between(a, b) for a, b in pairwise(places)]
    assert sum(parts, timedelta(0)) == calendar.between(start, places[-1])


@given(calendars(), moments, moments, works, works)
def test_who_starts_later_or_works_longer_is_not_done_earlier(
    calendar: Calendar, a: datetime, b: datetime, one: timedelta, other: timedelta
) -> None:
    assert calendar.after(min(a, b), min(one, other)) <= calendar.after(max(a, b), max(one, other))


@given(calendars(), moments, works.filter(bool))
def test_nothing_is_due_inside_closed_time(calendar: Calendar, start: datetime, work: timedelta) -> None:
    due = calendar.after(start, work)
    instant = timedelta(microseconds=1)
    assert calendar.between(due - instant, due) == instant


@given(calendars(), moments, st.timedeltas(timedelta(0), timedelta(days=20)))
def test_open_time_is_never_longer_than_time(calendar: Calendar, start: datetime, span: timedelta) -> None:
    assert timedelta(0) <= calendar.between(start, start + span) <= span


@given(calendars(), moments, works)
def test_a_holiday_more_makes_nothing_due_earlier(calendar: Calendar, start: datetime, work: timedelta) -> None:
    more = Calendar(calendar.zone, calendar.hours, calendar.holidays | {start.astimezone(calendar.zone).date()})
    assert more.after(start, work) >= calendar.after(start, work)
