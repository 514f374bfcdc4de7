"""The types that every room's schemas are made of: bounded, without control characters, money without floats."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any

from ninja import Schema
from pydantic import AfterValidator, BeforeValidator, ConfigDict, StringConstraints, WithJsonSchema
from pydantic_core import core_schema

from hansa.kernel.money import Money
from hansa.kernel.text import UNSEEN

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
ID_TAIL = "[0-9a-hjkmnp-tv-z]{26}"
ONE_LINE = "It must be one line, without control characters or others that nobody sees."
NOTHING_UNSEEN = "It must not hold control characters or others that nobody sees."
COUNTRY_WORDS = "It must be a country's two capital letters, such as NL."
EMAIL_WORDS = "Write an e-mail address, for example mara@example.com."
AMOUNT_WORDS = "It must be an amount with a point and at most four decimals, such as 84000.00."


class Body(Schema):
    """What a request may say: these fields and no others, each of its own type."""

    model_config = ConfigDict(extra="forbid", strict=True)


_WORDS: dict[str, str] = {}


def matching(
    pattern: str, words: str, *, min_length: int | None = None, max_length: int | None = None
) -> StringConstraints:
    """Text that fits a regular expression, which is for machines; `words` is the sentence for who sent another."""
    _WORDS[pattern] = words
    return StringConstraints(pattern=pattern, min_length=min_length, max_length=max_length)


def in_words(pattern: str) -> str:
    """What text of this pattern must be, in a sentence."""
    return _WORDS.get(pattern, "It is not written as it must be.")


def text(longest: int, *, shortest: int = 0, lines: bool = False) -> StringConstraints:
    """Text of a bounded length that people can see; `lines` allows line breaks and tabs."""
    allowed = UNSEEN if lines else rf"\t\n\r{UNSEEN}"
    words = NOTHING_UNSEEN if lines else ONE_LINE
    return matching(f"^[^{allowed}]*$", words, min_length=shortest, max_length=longest)


def reference(prefix: str) -> WithJsonSchema:
    """A public id in an address. Any text is let in: a malformed id is answered like a missing thing."""
    example = f"{prefix}_01kaj3e5xq9m2v7c4t8w6y0r1s"
    return WithJsonSchema({"type": "string", "pattern": f"^{prefix}_{ID_TAIL}$", "examples": [example]})


def strict_reference(prefix: str) -> StringConstraints:
    """A public id within a body, where a malformed one is malformed input."""
    return matching(f"^{prefix}_{ID_TAIL}$", f"It must be an id: {prefix}_ and 26 letters and figures.")


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of the values of a TextChoices, or of some of its members, as plain text; `or_none` lets "" say none."""

    choices: Any
    or_none: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return core_schema.literal_schema([*([""] if self.or_none else []), *(choice.value for choice in self.choices)])


def _day(value: Any) -> date:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        raise ValueError("Write the day as YYYY-MM-DD.")
    day = date.fromisoformat(value)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(f"The day lies between {FIRST_DAY} and {LAST_DAY}.")
    return day


def _instant(value: Any) -> datetime:
    if not isinstance(value, str) or not INSTANT.fullmatch(value):
        raise ValueError("Write the moment with its zone, like 2027-01-01T00:00:00Z.")
    instant = datetime.fromisoformat(value).astimezone(UTC)
    if not FIRST_DAY <= instant.date() <= LAST_DAY:
        raise ValueError(f"The moment lies between {FIRST_DAY} and {LAST_DAY}.")
    return instant


def _email(value: str) -> str:
    local, _, domain = value.rpartition("@")
    if not local or "." not in domain.strip(".") or " " in value:
        raise ValueError(EMAIL_WORDS)
    return value


Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Instant = Annotated[datetime, BeforeValidator(_instant), WithJsonSchema({"type": "string", "format": "date-time"})]
Country = Annotated[str, matching("^([A-Z]{2})?$", COUNTRY_WORDS)]
Currency = Annotated[str, matching("^[A-Z]{3}$", "It must be a currency's three capital letters, such as EUR.")]
Email = Annotated[
    str,
    matching(r"^{0}+@{0}+\.{0}+$".format(rf"[^@\s{UNSEEN}]"), EMAIL_WORDS, max_length=254),
    AfterValidator(_email),
]


class Amount(Body):
    """Money: a decimal in major units as text, and an ISO 4217 currency."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"amount": "84000.00", "currency": "EUR"}]})

    amount: Annotated[str, matching(r"^(0|[1-9][0-9]{0,12})(\.[0-9]{1,4})?$", AMOUNT_WORDS)]
    currency: Currency

    def money(self) -> Money:
        """Raises ValueError for an unknown currency, or more decimals than it has."""
        return Money.from_decimal(Decimal(self.amount), self.currency)


class MoneyShown(Schema):
    """Money as the API says it: `amount` is a decimal in major units."""

    amount: str
    currency: str


def money_shown(money: Money) -> dict[str, str]:
    """`MoneyShown` of an amount, with all decimals of its currency."""
    return {"amount": str(money.amount), "currency": money.currency}
