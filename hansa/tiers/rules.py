"""The policies of tiers: what brings points, for which tier a partner qualifies, and what a tier brings."""

from pathlib import Path

from hansa.rulebook.dmn.values import Kind
from hansa.rulebook.policies import POLICIES, TIER, Policy, PolicyFact, PolicyOutput
from hansa.rulebook.replay_subjects import MORE, REPLAYED, Replayed
from hansa.tiers.facts import MONTHS, NUMBERS, POINTS_FACT, POINTS_SUM, TYPES
from hansa.tiers.models import TierStanding

TABLES_HERE = Path(__file__).with_name("policies")
HIGHEST = 99
MOST_POINTS = 100_000

POINTS = Policy(
    name="tier-points",
    title="What brings points towards a tier",
    vocabulary=(*NUMBERS, MONTHS, *TYPES),
    outputs=(PolicyOutput(POINTS_FACT, Kind.NUMBER, "Points", between=(0, MOST_POINTS)),),
    file=TABLES_HERE / "tier-points.dmn",
    adds_up=True,
)

CRITERIA = Policy(
    name="tier-criteria",
    title="For which tier a partner qualifies",
    vocabulary=(*NUMBERS, MONTHS, POINTS_SUM, *TYPES),
    outputs=(PolicyOutput("rank", Kind.NUMBER, "The tier", between=(1, HIGHEST), unit=TIER),),
    file=TABLES_HERE / "tier-criteria.dmn",
)

BENEFITS = Policy(
    name="tier-benefits",
    title="What a tier brings",
    vocabulary=(PolicyFact("tier_rank", Kind.NUMBER, "Your tier", unit=TIER), *TYPES),
    outputs=(
        PolicyOutput("priority_registration", Kind.BOOLEAN, "Your registrations are marked to be looked at first"),
        PolicyOutput(
            "protection_days",
            Kind.NUMBER,
            "Days by which a registration is protected for longer",
            nullable=True,
            between=(0, 365),
        ),
        PolicyOutput("margin", Kind.NUMBER, "Margin, in percent", nullable=True),
        PolicyOutput("funds_share", Kind.NUMBER, "What we pay of joint marketing, in percent", nullable=True),
        PolicyOutput("support_level", Kind.STRING, "Support", nullable=True),
        PolicyOutput("content_access", Kind.STRING, "Content", nullable=True),
        PolicyOutput("more", Kind.STRING, "What else it brings", nullable=True),
    ),
    file=TABLES_HERE / "tier-benefits.dmn",
)

TIERS = (POINTS, CRITERIA, BENEFITS)
POLICIES.update({policy.name: policy for policy in TIERS})
REPLAYED.update(
    {
        policy.name: Replayed(
            TierStanding,
            program="enrollment__program_id",
            page="tier-standing",
            argument="standing",
            better={policy.outputs[0].name: MORE},
        )
        for policy in (POINTS, CRITERIA)
    }
)
