from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone, translation

from hansa.core.web.said import exactly
from hansa.core.web.templatetags.hansa import days_left, money, when

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def a_reader_in_london():
    with translation.override("en-gb"), timezone.override("Europe/London"):
        yield


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 11, 22, 17, 0, tzinfo=UTC), "today 17:00"),
        (datetime(2026, 11, 21, 16, 12, tzinfo=UTC), "yesterday 16:12"),
        (datetime(2026, 11, 23, 11, 30, tzinfo=UTC), "tomorrow 11:30"),
        (datetime(2026, 11, 25, 8, 0, tzinfo=UTC), "in 3 days"),
        (datetime(2026, 11, 29, 8, 0, tzinfo=UTC), "in 7 days"),
        (datetime(2026, 11, 30, 8, 0, tzinfo=UTC), "30 Nov"),
        (datetime(2026, 11, 3, 8, 0, tzinfo=UTC), "3 Nov"),
        (datetime(2025, 12, 31, 8, 0, tzinfo=UTC), "31 Dec 2025"),
    ],
)
def test_a_moment_is_said_in_words(at, words):
    assert f">{words}</time>" in when(at, NOW)


def test_a_moment_is_exact_on_hover_and_for_machines():
    said = when(datetime(2026, 7, 1, 9, 5, tzinfo=UTC), NOW)
    assert 'datetime="2026-07-01T09:05:00+00:00"' in said
    assert 'title="Wednesday, 1 July 2026, 10:05 BST"' in said


def test_a_day_begins_where_the_reader_is():
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    with timezone.override("Asia/Tokyo"):
        assert ">tomorrow 08:30</time>" in when(late, NOW)


def test_a_day_without_a_clock_has_none():
    assert when(date(2026, 11, 23), NOW) == '<time datetime="2026-11-23">tomorrow</time>'


def test_nothing_is_said_of_no_moment():
    assert when(None, NOW) == "" == days_left(None, NOW)


def test_another_language_writes_dates_its_own_way():
    with translation.override("de"):
        assert "1. Juli 2026" in exactly(datetime(2026, 7, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=61, hours=3), "61 days left"),
        (timedelta(days=1), "1 day left"),
        (timedelta(hours=2, minutes=59), "2 hours left"),
        (timedelta(hours=1), "1 hour left"),
        (timedelta(minutes=59), "less than an hour left"),
        (timedelta(0), "ended"),
        (timedelta(days=-3), "ended"),
    ],
)
def test_time_left_is_said_in_its_largest_unit(left, words):
    assert days_left(NOW + left, NOW) == words


@pytest.mark.parametrize(
    ("minor", "currency", "words"),
    [
        (8_400_000, "EUR", "€84,000"),
        (123_456, "EUR", "€1,234.56"),
        (120_050, "USD", "US$1,200.50"),
        (5_000, "JPY", "JP¥5,000"),
        (1_234_567, "KWD", "KWD1,234.567"),
        (-50_000, "GBP", "-£500"),
        (0, "GBP", "£0"),
        (None, "GBP", "\N{EN DASH}"),
    ],
)
def test_money_is_said_from_minor_units(minor, currency, words):
    assert money(minor, currency) == words


def test_money_follows_the_readers_language():
    with translation.override("de"):
        assert money(8_400_000, "EUR") == "84.000\xa0€"
        assert money(8_400_050, "EUR") == "84.000,50\xa0€"
