"""What a tier brings: read alike on both sides, and kept by deals."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from hansa.core.tenancy import acting
from hansa.deals.rules import PROTECTION
from hansa.partnerships.actions import change_enrollment
from hansa.rulebook.models import Decision
from hansa.testing.cast import Cast, Person
from hansa.testing.reading import text_of
from hansa.tiers.benefits import benefits_of, promised_to
from hansa.tiers.rules import BENEFITS
from hansa.tiers.tests.running import place, publish, tier

LIBRARY = (
    ["tier_rank", "is_msp"],
    [
        ((">= 3", "-"), {"priority_registration": "true", "protection_days": "45", "margin": "30"}, "Gold."),
        (("2", "true"), {"priority_registration": "true", "protection_days": "10"}, "Silver for who runs it."),
        (("-", "-"), {"priority_registration": "false", "support_level": '"The library"'}, "Everybody."),
    ],
)


@pytest.fixture
def promised(cast: Cast) -> Cast:
    publish(cast, BENEFITS, *LIBRARY)
    return cast


def set_tier(cast: Cast, rank: int, *types: str) -> None:
    change_enrollment(
        cast.vendor_admin.actor,
        place(cast),
        partner_types=list(types or ("reseller",)),
        tier=tier(cast, rank),
        territories=[],
    )


def brought(cast: Cast) -> dict[str, Any]:
    """What the tier of the cast's partner brings."""
    here = place(cast)
    return benefits_of(promised_to(here), here.tier.rank, here.partner_types)


def days(cast: Cast, **given: Any) -> int:
    deal = cast.register(**given)
    assert isinstance(deal.protected_until, datetime)
    return round((deal.protected_until - deal.submitted_at) / timedelta(days=1))


def test_nothing_is_promised_that_the_vendor_has_not_written_down(cast: Cast) -> None:
    with acting(cast.partner_rep.actor):
        assert brought(cast) == {**dict.fromkeys(brought(cast)), "priority_registration": False}


@pytest.mark.parametrize("who", ["partner_rep", "channel_manager"])
def test_both_sides_read_the_same(promised: Cast, who: str) -> None:
    set_tier(promised, 3)
    person: Person = getattr(promised, who)
    with acting(person.actor):
        assert (brought(promised)["margin"], brought(promised)["support_level"]) == (30, None)


def test_a_benefit_may_depend_on_what_the_partner_does(promised: Cast) -> None:
    set_tier(promised, 2)
    assert days(promised) == 90
    set_tier(promised, 2, "msp", "reseller")
    assert days(promised, customer="Other", domain="other.example") == 100


def test_the_longer_of_promise_and_table_counts_and_never_their_sum(promised: Cast) -> None:
    assert PROTECTION.built_in.compiled.decide({"deal_type": "new", "tier_rank": 3}) == 30
    set_tier(promised, 3)
    assert days(promised) == 90 + 45


def test_the_decision_says_what_it_rested_on(promised: Cast) -> None:
    set_tier(promised, 3)
    deal = promised.register()
    with acting(promised.partner_rep.actor):
        decision = Decision.objects.visible_to(promised.partner_rep.actor).get(subject_id=deal.pk)
    assert "tier-benefits: row_1" in decision.fired
    assert decision.facts["tier_rank"] == 3


def test_priority_is_marked_in_the_vendors_queue(promised: Cast, browse: Any) -> None:
    set_tier(promised, 3)
    promised.register(domain="")
    page = browse(promised.deal_desk).get("/w/northwind/registrations/").content.decode()
    assert "Gold, priority" in page


@pytest.mark.parametrize(("who", "where"), [("vendor_admin", "northwind"), ("partner_rep", "northwind-fabrikam")])
def test_tables_call_tiers_by_their_names(promised: Cast, browse: Any, who: str, where: str) -> None:
    page = text_of(browse(getattr(promised, who)).get(f"/w/{where}/program/"))
    assert f"{tier(promised, 3).name} or more" in page
    assert "Your tier: 3" not in page
