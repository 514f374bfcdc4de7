"""The vendor's own sales people: credited for a partner's deal, and flagged on a customer that is protected."""

from datetime import date, timedelta
from typing import Any

import pytest

from hansa.accounts.models import Membership
from hansa.accounts.roles import Role
from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.customers.actions import start_import, upload_import
from hansa.deals.actions import (
    approve_amendment,
    approve_deal,
    give_credit,
    request_lines,
    settle_conflict,
    take_credit_back,
    withdraw_deal,
)
from hansa.deals.models import ChannelConflict, Credit, Deal
from hansa.kernel.errors import DomainError, NotPermitted
from hansa.notices.models import Notice
from hansa.testing.cast import Cast, Person
from hansa.testing.machine import machine
from hansa.testing.queue import run_jobs

ACCOUNTS = "Account Name,Website,Billing Country\nContoso Logistics,contoso-logistics.example,Netherlands\n"
HEADER = "Opportunity ID,Account Name,Product,Stage,Amount,Created Date,Owner\n"
DIRECT = HEADER + "7,Contoso Logistics,{},{},45000,{},Dirk Direct\n"
DESK = "/w/northwind/"


def crm_says(cast: Cast, *, product: str = "Fleet Analytics", stage: str = "Prospecting", on: str = "") -> None:
    vendor, manager = cast.channel_manager.workspace.vendor, cast.channel_manager.actor
    direct = DIRECT.format(product, stage, on or date.today() - timedelta(days=3))  # noqa: DTZ011
    for kind, text in (("accounts", ACCOUNTS), ("opportunities", direct)):
        start_import(manager, upload_import(manager, vendor, file_name="x.csv", content=text.encode(), kind=kind))
        run_jobs()


def conflicts(cast: Cast) -> list[str]:
    with acting(cast.system):
        return list(ChannelConflict.objects.order_by("id").values_list("status", flat=True))


def told(person: Person) -> list[tuple[str, str]]:
    run_jobs()
    with acting(person.actor):
        return list(Notice.objects.visible_to(person.actor).order_by("id").values_list("title", "text"))


@pytest.fixture
def deal(cast: Cast) -> Deal:
    found = cast.register()
    run_jobs()
    return found


@pytest.fixture
def conflict(cast: Cast, deal: Deal) -> ChannelConflict:
    crm_says(cast)
    with acting(cast.system):
        return ChannelConflict.objects.get()


@pytest.fixture
def seller(cast: Cast) -> Membership:
    seller = cast.deal_desk.membership
    seller.roles = [Role.ACCOUNT_EXECUTIVE]
    seller.save(update_fields=["roles"])
    return seller


def test_a_direct_sale_on_a_protected_customer_is_flagged_once_and_escalated(cast: Cast, deal: Deal) -> None:
    crm_says(cast)
    crm_says(cast, stage="Proposal")
    assert conflicts(cast) == ["open"]
    title, text = told(cast.channel_manager)[-1]
    assert title == "Contoso Logistics: a direct sale on a protected customer"
    assert "Dirk Direct works on Fleet Analytics" in text
    assert "direct sale" not in str(told(cast.partner_rep))
    with acting(cast.partner_rep.actor):
        assert not Event.objects.filter(name__startswith="conflict").exists()


@pytest.mark.parametrize("change", [{"product": "Route Planner"}, {"stage": "Closed Lost"}, {"on": "2020-01-01"}])
def test_another_line_a_closed_and_a_stale_sale_are_none(cast: Cast, deal: Deal, change: dict[str, str]) -> None:
    crm_says(cast, **change)
    assert conflicts(cast) == []


def test_who_approves_beside_a_direct_sale_has_it_to_settle(cast: Cast) -> None:
    deal = cast.register(expected_close=cast.far_away)
    crm_says(cast)
    assert conflicts(cast) == []
    approve_deal(cast.deal_desk.actor, deal)
    run_jobs()
    assert conflicts(cast) == ["open"]


def test_a_sale_that_is_over_clears_it_and_one_that_comes_back_flags_it_again(cast: Cast, conflict: Any) -> None:
    crm_says(cast, stage="Closed Won")
    assert conflicts(cast) == ["cleared"]
    crm_says(cast)
    assert conflicts(cast) == ["open"]


def test_the_end_of_the_protection_clears_it(cast: Cast, deal: Deal, conflict: Any) -> None:
    withdraw_deal(cast.partner_rep.actor, deal)
    run_jobs()
    assert conflicts(cast) == ["cleared"]


@pytest.mark.parametrize(
    ("result", "title"),
    [
        ("left_to_partner", "Contoso Logistics is left to you"),
        ("sold_together", "Contoso Logistics: let us sell together"),
        ("protection_ended", "Contoso Logistics: protection ended"),
    ],
)
def test_the_partner_is_told_the_outcome_and_no_more(
    cast: Cast, deal: Deal, conflict: Any, browse: Any, result: str, title: str
) -> None:
    desk = browse(cast.channel_manager)
    listed = desk.get(f"{DESK}channel-conflicts/").content.decode()
    assert "Fabrikam Consulting" in listed
    assert "Dirk Direct" in listed
    page = f"{DESK}channel-conflicts/{conflict.public_id}/settle/"
    desk.post(page, {"result": result, "reason": "customer_wish", "note": "Dirk will call"})
    assert conflicts(cast) == ["settled"]
    assert told(cast.partner_rep)[-1][0] == title
    assert "Dirk" not in str(told(cast.partner_rep))
    with acting(cast.partner_rep.actor):
        ended = result == "protection_ended"
        assert Deal.objects.get(pk=deal.pk).status == ("canceled" if ended else "approved")
    crm_says(cast, stage="Proposal")
    assert conflicts(cast) == ["settled"]


def test_it_is_settled_over_the_api_by_the_channel_team_alone(cast: Cast, conflict: ChannelConflict) -> None:
    vendor = machine(cast.vendor_admin)
    [shown] = vendor.get("/channel-conflicts", {"status": "open"}).json()["data"]
    settled = vendor.post(f"/channel-conflicts/{shown['id']}/settlement", {"result": "sold_together"})
    assert (settled.status_code, settled.json()["status"]) == (200, "settled")
    again = vendor.post(f"/channel-conflicts/{shown['id']}/settlement", {"result": "left_to_partner"})
    assert again.status_code == 409
    with pytest.raises(NotPermitted):
        settle_conflict(cast.deal_desk.actor, conflict, result="sold_together")


def test_a_protection_ends_for_a_reason_or_nothing_is_settled(cast: Cast, conflict: ChannelConflict) -> None:
    with pytest.raises(DomainError, match="Choose a reason"):
        settle_conflict(cast.channel_manager.actor, conflict, result="protection_ended")
    assert conflicts(cast) == ["open"]


def test_a_sales_person_is_credited_told_and_taken_off_again(
    cast: Cast, deal: Deal, seller: Membership, browse: Any
) -> None:
    desk, page = browse(cast.channel_manager), f"{DESK}registrations/{deal.public_id}/"
    desk.post(f"{page}credits/", {"person": seller.public_id, "why": "Opened the door"})
    seen = desk.get(page).content.decode()
    assert "Opened the door" in seen
    assert "Direct sales credited: Dana Desk" in seen
    assert told(cast.deal_desk)[-1][0] == "Contoso Logistics: you are credited"
    assert "Dana" not in browse(cast.partner_rep).get(f"/w/northwind-fabrikam/deals/{deal.public_id}/").content.decode()
    with acting(cast.system):
        credit = Credit.objects.get()
    desk.post(f"{DESK}credits/{credit.public_id}/take-back/", {"sure": "1"})
    assert told(cast.deal_desk)[-1][0] == "Contoso Logistics: you are no longer credited"
    assert "Opened the door" not in desk.get(page).content.decode()


def test_where_nobody_sells_directly_the_form_says_so(cast: Cast, deal: Deal, browse: Any) -> None:
    page = browse(cast.channel_manager).get(f"{DESK}registrations/{deal.public_id}/credits/").content.decode()
    assert "Nobody has such a role yet" in page


def test_credit_is_for_ones_own_sales_people_once_each(cast: Cast, deal: Deal, seller: Membership) -> None:
    manager = cast.channel_manager.actor
    with pytest.raises(DomainError, match="own sales people"):
        give_credit(manager, deal, person=cast.partner_rep.membership.pk)
    credit = give_credit(manager, deal, person=seller.pk)
    with pytest.raises(DomainError, match="credited for this deal already"):
        give_credit(manager, deal, person=seller.pk)
    take_credit_back(manager, credit)
    made = machine(cast.vendor_admin).post(
        f"/deal-registrations/{deal.public_id}/credits", {"person": seller.public_id}
    )
    assert (made.status_code, made.json()["status"]) == (201, "given")


def test_over_the_api_who_is_no_sales_person_is_named_and_who_is_not_seen_is_not(cast: Cast, deal: Deal) -> None:
    vendor, path = machine(cast.vendor_admin), f"/deal-registrations/{deal.public_id}/credits"
    for person in (cast.deal_desk, cast.partner_rep):
        refused = vendor.post(path, {"person": person.membership.public_id})
        assert (refused.status_code, refused.json()["code"]) == (422, "no_direct_sales")
        assert f"{person.user.name} is not an account executive" in refused.content.decode()
    unseen = vendor.post(path, {"person": cast.stranger.membership.public_id})
    assert (unseen.status_code, unseen.json()["code"]) == (422, "not_found")
    assert "There is no such" in unseen.content.decode()


def test_a_product_line_that_is_added_is_looked_at_too(cast: Cast, deal: Deal) -> None:
    crm_says(cast, product="Route Planner")
    assert conflicts(cast) == []
    wanted = {"product_lines": [cast.analytics.pk, cast.planner.pk], "reason": "They plan routes too."}
    approve_amendment(cast.deal_desk.actor, request_lines(cast.partner_rep.actor, deal, **wanted))
    run_jobs()
    assert conflicts(cast) == ["open"]
    less = {"product_lines": [cast.analytics.pk], "reason": "They do not."}
    approve_amendment(cast.deal_desk.actor, request_lines(cast.partner_rep.actor, deal, **less))
    run_jobs()
    assert conflicts(cast) == ["cleared"]


@pytest.mark.parametrize("result", ["left_to_partner", "sold_together", "protection_ended"])
def test_what_is_protected_no_more_is_not_settled(
    cast: Cast, deal: Deal, conflict: Any, browse: Any, result: str
) -> None:
    """The partner would read that a customer is left to it which it has just let go of."""
    withdraw_deal(cast.partner_rep.actor, deal)
    page = f"{DESK}channel-conflicts/{conflict.public_id}/settle/"
    answer = browse(cast.channel_manager).post(page, {"result": result, "reason": "customer_wish"})
    assert "This deal protects the customer no more" in answer.content.decode()
    settled = machine(cast.vendor_admin).post(
        f"/channel-conflicts/{conflict.public_id}/settlement", {"result": result, "reason": "customer_wish"}
    )
    assert (settled.status_code, settled.json()["code"]) == (409, "not_protected")
    assert conflicts(cast) == ["open"]
    assert "is left to you" not in str(told(cast.partner_rep))
