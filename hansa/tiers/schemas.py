"""Tiers, as the API says them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal

from ninja import Field, Schema
from pydantic import StringConstraints

from hansa.core.api.fields import Body, Day, OneOf, matching, strict_reference, text
from hansa.core.api.paging import Paging
from hansa.tiers.facts import SLOTS, enterable
from hansa.tiers.models import TierStanding, When
from hansa.tiers.periods import CYCLES, PERIODS

Said = Annotated[str, text(2_000, shortest=1, lines=True)]
Note = Annotated[str, text(2_000, lines=True)]
Number = Annotated[
    str,
    matching(r"^(0|[1-9][0-9]{0,12})(\.[0-9]{1,2})?$", "It must be a number with at most two decimals, such as 12.5."),
]
MORE = r"[a-z_0-9]{1,40}:(0|[1-9][0-9]{0,11})(\.[0-9]{1,2})?"
MORE_WORDS = "It must be facts with numbers, such as certifications:2,revenue_sourced:40000."
Label = Annotated[str, text(60)]


def _one_of(values: Iterable[str]) -> StringConstraints:
    known = list(values)
    return matching(f"^({'|'.join(known)})$", f"It must be one of these: {', '.join(known)}.")


Period = Annotated[str, _one_of(PERIODS)]
Cycle = Annotated[str, _one_of(CYCLES)]
Slot = Annotated[str, _one_of(SLOTS)]
Entered = Annotated[str, _one_of(fact.name for fact in enterable())]


class StandingFilter(Paging):
    """Which standings: `show` as the console's list has it."""

    show: Literal["all", "rising", "falling", "waiting", "exceptions"] = "all"


class CriterionShown(Schema):
    """One criterion of a row. `has` null is not measured yet; `missing` null where no number does, or none is known."""

    fact: str
    label: str
    has: str | None
    least: str | None
    missing: str | None
    met: bool


class WayShown(Schema):
    """A row of the criteria that leads to a tier."""

    rank: int
    note: str
    percent: int
    criteria: list[CriterionShown]


class WeightShown(Schema):
    """A row of the table of points: what it brings, whether it `counts` now, and what it asks.

    It is `open` where it does not count yet and numbers would make it count.
    """

    points: int
    note: str
    counts: bool
    open: bool
    criteria: list[CriterionShown]


class PointsShown(Schema):
    """The points of a partner, by the table in force now, and the rows that bring any."""

    total: int
    policy_version: str
    rows: list[WeightShown]


class StandingShown(Schema):
    """Where a partner stands. `held` and `qualified` are ranks, 0 without a tier; `closeness` is percent.

    `evaluated_at` null is not evaluated at present: the tier is set by hand or the partner not active, and the rest is
    from the time before.
    """

    id: str
    partner: str
    program: str
    tier: str | None
    held: int
    qualified: int
    standing: Annotated[str, OneOf(TierStanding.Status)]
    since: datetime
    below_since: datetime | None
    grace_until: datetime | None
    proposed_tier: str | None
    closeness: int
    evaluated_at: datetime | None


class StandingInFull(StandingShown):
    """A standing with its facts, numbers as text, null where not measured, and what leads further up.

    `back` are the ways to keep the tier that is held, where its criteria are not met; `benefits` what it brings now,
    by name, and `benefits_next` what the next one would.
    """

    facts: dict[str, str | bool | None]
    policy_version: str
    up: list[WayShown]
    back: list[WayShown]
    points: PointsShown
    benefits: dict[str, str | bool | None]
    benefits_next: dict[str, str | bool | None] | None


class WhatIf(Schema):
    """What more of some numbers would bring: rank, tier, the ways that lead further up then, and the points."""

    rank: int
    tier: str | None
    rises: bool
    up: list[WayShown]
    points: PointsShown


class WhatIfAsked(Schema):
    """How much more of which facts, such as `certifications:2,revenue_sourced:40000`."""

    more: Annotated[str, matching(f"^({MORE}(,{MORE}){{0,19}})?$", MORE_WORDS)] = ""


class Approve(Body):
    note: Note = ""


class Decline(Body):
    """The partner reads the reason."""

    reason: Said


class ExceptionShown(Schema):
    id: str
    standing: str | None
    partner: str
    tier: str
    until: datetime
    reason: str
    granted_by: str
    granted_at: datetime
    ended_at: datetime | None


class GrantException(Body):
    """The partner has the tier up to and including the day, and reads the reason."""

    standing: Annotated[str, strict_reference("standing")]
    tier: Annotated[str, strict_reference("tier")]
    until: Day
    reason: Said


class EnteredFactShown(Schema):
    id: str
    partner: str
    fact: str
    value: str
    dated: Day
    entered_by: str
    entered_at: datetime


class EnterFact(Body):
    """A number about a partner as of a day; another one of that day takes its place."""

    standing: Annotated[str, strict_reference("standing")]
    fact: Entered
    value: Number
    dated: Day


class EnterFacts(Body):
    """Numbers about partners; of one partner, fact and day there is one."""

    facts: Annotated[list[EnterFact], Field(min_length=1, max_length=1_000)]


class FactsEntered(Schema):
    """How many numbers were entered."""

    entered: int


class OwnFact(Body):
    """The name of a fact of the vendor's own; an empty label takes it away."""

    label: Label
    unit: Label = ""


class OwnFactShown(Schema):
    label: str
    unit: str


class TierTermsShown(Schema):
    """By which terms tiers are won and lost. `periods` says of every fact over which time it is counted."""

    id: str
    running: bool
    cycle: Cycle
    promotion: Annotated[str, OneOf(When)]
    demotion: Annotated[str, OneOf(When)]
    approve_promotion: bool
    approve_demotion: bool
    days_below: int
    grace_days: int
    periods: dict[str, str]
    custom: dict[str, OwnFactShown]


class ChangeTierTerms(Body):
    """What is left out stays as it is; of `periods` and `custom` too."""

    running: bool | None = None
    cycle: Cycle | None = None
    promotion: Annotated[str, OneOf(When)] | None = None
    demotion: Annotated[str, OneOf(When)] | None = None
    approve_promotion: bool | None = None
    approve_demotion: bool | None = None
    days_below: Annotated[int, Field(ge=0, le=365)] | None = None
    grace_days: Annotated[int, Field(ge=0, le=730)] | None = None
    periods: Annotated[dict[str, Period], Field(max_length=40)] | None = None
    custom: Annotated[dict[Slot, OwnFact], Field(max_length=6)] | None = None
