from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

from hansa.programs.models import PartnerType
from hansa.simulator.names import Written
from hansa.simulator.plan import Plan, make_plan

UNTIL = datetime(2026, 6, 1, 12, tzinfo=UTC)
ACCOUNTS = [Written("Acme Corporation", "", "US")]


def planned(seed: int = 7) -> Plan:
    return make_plan(
        seed=seed,
        partners=60,
        registrations=500,
        months=18,
        end=UNTIL,
        line_codes=["a", "b", "c"],
        accounts=ACCOUNTS,
    )


def test_a_seed_gives_one_plan_and_another_seed_another() -> None:
    assert planned() == planned()
    assert planned() != planned(seed=8)


def test_partners_are_of_all_types_and_tiers() -> None:
    partners = planned().partners
    assert {kind for partner in partners for kind in partner.types} == set(PartnerType.values)
    assert {partner.tier for partner in partners} == {1, 2, 3}
    assert {partner.manager for partner in partners} == {0, 1, 2}
    assert {bool(partner.territories) for partner in partners} == {True, False}


def test_registrations_come_in_working_hours_and_from_partners_who_have_joined() -> None:
    plan = planned()
    for registration in plan.registrations:
        assert plan.partners[registration.partner].joined < registration.at < plan.end
        assert registration.at.weekday() < 5
        assert 8 <= registration.at.hour < 18


def test_some_customers_are_met_twice_under_another_spelling() -> None:
    domains = Counter(planned_domain(one.customer) for one in planned().registrations if one.customer.domain)
    again = {one.customer for one in planned().registrations if domains[planned_domain(one.customer)] > 1}
    assert len({replace(customer, domain=planned_domain(customer)) for customer in again}) > len(
        {planned_domain(customer) for customer in again}
    )


def test_some_customers_are_the_vendors_own_accounts() -> None:
    assert any("acme" in one.customer.name.lower() for one in planned().registrations)


def planned_domain(customer: Written) -> str:
    return customer.domain.removeprefix("https://").removeprefix("www.").strip("/")
