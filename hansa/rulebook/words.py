"""Values of facts and answers as people say them, amounts of money in the vendor's currency."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from re import compile as pattern

from babel.numbers import get_currency_precision

from hansa.core.web.said import money_in_words
from hansa.kernel.money import Money
from hansa.rulebook.dmn.syntax import Input, Name
from hansa.rulebook.dmn.values import Value, number
from hansa.rulebook.policies import MAJOR, MINOR, TIER, Policy, PolicyFact, PolicyOutput

BUILT_IN = "built-in "
"""Begins the name of a version that Hansa came with; the fingerprint of its table follows."""

NOTHING, NO_TEXT = "nothing", "no text"
CODE = pattern(r"[a-z0-9]+(_[a-z0-9]+)+")


@dataclass(frozen=True, slots=True)
class Unit:
    """What a number counts. Where `name` says that it is money, it is said in `currency`, and a tier's rank by what the
    tier is called: `tiers` from the first on; else the name follows it.
    """

    name: str = ""
    currency: str = ""
    tiers: tuple[str, ...] = ()

    @property
    def is_money(self) -> bool:
        return bool(self.currency) and self.name in (MINOR, MAJOR)

    def said(self, value: int | Decimal) -> str:
        """A number as a person says it: "€15,000", "70 days"."""
        if self.is_money:
            return money_in_words(Decimal(value).scaleb(self._decimals), self.currency)
        if self.name == TIER:
            return self._tier(value)
        name = self.named(value)
        return f"{value:,f} {name}".strip() if isinstance(value, Decimal) else f"{value:,} {name}".strip()

    def named(self, value: int | Decimal) -> str:
        """What stands after a number that is no money: "day" after 1, else "days"."""
        return self.name.removesuffix("s") if value == 1 else self.name

    def of(self, amount: Money) -> int | Decimal:
        """The number that an amount is. Raises BadValue where it is too large."""
        return number(Decimal(amount.minor).scaleb(-self._decimals))

    def _tier(self, rank: int | Decimal) -> str:
        if rank == 0:
            return "no tier"
        called = rank == int(rank) and 0 < rank <= len(self.tiers)
        return self.tiers[int(rank) - 1] if called else f"{rank:f}" if isinstance(rank, Decimal) else str(rank)

    @property
    def _decimals(self) -> int:
        """By how many places a number differs from minor units."""
        return get_currency_precision(self.currency) if self.name == MAJOR else 0


NO_UNIT = Unit()


@dataclass(frozen=True, slots=True)
class Words:
    """How the tables of a policy are said to who counts money in `currency` and calls the tiers by these names."""

    policy: Policy
    currency: str = ""
    tiers: tuple[str, ...] = ()

    def unit(self, column: Input) -> Unit:
        """What the numbers of a column count."""
        asked = column.expression
        known = [fact for fact in self.policy.vocabulary if isinstance(asked, Name) and fact.name == asked.name]
        return unit_of(known[0], self.currency, self.tiers) if known else NO_UNIT

    def answer(self, output: str, value: Value) -> str:
        """What the output of this name says."""
        known = next((each for each in self.policy.outputs if each.name == output), None)
        if known and known.unit:
            return value_in_words(value, Unit(known.unit, self.currency, self.tiers))
        return answer_said(self.policy, known, value) if known else value_in_words(value)


def unit_of(fact: PolicyFact, currency: str, tiers: tuple[str, ...] = ()) -> Unit:
    """What a fact counts."""
    return Unit(fact.unit, currency, tiers)


def version_said(version: str) -> str:
    """Which rules a decision names, as people call them: "the built-in rules", or "version 3" of the vendor's own."""
    return "the built-in rules" if version.startswith(BUILT_IN) else f"version {version}"


def value_in_words(value: Value, unit: Unit = NO_UNIT) -> str:
    """A value as a person says it; a text is one of the fixed values that facts and some outputs have."""
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value.day} {value:%B %Y, %H:%M} UTC"
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    if isinstance(value, timedelta):
        return f"{value.days:,} day{'' if abs(value.days) == 1 else 's'}"
    if isinstance(value, int | Decimal):
        return unit.said(value)
    return (value.replace("_", " ") if CODE.fullmatch(value) else value) or NO_TEXT


def answer_said(policy: Policy, output: PolicyOutput, value: Value) -> str:
    """What an output says, as a person reads it. A text that the vendor has written stays as it is."""
    if has_words(policy, output, value):
        return policy.words[value]
    if isinstance(value, str) and value not in output.allowed:
        return value or NO_TEXT
    return NOTHING if value is None else value_in_words(value)


def has_words(policy: Policy, output: PolicyOutput, value: Value) -> bool:
    """Whether people call what an output says by a name of its own."""
    return output is policy.outputs[0] and value in policy.words
