"""A program whose tiers are evaluated, for the tests: its terms, and tables of the vendor's own."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from hansa.accounts.models import Membership
from hansa.core.actors import Actor
from hansa.core.tenancy import acting, moment
from hansa.partnerships.models import Enrollment
from hansa.programs.models import Tier
from hansa.rulebook.actions import draft_policy, propose_policy, publish_policy
from hansa.rulebook.policies import Policy
from hansa.rulebook.scope import EVERYBODY, Scope
from hansa.testing.cast import Cast, chief_of
from hansa.tiers.actions import change_tier_terms, enter_fact, terms_of
from hansa.tiers.evaluate import evaluate
from hansa.tiers.models import TierStanding
from hansa.tiers.published import table_of
from hansa.tiers.rules import CRITERIA, POINTS

SKILLED = (
    ["certifications", "won_deals"],
    [
        ((">= 5", ">= 1"), {"rank": "3"}, "Gold: five certifications and a deal won."),
        ((">= 2", "-"), {"rank": "2"}, "Silver: two certifications."),
        (("-", "-"), {"rank": "1"}, "Registered is everybody."),
    ],
)
WEIGHTS = (
    ["certifications", "won_deals", "is_services"],
    [
        ((">= 2", "-", "-"), {"points": "40"}, "Two certifications."),
        (("-", ">= 1", "-"), {"points": "60"}, "A deal won."),
        ((">= 5", "-", "-"), {"points": "30"}, "Five certifications."),
        (("-", "-", "true"), {"points": "20"}, "You deliver services."),
    ],
)
BY_POINTS = (
    ["points"],
    [
        ((">= 100",), {"rank": "3"}, "Gold: a hundred points."),
        ((">= 40",), {"rank": "2"}, "Silver: forty points."),
        (("-",), {"rank": "1"}, "Registered is everybody."),
    ],
)


def publish(cast: Cast, policy: Policy, columns: Any, rows: Any, scope: Scope = EVERYBODY) -> None:
    """A table of the vendor's own, in force from now on for those of the scope."""
    boss = cast.vendor_admin.actor
    dmn = table_of(policy, columns, rows)
    given = {"policy": policy, "dmn": dmn, "summary": "New.", "takes": False, "scope": scope}
    draft = draft_policy(boss, cast.vendor_admin.workspace.vendor, **given)
    propose_policy(boss, draft)
    publish_policy(_colleague(cast), draft)


def _colleague(cast: Cast) -> Actor:
    """Somebody beside the administrator, the same one each time."""
    known = Membership.objects.filter(user__email="clara@northwind.example").select_related("user").first()
    if known is None:
        return chief_of(cast).actor
    return cast.vendor_admin.workspace.actor("person", known.pk, known.user.name, known.roles)


def run_tiers(cast: Cast, **terms: Any) -> None:
    """Tiers by certifications, evaluated by these terms; nobody has to approve anything unless they say so."""
    publish(cast, CRITERIA, *SKILLED)
    change_tier_terms(cast.vendor_admin.actor, cast.program, **{"running": True, "approve_demotion": False, **terms})


def count_points(cast: Cast) -> None:
    """The same, by points: the criteria are version 2, and the table of points version 1."""
    run_tiers(cast)
    publish(cast, POINTS, *WEIGHTS)
    publish(cast, CRITERIA, *BY_POINTS)


def certify(cast: Cast, number: int, dated: date | None = None) -> None:
    """The vendor enters how many certifications the cast's partner has."""
    with acting(cast.system):
        day = dated or today(cast)
    enter_fact(cast.channel_manager.actor, place(cast), fact="certifications", value=Decimal(number), dated=day)


def today(cast: Cast) -> date:
    """The day by the database's clock."""
    return now(cast).date()


def now(cast: Cast) -> datetime:
    with acting(cast.system):
        return moment()


def place(cast: Cast) -> Enrollment:
    """The partner's place in the program."""
    with acting(cast.system):
        return Enrollment.objects.select_related("tier", "program").get(partnership=cast.partnership)


def standing(cast: Cast) -> TierStanding:
    """Where the cast's partner stands."""
    with acting(cast.system):
        return TierStanding.objects.select_related("tier", "proposed").get(partnership=cast.partnership)


def evaluated(cast: Cast) -> TierStanding:
    """The same, after the daily evaluation."""
    with acting(cast.system):
        terms = terms_of(cast.program)
    evaluate(cast.system, terms)
    return standing(cast)


def tier(cast: Cast, rank: int) -> Tier:
    with acting(cast.system):
        return Tier.objects.get(program=cast.program, rank=rank)
