"""When what deals say of a partner's tier has changed, the tier follows; also that of who stands beside."""

from typing import Any

import pytest

from hansa.accounts.models import Organization
from hansa.core.events import HANDLERS
from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.deals import tier_facts
from hansa.deals.actions import add_party, remove_party, win_deal
from hansa.partnerships.models import Enrollment, Partnership
from hansa.programs.models import Program, Tier
from hansa.testing.cast import Cast, Person, distributor_of
from hansa.testing.queue import run_jobs
from hansa.tiers.models import TierStanding
from hansa.tiers.tests.running import evaluated, place, run_tiers, tier


@pytest.fixture
def woodgrove(cast: Cast) -> Person:
    return distributor_of(cast)


def facts(cast: Cast, partnership_id: Any) -> dict[str, Any]:
    """What is known of a partner, after all reactions."""
    run_jobs()
    with acting(cast.system):
        found: dict[str, Any] = TierStanding.objects.get(partnership=partnership_id).facts
    return found


def test_who_stands_beside_a_deal_that_was_won_gains_by_it_and_loses_it_with_its_place(
    cast: Cast, woodgrove: Person
) -> None:
    run_tiers(cast)
    evaluated(cast)
    beside = woodgrove.workspace.partnership_id
    deal = cast.register()
    add_party(cast.partner_rep.actor, deal, beside=beside)
    win_deal(cast.partner_rep.actor, deal, reason="price")
    assert facts(cast, beside)["revenue_influenced"] == 84_000
    assert facts(cast, cast.partnership.pk)["revenue_sourced"] == 84_000
    remove_party(cast.partner_rep.actor, deal)
    assert facts(cast, beside)["revenue_influenced"] == 0
    add_party(cast.partner_rep.actor, deal, beside=beside)
    assert facts(cast, beside)["revenue_influenced"] == 84_000


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The partners whose tiers are looked at again."""
    found: list[Any] = []
    monkeypatch.setattr(tier_facts, "look_again", lambda _, partners: found.extend(partners))
    return found


def test_of_two_companies_of_one_name_the_one_that_was_taken_off_is_looked_at(
    cast: Cast, woodgrove: Person, looked_at: list[Any]
) -> None:
    namesake = distributor_of(cast, "namesake").workspace.partnership_id
    with acting(cast.system):
        named = Partnership.objects.get(pk=woodgrove.workspace.partnership_id).organization.name
        Organization.objects.filter(partnerships=namesake).update(name=named)
    deal = cast.register()
    add_party(cast.partner_rep.actor, deal, beside=woodgrove.workspace.partnership_id)
    win_deal(cast.partner_rep.actor, deal, reason="price")
    run_jobs()
    looked_at.clear()
    remove_party(cast.partner_rep.actor, deal)
    run_jobs()
    assert looked_at == [woodgrove.workspace.partnership_id]
    with acting(cast.system):
        event = Event.objects.get(name="deal.party_removed")
        event.changes.pop("beside_partner")
        tier_facts.look_at_who_stood_beside(event)
    assert set(looked_at[1:]) == {woodgrove.workspace.partnership_id, namesake}


def test_only_what_changes_a_number_has_tiers_looked_at() -> None:
    looks = {"deals.look_at_tiers_again", "deals.look_at_who_stood_beside"}
    assert {name for name, handlers in HANDLERS.items() if looks & handlers.keys()} == {
        "deal.registered",
        "deal.approved",
        "deal.protection_granted",
        "deal.won",
        "deal.party_added",
        "deal.party_removed",
    }


def test_the_queue_shows_the_tier_that_a_partner_has_in_the_deals_own_program(cast: Cast, browse: Any) -> None:
    with acting(cast.system):
        Enrollment.objects.filter(pk=place(cast).pk).update(tier=tier(cast, 2))
        vendor = cast.vendor_admin.workspace.vendor
        other = Program.objects.create(vendor=vendor, name="Services")
        top = Tier.objects.create(vendor=vendor, program=other, name="Diamond", rank=1)
        Enrollment.objects.create(
            vendor=vendor, partnership=cast.partnership, program=other, partner_types=["services"], tier=top
        )
    deal = cast.register(domain="")
    for page in ("", f"{deal.public_id}/"):
        shown = browse(cast.deal_desk).get(f"/w/northwind/registrations/{page}").content.decode()
        assert "Silver" in shown
        assert "Diamond" not in shown
