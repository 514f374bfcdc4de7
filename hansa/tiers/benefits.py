"""What a partner's tier brings: the one place where other rooms ask for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from hansa.partnerships.models import Enrollment, Partnership
from hansa.rulebook.dmn.values import written
from hansa.rulebook.in_force import Versions, rules_for, rules_of
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


def benefit(of: Enrollment | Partnership, name: str) -> Any:
    """What a partner's tier brings of this name, e.g. `benefit(partnership, "protection_days")`; None for nothing.

    A partnership's is that of its first place in a program. Inside `acting`. Raises KeyError for a name that is none.
    """
    enrollment = of if isinstance(of, Enrollment) else _place(of)
    if enrollment is None:
        return NOTHING[name]
    rank = enrollment.tier.rank if enrollment.tier else 0
    return benefits_of(promised_to(enrollment), rank, enrollment.partner_types)[name]


def promised_to(enrollment: Enrollment) -> Rules:
    """The table of benefits that counts now for a partner's place in a program. Inside `acting`, on either side."""
    return rules_for(BENEFITS, Place.of(enrollment))


def benefits_of(rules: Rules, rank: int, partner_types: Iterable[str]) -> dict[str, Any]:
    """What a tier brings to a partner of these types, by the names of `BENEFITS.outputs`; rank 0 is no tier."""
    fired = rules.compiled.explain({"tier_rank": rank, **type_facts(partner_types)}).fired
    return rules.outputs(rules.table.rows[fired[0]]) if fired else dict(NOTHING)


def promise(versions: Versions, rank: int, partner_types: Iterable[str]) -> Answer | None:
    """What a tier brings by these versions, as an answer that a decision may rest on; None where no row fits."""
    try:
        return rules_of(BENEFITS, versions).evaluate({"tier_rank": rank, **type_facts(partner_types)})
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


def _place(partnership: Partnership) -> Enrollment | None:
    rows = Enrollment.objects.filter(vendor_id=partnership.vendor_id, partnership=partnership)
    return rows.select_related("tier").order_by("status", "id").first()
