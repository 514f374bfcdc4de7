"""Dates and money said as a reader says them, in the reader's language, time zone and habits."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_currency, get_currency_precision
from django.utils import timezone, translation

_NEAR = timedelta(days=7)


def reader_locale() -> str:
    """The active language as Babel names it, such as ``en_GB``."""
    return _locale(translation.get_language() or "en")


def day_in_words(day: date, today: date, locale: str = "") -> str:
    """ "today", "tomorrow", "in 3 days" for a week ahead, else "22 Nov", with a year if it is not this one.

    A long list asks for the `reader_locale` once and gives it along.
    """
    return _day(day, today, locale or reader_locale())


def date_in_words(day: date, today: date) -> str:
    """ "22 November", with a year if it is not this one; for the middle of a sentence."""
    return format_skeleton("MMMMd" if day.year == today.year else "yMMMMd", day, locale=reader_locale())


def moment_in_words(at: datetime, today: date) -> str:
    """The day in words; with the clock where the day is near: "today 17:00", "yesterday 16:12"."""
    at = timezone.localtime(at)
    day = day_in_words(at.date(), today)
    if abs(at.date() - today) > timedelta(days=1):
        return day
    return f"{day} {_clock(at.hour, at.minute, reader_locale())}"


def exactly(at: datetime) -> str:
    """Weekday, date, clock and zone in full, for the one who hovers."""
    at = timezone.localtime(at)
    locale = reader_locale()
    return f"{format_date(at, 'full', locale=locale)}, {_clock(at.hour, at.minute, locale)} {at.tzname()}"


def time_left(until: datetime, now: datetime) -> str:
    """ "61 days left", "1 day left", "5 hours left", "less than an hour left", "ended"."""
    left = until - now
    if left <= timedelta(0):
        return "ended"
    if left.days:
        return f"{left.days} {'day' if left.days == 1 else 'days'} left"
    hours = left.seconds // 3600
    if not hours:
        return "less than an hour left"
    return f"{hours} {'hour' if hours == 1 else 'hours'} left"


def days_in_words(count: int) -> str:
    """ "1 day", "30 days"."""
    return "1 day" if count == 1 else f"{count} days"


def count_up_to(count: int, many: int) -> str:
    """A number that was counted up to `many` and no further: "1,204", or "999+"."""
    return f"{count:,}" if count < many else f"{many - 1:,}+"


def money_in_words(minor: int | Decimal, currency: str, locale: str = "") -> str:
    """Minor units of an ISO 4217 currency as the reader writes them; whole amounts go without decimals, and what is
    smaller than a minor unit is not rounded away.
    """
    return _money(minor, currency, locale or reader_locale())


_locale = lru_cache(256)(translation.to_locale)


@lru_cache(4096)
def _day(day: date, today: date, locale: str) -> str:
    away = (day - today).days
    if away in (-1, 0, 1):
        return ("yesterday", "today", "tomorrow")[away + 1]
    if timedelta(0) < day - today <= _NEAR:
        return f"in {away} days"
    return format_skeleton("MMMd" if day.year == today.year else "yMMMd", day, locale=locale)


@lru_cache(1440)
def _clock(hour: int, minute: int, locale: str) -> str:
    return format_time(time(hour, minute), "short", locale=locale)


@lru_cache(8192)
def _money(minor: int | Decimal, currency: str, locale: str) -> str:
    digits = get_currency_precision(currency)
    amount = Decimal(minor).scaleb(-digits)
    if amount != amount.to_integral_value():
        return format_currency(amount, currency, locale=locale, decimal_quantization=False)
    pattern = Locale.parse(locale).currency_formats["standard"].pattern.replace(".00", "")
    return format_currency(amount, currency, pattern, locale=locale, currency_digits=False)
