"""The values that decision tables know: their kinds, their bounds, and how they are written in S-FEEL and in JSON."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from re import compile as pattern
from typing import Any, TypeVar

D = TypeVar("D", bound=date)

Value = str | int | Decimal | bool | date | datetime | timedelta | None


class Kind(StrEnum):
    """A type of DMN's, by the name that its files use."""

    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATE_TIME = "date and time"
    DURATION = "days and time duration"


ALIASES: Mapping[str, Kind] = {
    "dateTime": Kind.DATE_TIME,
    "dayTimeDuration": Kind.DURATION,
    "integer": Kind.NUMBER,
    "double": Kind.NUMBER,
    "long": Kind.NUMBER,
}

NUMBER_BOUND = 10**22  # decimal(28,6), which every engine computes exactly
NUMBER_PLACES = 6
MILLIONTH = Decimal(1).scaleb(-NUMBER_PLACES)
FIRST_YEAR, LAST_YEAR = 1900, 2999
MOST_DAYS = 100_000  # with the years above no sum of a date and a duration leaves what the engines can hold
LONGEST_TEXT = 1_000

DAYS = pattern(r"(-?)P(\d{1,6})D(?:T0+[HMS])?")


class BadValue(ValueError):
    """What is wrong with a value, in words for the person who wrote it."""


def kind_named(name: str) -> Kind | None:
    """The kind that a DMN file means by this name."""
    bare = name.rpartition(":")[2].strip()
    if bare in ALIASES:
        return ALIASES[bare]
    return next((kind for kind in Kind if kind == bare), None)


def kind_of(value: Value) -> Kind:
    """The kind of a value that is not null."""
    for types, kind in KINDS:
        if isinstance(value, types):
            return kind
    raise BadValue(f"{value!r} is of no kind that tables know")


# A bool is an int, a datetime a date: the narrower type stands first.
KINDS: tuple[tuple[type | tuple[type, ...], Kind], ...] = (
    (bool, Kind.BOOLEAN),
    (datetime, Kind.DATE_TIME),
    (date, Kind.DATE),
    (str, Kind.STRING),
    ((int, Decimal), Kind.NUMBER),
    (timedelta, Kind.DURATION),
)


def checked(kind: Kind, value: Any) -> Value:
    """A value of this kind in its one form: whole numbers as int, others as Decimal, instants in UTC.

    Raises BadValue where it is of another kind or beyond the bounds.
    """
    if value is None or not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind is not Kind.BOOLEAN):
        raise BadValue(f"{_shown(value)} is no {kind}")
    within: Callable[[Any], Value] = _WITHIN_BOUNDS.get(kind, _as_it_is)
    return within(value)


_TYPES: Mapping[Kind, type | tuple[type, ...]] = {kind: types for types, kind in KINDS}


def _as_it_is(value: Value) -> Value:
    return value


def _short_text(value: str) -> str:
    if len(value) > LONGEST_TEXT:
        raise BadValue(f"a text of {len(value)} characters is too long; {LONGEST_TEXT} are allowed")
    return value


def _day(value: date) -> date:
    if isinstance(value, datetime):
        raise BadValue(f"{value} is no date but an instant")
    return _in_years(value)


def number(value: int | Decimal) -> int | Decimal:
    """A number within decimal(28,6): 22 digits before the point and 6 after it."""
    if not isinstance(value, int):
        if not value.is_finite() or not -NUMBER_BOUND < value < NUMBER_BOUND:
            raise _too_large(value)
        if value != (whole := value.to_integral_value()):
            return _fraction(value)
        value = int(whole)
    if not -NUMBER_BOUND < value < NUMBER_BOUND:
        raise _too_large(value)
    return value


def sum_fits(values: Iterable[Value]) -> bool:
    """Whether every sum of some of these numbers is within decimal(28,6); what is no number counts for nothing."""
    numbers = [value for value in values if isinstance(value, int | Decimal)]
    ends = sum(value for value in numbers if value > 0), sum(value for value in numbers if value < 0)
    return all(-NUMBER_BOUND < end < NUMBER_BOUND for end in ends)


def _too_large(value: int | Decimal) -> BadValue:
    return BadValue(f"{_short(value)} is too large; numbers have at most 22 digits before the point")


def _fraction(value: Decimal) -> Decimal:
    _, digits, exponent = value.as_tuple()
    finer = -NUMBER_PLACES - exponent if isinstance(exponent, int) else 0
    if finer <= 0:
        return value
    # Decimal's own arithmetic would round what is beyond its 28 digits.
    if any(digits[-finer:]):
        raise BadValue(f"{_short(value)} is too fine; numbers have at most 6 digits after the point")
    return value.quantize(MILLIONTH)


def _instant(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise BadValue(f"{value} has no zone; an instant is written with one, such as 2026-03-01T12:00:00Z")
    return _in_years(value.astimezone(UTC)) if FIRST_YEAR <= value.year <= LAST_YEAR else _in_years(value)


def _in_years(value: D) -> D:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise BadValue(f"{value} is out of range; dates lie between {FIRST_YEAR} and {LAST_YEAR}")
    return value


def _whole_days(value: timedelta) -> timedelta:
    if value.seconds or value.microseconds:
        raise BadValue(f"{value} is no whole number of days")
    if abs(value.days) > MOST_DAYS:
        raise BadValue(f"{value.days} days are too many; {MOST_DAYS} are allowed")
    return value


_WITHIN_BOUNDS: Mapping[Kind, Callable[[Any], Value]] = {
    Kind.STRING: _short_text,
    Kind.NUMBER: number,
    Kind.DATE: _day,
    Kind.DATE_TIME: _instant,
    Kind.DURATION: _whole_days,
}


def number_written(text: str) -> int | Decimal:
    """The number that a table or a case writes so."""
    try:
        return number(Decimal(text))
    except InvalidOperation:
        raise BadValue(f"{text} is no number") from None


def date_written(text: str) -> date:
    """The date that a table or a case writes so, such as 2026-03-01."""
    try:
        if len(text) != len("2026-03-01"):
            raise ValueError
        return _in_years(date.fromisoformat(text))
    except ValueError as wrong:
        raise (
            wrong if isinstance(wrong, BadValue) else BadValue(f"{text} is no date; write it like 2026-03-01")
        ) from None


def instant_written(text: str) -> datetime:
    """The instant that a table or a case writes so, such as 2026-03-01T12:00:00Z."""
    try:
        return _instant(datetime.fromisoformat(text))
    except ValueError as wrong:
        raise (
            wrong
            if isinstance(wrong, BadValue)
            else BadValue(f"{text} is no instant; write it like 2026-03-01T12:00:00Z")
        ) from None


def days_written(text: str) -> timedelta:
    """The duration that a table or a case writes so, in whole days such as P180D."""
    found = DAYS.fullmatch(text)
    if not found:
        raise BadValue(f"{text} is no duration in whole days; write it like P180D")
    sign, days = found.groups()
    return _whole_days(timedelta(days=-int(days) if sign else int(days)))


def written(value: Value) -> str:
    """The value as an S-FEEL literal."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, datetime):
        return f'date and time("{value.astimezone(UTC).isoformat().replace("+00:00", "Z")}")'
    if isinstance(value, date):
        return f'date("{value.isoformat()}")'
    if isinstance(value, timedelta):
        return f'duration("{_days_text(value)}")'
    return str(value) if isinstance(value, int) else format(value, "f")  # "f" makes a float of an int


def from_json(kind: Kind, raw: Any) -> Value:
    """A case's value as JSON carries it: dates, instants and durations are texts, numbers may be. Raises BadValue."""
    read = _READ_FROM_TEXT.get(kind)
    if read and isinstance(raw, str):
        return checked(kind, read(raw))
    if kind is Kind.DATE and not isinstance(raw, date):
        raise BadValue(f"{_shown(raw)} is no {kind}")
    return checked(kind, raw)


def to_json(value: Value) -> Any:
    """The value as JSON carries it, which `from_json` reads back; a number with a fraction as a text, exactly."""
    if type(value) in _AS_JSON_HAS_IT:
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, timedelta):
        return _days_text(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value


_AS_JSON_HAS_IT = frozenset((bool, int, str, type(None)))
_READ_FROM_TEXT = {
    Kind.NUMBER: number_written,
    Kind.DATE: date_written,
    Kind.DATE_TIME: instant_written,
    Kind.DURATION: days_written,
}


def _days_text(value: timedelta) -> str:
    return f"-P{-value.days}D" if value.days < 0 else f"P{value.days}D"


def _shown(value: Any) -> str:
    return "null" if value is None else _short(value)


def _short(value: Any) -> str:
    """A value as an error repeats it; str() of a huge int would be refused."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= NUMBER_BOUND:
        return f"a number of about {value.bit_length() * 3 // 10} digits"
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
