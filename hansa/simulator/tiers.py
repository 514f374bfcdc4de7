"""The demonstration's tiers: points, criteria, benefits, numbers about its partners, and one exception."""

import random
from datetime import datetime, timedelta
from decimal import Decimal

from hansa.accounts.roles import Role
from hansa.core.tenancy import acting
from hansa.partnerships.models import Enrollment
from hansa.programs.models import Program, Tier
from hansa.rulebook.actions import draft_policy, propose_policy, publish_policy
from hansa.rulebook.policies import Policy
from hansa.simulator.clock import move_clock_to
from hansa.simulator.ecosystem import Ecosystem, hire
from hansa.simulator.names import Human
from hansa.tiers.actions import change_tier_terms, enter_fact, grant_exception
from hansa.tiers.evaluate import evaluate
from hansa.tiers.models import TierStanding
from hansa.tiers.published import table_of
from hansa.tiers.rules import BENEFITS, CRITERIA, POINTS

CHIEF = Human("Clara Brandt", "clara@northwind.example")
SEED = 11
FIRST, AGAIN = timedelta(days=45), timedelta(days=25)
ON_LEAVE = "Two of their certified people are on parental leave until spring."
POINTS_COLUMNS = ("revenue_sourced", "won_deals", "certifications", "satisfaction")
POINTS_ROWS = (
    (("-", ">= 1", "-", "-"), {"points": "10"}, "A first deal won."),
    (("-", ">= 4", "-", "-"), {"points": "15"}, "Four deals won."),
    ((">= 30000", "-", "-", "-"), {"points": "25"}, "Revenue that the partner found."),
    (("-", "-", ">= 3", "-"), {"points": "20"}, "Three certified people."),
    (("-", "-", "-", ">= 80"), {"points": "20"}, "Customers are satisfied."),
)
CRITERIA_COLUMNS = ("revenue_sourced", "won_deals", "certifications", "satisfaction", "is_services", "points")
CRITERIA_ROWS = (
    (
        (">= 60000", ">= 12", ">= 6", ">= 80", "-", "-"),
        {"rank": "3"},
        "Gold: it sells much, is skilled, and customers agree.",
    ),
    (
        ("-", ">= 4", ">= 10", ">= 85", "true", "-"),
        {"rank": "3"},
        "Gold for services: skill and satisfaction before volume.",
    ),
    (
        (">= 20000", ">= 5", ">= 2", "-", "-", "-"),
        {"rank": "2"},
        "Silver: it sells regularly, and two people are certified.",
    ),
    (
        ("-", "-", "-", "-", "-", ">= 65"),
        {"rank": "2"},
        "Silver by points: many small things add up.",
    ),
    (("-", "-", "-", "-", "-", "-"), {"rank": "1"}, "Registered is everybody who has signed."),
)
BENEFIT_COLUMNS = ("tier_rank",)
BENEFIT_ROWS = (
    (
        (">= 3",),
        {
            "priority_registration": "true",
            "protection_days": "30",
            "margin": "30",
            "funds_share": "75",
            "support_level": '"A named engineer, within 4 hours"',
            "content_access": '"Everything, roadmaps too"',
            "more": '"A joint plan with your channel manager each year"',
        },
        "Gold",
    ),
    (
        ("2",),
        {
            "priority_registration": "false",
            "protection_days": "15",
            "margin": "22",
            "funds_share": "50",
            "support_level": '"Within a working day"',
            "content_access": '"Sales and technical content"',
        },
        "Silver",
    ),
    (
        ("-",),
        {
            "priority_registration": "false",
            "margin": "15",
            "support_level": '"The community and the library"',
            "content_access": '"Sales content"',
        },
        "Registered",
    ),
)


def run_tiers(ecosystem: Ecosystem, until: datetime) -> None:
    """Publish them, enter what is known of the partners, and let the criteria decide in the weeks before `until`."""
    move_clock_to(until - FIRST)
    vendor = ecosystem.workspace.vendor
    second = hire(ecosystem.chief, ecosystem.workspace, CHIEF, Role.CHANNEL_CHIEF)
    colleague = ecosystem.workspace.actor("person", second.pk, CHIEF.name, second.roles)
    _publish(ecosystem, colleague, POINTS, table_of(POINTS, POINTS_COLUMNS, POINTS_ROWS))
    _publish(ecosystem, colleague, CRITERIA, table_of(CRITERIA, CRITERIA_COLUMNS, CRITERIA_ROWS))
    _publish(ecosystem, colleague, BENEFITS, table_of(BENEFITS, BENEFIT_COLUMNS, BENEFIT_ROWS))
    with acting(ecosystem.system):
        program = Program.objects.get(vendor=vendor)
        places = list(Enrollment.objects.filter(vendor=vendor, program=program).select_related("program", "tier"))
        gold = Tier.objects.get(vendor=vendor, program=program, rank=3)
    _enter(ecosystem, sorted(places, key=lambda place: place.pk), until - FIRST)
    terms = change_tier_terms(ecosystem.chief, program, running=True, approve_promotion=True)
    for before in (AGAIN, timedelta(0)):
        move_clock_to(until - before)
        evaluate(ecosystem.system, terms)
    with acting(ecosystem.system):
        falling = TierStanding.objects.filter(vendor=vendor, held=3).exclude(status=TierStanding.Status.QUALIFIED)
        one = falling.select_related("enrollment__program").order_by("id").first()
    if one:
        day = (until + timedelta(days=60)).date()
        grant_exception(ecosystem.partners[0].manager, one.enrollment, tier=gold, until=day, reason=ON_LEAVE)


def _publish(ecosystem: Ecosystem, colleague: object, policy: Policy, dmn: str) -> None:
    draft = draft_policy(
        ecosystem.chief,
        ecosystem.workspace.vendor,
        policy=policy,
        dmn=dmn,
        summary="Agreed with the partner council.",
        takes=False,
    )
    propose_policy(ecosystem.chief, draft)
    publish_policy(colleague, draft)  # type: ignore[arg-type]


def _enter(ecosystem: Ecosystem, enrollments: list[Enrollment], at: datetime) -> None:
    """Certifications of all, satisfaction of most: not everybody's customers have answered."""
    chance = random.Random(SEED)  # noqa: S311 - for show
    day = at.date()
    for each in enrollments:
        rank = each.tier.rank if each.tier else 1
        certified = max(0, rank * 3 - 2 + chance.randint(-1, 3))
        enter_fact(ecosystem.chief, each, fact="certifications", value=Decimal(certified), dated=day)
        if chance.random() < 0.7:
            enter_fact(ecosystem.chief, each, fact="satisfaction", value=Decimal(chance.randint(68, 96)), dated=day)
