"""Criteria and benefits for some partners only: who is judged by them, and who is promised what."""

from typing import Any

from hansa.core.tenancy import acting
from hansa.partnerships.models import Enrollment
from hansa.rulebook.scope import Scope
from hansa.testing.cast import Cast
from hansa.tiers.models import TierStanding
from hansa.tiers.rules import BENEFITS, CRITERIA
from hansa.tiers.tests.running import certify, evaluated, publish, run_tiers, standing
from hansa.tiers.tests.test_benefits import LIBRARY, brought, set_tier

OPEN = (["won_deals"], [(("-",), {"rank": "3"}, "Gold for the pilot.")])


def ranks(cast: Cast) -> dict[Any, int]:
    """The ranks that partners have, by the partnership's id."""
    with acting(cast.system):
        return {one.partnership_id: one.tier.rank for one in Enrollment.objects.select_related("tier") if one.tier}


def test_a_pilot_of_the_criteria_moves_only_its_partners(cast: Cast) -> None:
    run_tiers(cast)
    evaluated(cast)
    before = ranks(cast)
    publish(cast, CRITERIA, *OPEN, Scope(pilot="Open doors", partners=[cast.partnership]))
    evaluated(cast)
    assert ranks(cast) == {**before, cast.partnership.pk: 3}
    with acting(cast.system):
        versions = dict(TierStanding.objects.values_list("partnership_id", "version"))
    assert (versions.pop(cast.partnership.pk), set(versions.values())) == ("2", {"1"})


def test_the_partners_page_goes_by_the_criteria_that_reach_it(cast: Cast, browse: Any) -> None:
    run_tiers(cast)
    certify(cast, 1)
    page = browse(cast.partner_rep).get("/w/northwind-fabrikam/tier/").content.decode()
    assert "Silver: two certifications." in page
    publish(cast, CRITERIA, *OPEN, Scope(pilot="Open doors", partners=[cast.partnership]))
    page = browse(cast.partner_rep).get("/w/northwind-fabrikam/tier/").content.decode()
    assert "Gold for the pilot." in page
    assert "Silver: two certifications." not in page


def test_benefits_are_promised_to_one_type_of_partners(cast: Cast, browse: Any) -> None:
    publish(cast, BENEFITS, *LIBRARY, Scope(program=cast.program, partner_types=["msp"]))
    set_tier(cast, 3, "reseller")
    with acting(cast.partner_rep.actor):
        assert brought(cast)["margin"] is None
    cast.register(domain="")
    desk, queue = browse(cast.deal_desk), "/w/northwind/registrations/"
    assert "Gold, priority" not in desk.get(queue).content.decode()
    set_tier(cast, 3, "msp")
    with acting(cast.partner_rep.actor):
        assert brought(cast)["margin"] == 30
    assert "Gold, priority" in desk.get(queue).content.decode()


def test_a_standing_that_stays_is_looked_at_and_not_written_anew(cast: Cast) -> None:
    run_tiers(cast)
    certify(cast, 1)
    before = standing(cast)
    after = evaluated(cast)
    assert after.evaluated_at >= before.evaluated_at
    assert (after.facts, after.since, after.closeness) == (before.facts, before.since, before.closeness)
