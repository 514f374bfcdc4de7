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


class Body(Schema):
    """What a request may say: these fields and no others, each of its own type."""

    model_config = ConfigDict(extra="forbid", strict=True)


def text(longest: int, *, shortest: int = 0, lines: bool = False) -> StringConstraints:
    """Text of a bounded length that people can see; `lines` allows line breaks and tabs."""
    allowed = UNSEEN if lines else rf"\t\n\r{UNSEEN}"
    return StringConstraints(min_length=shortest, max_length=longest, pattern=f"^[^{allowed}]*$")


def reference(prefix: str) -> WithJsonSchema:
    """A public id in an address. Any text is let in: a malformed id is answered like a missing thing."""
    example = f"{prefix}_01kaj3e5xq9m2v7c4t8w6y0r1s"
    return WithJsonSchema({"type": "string", "pattern": f"^{prefix}_{ID_TAIL}$", "examples": [example]})


def strict_reference(prefix: str) -> StringConstraints:
    """A public id within a body, where a malformed one is malformed input."""
    return StringConstraints(pattern=f"^{prefix}_{ID_TAIL}$")


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
        raise ValueError("Write an e-mail address, for example mara@example.com.")
    return value


Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Instant = Annotated[datetime, BeforeValidator(_instant), WithJsonSchema({"type": "string", "format": "date-time"})]
Country = Annotated[str, StringConstraints(pattern="^([A-Z]{2})?$")]
Email = Annotated[
    str,
    StringConstraints(max_length=254, pattern=r"^{0}+@{0}+\.{0}+$".format(rf"[^@\s{UNSEEN}]")),
    AfterValidator(_email),
]


class Amount(Body):
    """Money: a decimal in major units as text, and an ISO 4217 currency."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"amount": "84000.00", "currency": "EUR"}]})

    amount: Annotated[str, StringConstraints(pattern=r"^(0|[1-9][0-9]{0,12})(\.[0-9]{1,4})?$")]
    currency: Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")]

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
