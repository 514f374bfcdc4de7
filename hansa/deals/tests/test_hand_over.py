from typing import Any

import pytest

from hansa.accounts.actions import change_permission, change_roles, create_api_key, offboard_member
from hansa.accounts.models import Membership
from hansa.accounts.roles import CHANNEL_TEAM, PARTNER_SALES, Role
from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.deals.actions import hand_over_deal, offboard_with_deals, withdraw_deal
from hansa.deals.models import Deal
from hansa.kernel.errors import DomainError, NotPermitted
from hansa.notices.models import Notice
from hansa.testing.cast import Cast, Person
from hansa.testing.machine import machine
from hansa.testing.queue import run_jobs

TEAM = "/w/northwind-fabrikam/team"


def owner(cast: Cast, deal: Deal) -> Any:
    with acting(cast.system):
        return Deal.objects.get(pk=deal.pk).owner_id


def titles(cast: Cast, person: Person) -> list[str]:
    run_jobs()
    with acting(cast.system):
        return list(Notice.objects.filter(recipient=person.membership).values_list("title", flat=True))


def test_a_rep_hands_over_what_is_theirs_and_both_are_told(cast: Cast) -> None:
    deal = cast.register()
    hand_over_deal(cast.partner_rep.actor, deal, to=cast.partner_admin.membership.pk)
    assert owner(cast, deal) == cast.partner_admin.membership.pk
    assert "Contoso Logistics is yours now" in titles(cast, cast.partner_admin)
    with acting(cast.system):
        event = Event.objects.get(name="deal.handed_over")
    assert event.changes["owner"] == [cast.partner_rep.membership.public_id, cast.partner_admin.membership.public_id]
    with pytest.raises(NotPermitted):
        hand_over_deal(cast.partner_rep.actor, deal, to=cast.partner_rep.membership.pk)


def test_the_channel_manager_reassigns_within_the_partner_and_nowhere_else(cast: Cast) -> None:
    deal = cast.register()
    hand_over_deal(cast.channel_manager.actor, deal, to=cast.partner_admin.membership.pk)
    assert "Contoso Logistics belongs to Paula Admin now" in titles(cast, cast.partner_rep)
    for stranger in (cast.rival_rep, cast.channel_manager):
        with pytest.raises(DomainError, match="Choose a colleague"):
            hand_over_deal(cast.channel_manager.actor, deal, to=stranger.membership.pk)


def test_a_deal_goes_to_whoever_the_vendor_lets_register(cast: Cast) -> None:
    deal, vendor = cast.register(cast.partner_admin), cast.vendor_admin.workspace.vendor
    finance = cast.partner_rep.membership
    change_roles(cast.partner_admin.actor, finance, roles=[Role.PARTNER_FINANCE])
    with pytest.raises(DomainError, match="Choose a colleague"):
        hand_over_deal(cast.partner_admin.actor, deal, to=finance.pk)
    roles = [*PARTNER_SALES, Role.PARTNER_FINANCE]
    change_permission(cast.vendor_admin.actor, vendor, name="deal.register", roles=roles)
    hand_over_deal(cast.partner_admin.actor, deal, to=finance.pk)
    assert owner(cast, deal) == finance.pk


def test_a_role_that_may_no_longer_hand_over_is_not_offered_it(cast: Cast, browse: Any) -> None:
    page = f"/w/northwind-fabrikam/deals/{cast.register().public_id}/"
    vendor = cast.vendor_admin.workspace.vendor
    assert 'href="owner/"' in browse(cast.partner_rep).get(page).content.decode()
    roles = [*(CHANNEL_TEAM | PARTNER_SALES) - {Role.PARTNER_SALES}]
    change_permission(cast.vendor_admin.actor, vendor, name="deal.hand_over", roles=roles)
    assert 'href="owner/"' not in browse(cast.partner_rep).get(page).content.decode()
    assert browse(cast.partner_rep).get(f"{page}owner/").status_code == 403


def test_who_leaves_gives_the_open_deals_to_a_colleague(cast: Cast) -> None:
    first, second = cast.register(), cast.register(customer="Litware", domain="")
    over = cast.register(customer="Adatum Paper", domain="adatum.example")
    withdraw_deal(cast.partner_rep.actor, over)
    leaver, boss = cast.partner_rep.membership, cast.partner_admin
    with pytest.raises(DomainError, match="Choose who takes"):
        offboard_with_deals(boss.actor, leaver, to=None)
    assert Membership.objects.get(pk=leaver.pk).status == Membership.Status.ACTIVE
    offboard_with_deals(boss.actor, leaver, to=boss.membership.pk)
    assert Membership.objects.get(pk=leaver.pk).status == Membership.Status.DEPROVISIONED
    assert {owner(cast, first), owner(cast, second)} == {boss.membership.pk}
    assert owner(cast, over) == leaver.pk


def test_where_nobody_was_named_an_administrator_gets_them(cast: Cast) -> None:
    deal = cast.register()
    offboard_member(cast.partner_admin.actor, cast.partner_rep.membership)
    run_jobs()
    assert owner(cast, deal) == cast.partner_admin.membership.pk


def test_who_may_end_access_and_not_hand_over_leaves_the_deals_to_an_administrator(cast: Cast, browse: Any) -> None:
    deal, vendor = cast.register(), cast.vendor_admin.workspace.vendor
    roles = [*(CHANNEL_TEAM | PARTNER_SALES) - {Role.PARTNER_ADMIN}]
    change_permission(cast.vendor_admin.actor, vendor, name="deal.hand_over", roles=roles)
    address = f"{TEAM}/{cast.partner_rep.membership.public_id}/offboard/"
    assert browse(cast.partner_admin).post(address).status_code == 302
    run_jobs()
    assert owner(cast, deal) == cast.partner_admin.membership.pk


def test_nobody_gives_their_deals_to_who_leaves(cast: Cast) -> None:
    deal = cast.register()
    with pytest.raises(DomainError):
        offboard_with_deals(cast.partner_admin.actor, cast.partner_rep.membership, to=cast.partner_rep.membership.pk)
    assert owner(cast, deal) == cast.partner_rep.membership.pk


def test_the_page_shows_what_moves_and_what_ends(cast: Cast, browse: Any) -> None:
    deal, boss = cast.register(), browse(cast.partner_admin)
    browse(cast.partner_rep).get("/w/northwind-fabrikam/")
    with acting(cast.system):
        key = create_api_key(cast.partner_admin.actor, cast.partner_rep.workspace, name="Sync", roles=["partner_sales"])
        type(key).objects.filter(pk=key.pk).update(created_by=cast.partner_rep.membership)
    address = f"{TEAM}/{cast.partner_rep.membership.public_id}/offboard/"
    told = boss.get(address).content.decode()
    assert "Contoso Logistics" in told
    assert "The API key Sync" in told
    assert boss.post(address, {"to": ""}).status_code == 422
    boss.post(address, {"to": cast.partner_admin.membership.public_id})
    assert owner(cast, deal) == cast.partner_admin.membership.pk
    assert browse(cast.partner_rep).get("/w/northwind-fabrikam/").status_code == 404


def test_without_open_deals_nothing_is_asked(cast: Cast, browse: Any) -> None:
    address = f"{TEAM}/{cast.partner_rep.membership.public_id}/offboard/"
    assert browse(cast.partner_admin).post(address).status_code == 302
    desk = f"/w/northwind/team/{cast.deal_desk.membership.public_id}/offboard/"
    assert browse(cast.vendor_admin).post(desk).status_code == 302
    assert Membership.objects.get(pk=cast.deal_desk.membership.pk).status == Membership.Status.DEPROVISIONED


def test_on_the_page_and_by_machine_a_deal_gets_another_owner(cast: Cast, browse: Any) -> None:
    deal, rep = cast.register(), browse(cast.partner_rep)
    address = f"/w/northwind-fabrikam/deals/{deal.public_id}/owner/"
    assert rep.post(address, {"to": cast.rival_rep.membership.public_id}).status_code == 422
    rep.post(address, {"to": cast.partner_admin.membership.public_id})
    assert owner(cast, deal) == cast.partner_admin.membership.pk
    assert rep.get(address).status_code == 403
    vendor, path = machine(cast.vendor_admin), f"/deal-registrations/{deal.public_id}/owner"
    back = vendor.post(path, {"owner": cast.partner_rep.membership.public_id})
    assert back.json()["owner"] == cast.partner_rep.membership.public_id
    assert vendor.post(path, {"owner": cast.stranger.membership.public_id}).status_code == 422
