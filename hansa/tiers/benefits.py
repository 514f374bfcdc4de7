"""What a partner's tier brings: the one place where other rooms ask for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from hansa.partnerships.models import Enrollment
from hansa.rulebook.dmn.values import written
from hansa.rulebook.in_force import rules_for
from hansa.rulebook.policies import Answer, Rules
from hansa.rulebook.scope import Place
from hansa.tiers.facts import type_facts
from hansa.tiers.rules import BENEFITS

NOTHING: dict[str, Any] = {each.name: None for each in BENEFITS.outputs} | {"priority_registration": False}
UNITS = {"protection_days": "days", "margin": "%", "funds_share": "%"}
LABELS = {
    "priority_registration": "Priority registration",
    "protection_days": "Longer protection",
    "margin": "Margin",
    "funds_share": "Share of joint marketing",
    "support_level": "Support",
    "content_access": "Content",
    "more": "And",
}


@dataclass(frozen=True, slots=True)
class ShownBenefit:
    """A benefit in words, now and at the next tier; `better` says that the next one brings something else."""

    label: str
    now: str
    then: str

    @property
    def better(self) -> bool:
        return bool(self.then) and self.then != self.now


def promised_to(enrollment: Enrollment) -> Rules:
    """The table of benefits that counts now for a partner's place in a program. Inside `acting`, on either side."""
    return rules_for(BENEFITS, Place.of(enrollment))


def benefits_of(rules: Rules, rank: int, partner_types: Iterable[str]) -> dict[str, Any]:
    """What a tier brings to a partner of these types, by the names of `BENEFITS.outputs`; rank 0 is no tier."""
    promised = promise(rules, rank, partner_types)
    return promised.outputs if promised else dict(NOTHING)


def promise(rules: Rules, rank: int, partner_types: Iterable[str]) -> Answer | None:
    """The same as an answer that a decision may rest on; None where no row fits."""
    try:
        return rules.evaluate({"tier_rank": rank, **type_facts(partner_types)})
    except LookupError:
        return None


def show_benefits(now: dict[str, Any], then: dict[str, Any] | None) -> list[ShownBenefit]:
    """The benefits that one of the two brings, in words."""
    shown = [ShownBenefit(LABELS[name], _said(name, now[name]), _said(name, (then or now)[name])) for name in LABELS]
    return [each for each in shown if each.now or each.then]


def _said(name: str, value: Any) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "Yes"
    return value if isinstance(value, str) else f"{written(value)} {UNITS.get(name, '')}".strip()
