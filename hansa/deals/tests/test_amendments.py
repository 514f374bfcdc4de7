from datetime import timedelta
from typing import Any

import pytest

from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.deals.actions import amend_deal, approve_amendment, decline_amendment, request_lines, withdraw_deal
from hansa.deals.models import Amendment, Deal, DealLine, Protection, Status
from hansa.deals.tests.test_reminders import set_terms
from hansa.kernel.errors import DomainError
from hansa.kernel.money import Money
from hansa.programs.models import ProductLine
from hansa.testing.cast import Cast
from hansa.testing.machine import machine
from hansa.testing.queue import run_jobs

DEALS, HOME = "/w/northwind-fabrikam/deals", "/w/northwind/registrations"


def ask(cast: Cast, deal: Deal, *lines: ProductLine) -> Amendment:
    amendment: Amendment = request_lines(
        cast.partner_rep.actor, deal, product_lines=[line.pk for line in lines], reason="They need more."
    )
    return amendment


def held(cast: Cast, deal: Deal) -> set[str]:
    """The product lines that the deal protects now."""
    with acting(cast.system):
        live = [row for row in Protection.objects.filter(deal=deal) if row.during.upper == deal.protected_until]
        assert {row.product_line_id for row in live} == {
            row.product_line_id for row in DealLine.objects.filter(deal=deal)
        }
        return set(
            ProductLine.objects.filter(pk__in=[row.product_line_id for row in live]).values_list("name", flat=True)
        )


def test_the_partner_changes_facts_and_both_sides_see_what_they_were(cast: Cast) -> None:
    deal = cast.register()
    later = deal.expected_close + timedelta(days=30)
    amend_deal(
        cast.partner_rep.actor,
        deal,
        amount=Money(90_000_00, "EUR"),
        expected_close=later,
        contact_name="Ida Ito",
        need="More trucks",
    )
    with acting(cast.deal_desk.actor):
        event, amendment = Event.objects.get(name="deal.amended"), Amendment.objects.get()
    assert event.changes == {
        "amount_minor": [84_000_00, 90_000_00],
        "expected_close": [str(deal.expected_close), str(later)],
    }
    assert amendment.changes["contact_name"] == ["", "Ida Ito"]
    assert "Ida Ito" not in str(event.data) + str(event.changes)


@pytest.mark.parametrize("wrong", [{"amount": Money(0, "EUR")}, {"expected_close": -3000}, {}])
def test_what_cannot_be_is_not_changed(cast: Cast, wrong: dict[str, Any]) -> None:
    deal = cast.register()
    facts: dict[str, Any] = {"amount": deal.amount, "expected_close": deal.expected_close, **wrong}
    if isinstance(facts["expected_close"], int):
        facts["expected_close"] = deal.expected_close + timedelta(days=facts["expected_close"])
    with pytest.raises(DomainError):
        amend_deal(cast.partner_rep.actor, deal, **facts)


def test_only_what_is_in_force_is_changed(cast: Cast) -> None:
    deal = cast.register()
    withdraw_deal(cast.partner_rep.actor, deal)
    with pytest.raises(DomainError, match="whose protection holds"):
        amend_deal(cast.partner_rep.actor, deal, amount=Money(1, "EUR"), expected_close=deal.expected_close)
    with pytest.raises(DomainError, match="whose protection holds"):
        ask(cast, deal, cast.planner)


def test_an_added_line_is_protected_to_the_same_day_and_one_left_out_is_free(cast: Cast) -> None:
    deal = cast.register(lines=[cast.analytics])
    approve_amendment(cast.deal_desk.actor, ask(cast, deal, cast.analytics, cast.planner))
    assert held(cast, deal) == {"Fleet Analytics", "Route Planner"}
    assert cast.register(cast.rival_rep, lines=[cast.planner]).status == Status.DUPLICATE
    approve_amendment(cast.deal_desk.actor, ask(cast, deal, cast.planner))
    assert held(cast, deal) == {"Route Planner"}
    assert cast.register(cast.rival_rep, lines=[cast.analytics]).status == Status.APPROVED
    with pytest.raises(DomainError, match="gave up"):
        ask(cast, deal, cast.planner, cast.analytics)


def test_a_line_that_a_rival_holds_or_asked_for_first_is_not_added(cast: Cast) -> None:
    deal = cast.register(lines=[cast.analytics])
    rival = cast.register(cast.rival_rep, lines=[cast.planner], expected_close=cast.far_away)
    assert rival.status == Status.UNDER_REVIEW
    amendment = ask(cast, deal, cast.analytics, cast.planner)
    with pytest.raises(DomainError) as refusal:
        approve_amendment(cast.deal_desk.actor, amendment)
    assert refusal.value.code == "earlier_claim"
    withdraw_deal(cast.rival_rep.actor, rival)
    assert cast.register(cast.rival_rep, lines=[cast.planner]).status == Status.APPROVED
    with pytest.raises(DomainError) as refusal:
        approve_amendment(cast.deal_desk.actor, amendment)
    assert refusal.value.code == "already_protected"
    assert held(cast, deal) == {"Fleet Analytics"}


def test_the_pause_counts_for_an_added_line_too(cast: Cast) -> None:
    set_terms(cast, cooling_off_days=30)
    withdraw_deal(cast.partner_rep.actor, cast.register(lines=[cast.planner]))
    deal = cast.register(lines=[cast.analytics])
    with pytest.raises(DomainError) as refusal:
        ask(cast, deal, cast.analytics, cast.planner)
    assert refusal.value.code == "cooling_off"


def test_a_change_is_declined_with_a_reason_and_lapses_with_the_deal(cast: Cast) -> None:
    deal = cast.register()
    decline_amendment(cast.deal_desk.actor, ask(cast, deal, cast.planner), note="Not this line.")
    ask(cast, deal, cast.planner)
    withdraw_deal(cast.partner_rep.actor, deal)
    run_jobs()
    with acting(cast.system):
        assert set(Amendment.objects.values_list("status", flat=True)) == {"declined", "lapsed"}


def test_on_the_pages_facts_are_changed_and_lines_asked_for(cast: Cast, browse: Any) -> None:
    deal, rep, desk = cast.register(), browse(cast.partner_rep), browse(cast.channel_manager)
    form = rep.get(f"{DEALS}/{deal.public_id}/amend/").context["form"]
    facts = {"amount": form["amount"].value(), "expected_close": str(deal.expected_close), "need": "More trucks"}
    assert rep.post(f"{DEALS}/{deal.public_id}/amend/", {**facts, "need": ""}).status_code == 422
    rep.post(f"{DEALS}/{deal.public_id}/amend/", facts)
    both = [cast.analytics.public_id, cast.planner.public_id]
    rep.post(f"{DEALS}/{deal.public_id}/lines/", {"product_lines": both, "reason": "They need more."})
    told = rep.get(f"{DEALS}/{deal.public_id}/").content.decode()
    assert "More trucks" in told
    assert "You asked for other product lines" in told
    assert "They need more." in desk.get(f"{HOME}/{deal.public_id}/").content.decode()
    desk.post(f"{HOME}/{deal.public_id}/amendment/", {"note": "Good."})
    assert held(cast, deal) == {"Fleet Analytics", "Route Planner"}
    assert desk.get(f"{HOME}/{deal.public_id}/amendment/").status_code == 404
    assert (
        "Product lines are now Fleet Analytics, Route Planner" in rep.get(f"{DEALS}/{deal.public_id}/").content.decode()
    )


def test_machines_change_facts_and_lines(cast: Cast) -> None:
    deal, partner, vendor = cast.register(), machine(cast.partner_admin), machine(cast.vendor_admin)
    changed = partner.patch(f"/deal-registrations/{deal.public_id}/facts", {"need": "More trucks"})
    assert (changed.status_code, changed.json()["need"]) == (200, "More trucks")
    wish = {"deal": deal.public_id, "product_lines": [cast.planner.public_id], "reason": "Another project."}
    asked = partner.post("/amendments", wish)
    assert asked.status_code == 201, asked.content
    assert partner.get(asked["Location"].removeprefix("/api/v1")).content == asked.content
    assert machine(cast.rival_admin).post("/amendments", wish).status_code == 422
    approved = vendor.post(f"/amendments/{asked.json()['id']}/approval", {"note": "Good."}).json()
    assert approved["changes"] == {"product_lines": ["Fleet Analytics", "Route Planner"]}
    assert [one["status"] for one in vendor.get("/amendments").json()["data"]] == ["approved", "made"]


def test_what_the_program_requires_cannot_be_emptied(cast: Cast, browse: Any) -> None:
    deal = cast.register(contact_name="Ida Ito", need="Trucks")
    boss = machine(cast.vendor_admin)
    required = boss.patch(f"/programs/{cast.program.public_id}/requirements", {"required_fields": ["need"]})
    assert required.status_code == 200, required.content
    facts = {"amount": deal.amount, "expected_close": deal.expected_close, "contact_name": "Ida Ito"}
    with pytest.raises(DomainError) as refused:
        amend_deal(cast.partner_rep.actor, deal, **facts, need="  ")
    assert (refused.value.code, refused.value.field) == ("need_missing", "need")
    answer = machine(cast.partner_admin).patch(f"/deal-registrations/{deal.public_id}/facts", {"need": ""})
    assert (answer.status_code, answer.json()["code"]) == (422, "need_missing")
    form = {"amount": "84000", "expected_close": str(deal.expected_close), "contact_name": "Ida Ito", "need": ""}
    page = browse(cast.partner_rep).post(f"{DEALS}/{deal.public_id}/amend/", form)
    assert page.status_code == 422
    assert "a few words on what they want to solve" in page.content.decode()
    amend_deal(cast.partner_rep.actor, deal, **{**facts, "contact_name": ""}, need="More trucks")


def test_what_was_never_given_does_not_stop_another_change(cast: Cast) -> None:
    deal = cast.register()
    boss = machine(cast.vendor_admin)
    boss.patch(f"/programs/{cast.program.public_id}/requirements", {"required_fields": ["need"]})
    amend_deal(cast.partner_rep.actor, deal, amount=Money(90_000_00, "EUR"), expected_close=deal.expected_close)
