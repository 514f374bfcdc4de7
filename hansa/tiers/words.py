"""Facts and criteria in words: numbers with their units, what is missing, and a standing as a word and a tone."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal

from hansa.core.web.said import reader_locale
from hansa.rulebook.dmn.values import Kind
from hansa.rulebook.policies import MAJOR
from hansa.rulebook.shown import in_words
from hansa.rulebook.words import NO_UNIT, Unit
from hansa.tiers.criteria import Criterion, Way
from hansa.tiers.facts import BY_NAME, OF_HUNDRED, POINTS_FACT, POINTS_SUM, SLOTS, enterable
from hansa.tiers.gathering import period_of
from hansa.tiers.models import TierStanding, TierTerms
from hansa.tiers.periods import PERIODS
from hansa.tiers.points import Weight

NOT_MEASURED = "not measured yet"
WORDS = {
    TierStanding.Status.QUALIFIED: ("Qualified", "good"),
    TierStanding.Status.AT_RISK: ("At risk", "wait"),
    TierStanding.Status.IN_GRACE: ("In its grace period", "bad"),
}

HAPPENED = {
    "tier.promoted": "{tier} was reached",
    "tier.demoted": "The tier is {tier} now",
    "tier.slipped": "Below what {tier} asks for",
    "tier.grace_began": "The grace period for {tier} began",
    "tier.recovered": "No longer below {tier}",
    "tier.proposed": "{proposed_tier} waits for approval",
    "tier.declined": "The change was declined",
    "tier.exception_granted": "An exception for {tier} was granted",
    "tier.exception_ended": "The exception for {tier} was ended early",
}
"""What events say of a tier, with the facts that they carry."""


def happened(name: str, data: Mapping[str, Any]) -> str:
    """An event in words, and why: the note of the standing, or the reason of an exception."""
    known = {"tier": data.get("tier") or "no tier", "proposed_tier": data.get("proposed_tier") or "Another tier"}
    said = HAPPENED[name].format(**known)
    why = data.get("note") or data.get("reason")
    return f"{said}: {why}" if why else f"{said}."


@dataclass(frozen=True, slots=True)
class ShownCriterion:
    """A criterion as a person reads it; `percent` is the length of its bar."""

    label: str
    has: str
    wants: str
    missing: str
    percent: int
    met: bool
    note: str = ""
    counted: bool = True
    """Whether it is a number, which a bar can show."""


@dataclass(frozen=True, slots=True)
class ShownWay:
    tier: str
    note: str
    percent: int
    criteria: list[ShownCriterion]


@dataclass(frozen=True, slots=True)
class ShownWeight:
    """A row of the table of points: what it brings, whether it counts now, and whether numbers would make it count."""

    points: str
    note: str
    percent: int
    counts: bool
    open: bool
    criteria: list[ShownCriterion]


@dataclass(frozen=True, slots=True)
class Words:
    """How a program's facts are said: in the vendor's currency, and by the names that it gave to its own."""

    terms: TierTerms
    currency: str

    def label(self, fact: str, otherwise: str = "") -> str:
        known = BY_NAME.get(fact)
        if fact == POINTS_FACT:
            return "Points"
        if own := self._own(fact):
            return str(own["label"])
        return known.label if known else otherwise

    def number(self, fact: str, value: Any) -> str:
        """A fact's value; what nobody has measured is said to be that."""
        if value is None:
            return NOT_MEASURED
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
        known, own = BY_NAME.get(fact), self._own(fact)
        if fact == POINTS_FACT:
            return f"{format_decimal(value, locale=reader_locale())} {Unit(POINTS_SUM.unit).named(value)}"
        if known and known.money:
            return self._unit(fact).said(value)
        unit = own["unit"] if own else known.unit if known else ""
        said = format_decimal(value, locale=reader_locale())
        return f"{said} {unit}".strip()

    def period(self, fact: str) -> str:
        """Over which time it is counted, empty for what is no number of a period."""
        known = BY_NAME.get(fact)
        return PERIODS.get(period_of(self.terms, fact, known.period), "") if known else ""

    def way(self, way: Way, tier: str) -> ShownWay:
        return ShownWay(tier, way.note, way.percent, [self.criterion(one) for one in way.criteria])

    def weight(self, one: Weight) -> ShownWeight:
        points = self.number(POINTS_FACT, one.points)
        criteria = [self.criterion(each) for each in one.criteria]
        return ShownWeight(points, one.note, one.percent, one.counts, one.open, criteria)

    def criterion(self, one: Criterion) -> ShownCriterion:
        unmeasured = one.has is None and one.kind is Kind.NUMBER
        if one.endless:
            wants = f"{'more than' if one.beyond else 'at least'} {self.number(one.fact, one.least)}"
        else:
            wants = in_words(one.cell, one.kind, self._unit(one.fact))
        return ShownCriterion(
            self.label(one.fact, one.label),
            NOT_MEASURED if unmeasured else self.number(one.fact, one.has),
            wants,
            "" if one.met else NOT_MEASURED if unmeasured else self._missing(one),
            100 if one.met else min(int(one.share * 100), 99),
            one.met,
            self.period(one.fact),
            one.least is not None,
        )

    def _missing(self, one: Criterion) -> str:
        """What it takes, in a few words; nothing where a number would do that nobody can name."""
        if one.least is None:
            return "" if one.by_number else "not so"
        known = BY_NAME.get(one.fact)
        if not one.missing:
            return "a little more"
        if known and known.unit == OF_HUNDRED:
            return f"{format_decimal(one.missing, locale=reader_locale())} more"
        return f"{self.number(one.fact, one.missing)} more"

    def countable(self) -> set[str]:
        """The facts that are numbers, those of the vendor's own only where it has named them."""
        return {name for name in BY_NAME if name not in SLOTS or self._own(name)}

    def entered(self) -> list[tuple[str, str]]:
        """The facts that the vendor enters, with their names; its own only where it has named them."""
        names = [fact.name for fact in enterable() if fact.name not in SLOTS or self._own(fact.name)]
        return [(name, self.label(name)) for name in names]

    def _unit(self, fact: str) -> Unit:
        known = BY_NAME.get(fact)
        return Unit(MAJOR, self.currency) if known and known.money else NO_UNIT

    def _own(self, fact: str) -> Mapping[str, Any] | None:
        own = self.terms.custom.get(fact)
        return own if isinstance(own, dict) and own.get("label") else None
