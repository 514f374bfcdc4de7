"""Somebody who looks after partners leaves: a colleague takes them over, or those who lead are told."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from hansa.accounts.actions import change_permission, change_roles, offboard_member
from hansa.accounts.models import Membership
from hansa.accounts.roles import PROGRAM_ADMINS, Role
from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.deals.actions import request_extension, request_lines
from hansa.deals.models import Deal
from hansa.disputes.tests.contest import opened
from hansa.notices.models import Notice
from hansa.partnerships.actions import appoint_deputy, assign_manager
from hansa.partnerships.models import Deputyship, Partnership
from hansa.testing.cast import Cast, Person
from hansa.testing.machine import machine
from hansa.testing.queue import run_jobs

PARTNERS = "/w/northwind/partners/"


@pytest.fixture
def kim(cast: Cast) -> Person:
    """A second channel manager."""
    change_roles(cast.vendor_admin.actor, cast.deal_desk.membership, roles=[Role.CHANNEL_MANAGER])
    cast.deal_desk.membership.refresh_from_db()
    return cast.deal_desk


def page_of(leaver: Person) -> str:
    return f"/w/northwind/team/{leaver.membership.public_id}/offboard/"


def looked_after(cast: Cast) -> dict[str, tuple[Any, Any]]:
    with acting(cast.system):
        rows = Partnership.objects.select_related("organization", "channel_manager__user", "deputy__user")
        return {str(one): (one.channel_manager, one.deputy) for one in rows.filter(vendor=cast.partnership.vendor_id)}


def told(person: Person) -> str:
    run_jobs()
    with acting(person.actor):
        return " / ".join(Notice.objects.filter(recipient=person.membership).values_list("title", flat=True))


def leave(cast: Cast) -> Deal:
    """The channel manager of both partners leaves, and nobody is named; a deal that ours has."""
    deal = cast.register()
    offboard_member(cast.vendor_admin.actor, cast.channel_manager.membership)
    run_jobs()
    return deal


def test_the_page_names_the_partners_and_a_colleague_takes_them_over(cast: Cast, browse: Any, kim: Person) -> None:
    admin, leaver = browse(cast.vendor_admin), cast.channel_manager
    shown = admin.get(page_of(leaver)).content.decode()
    assert "Fabrikam Consulting" in shown
    assert "Proseware" in shown
    assert "Who looks after these partners?" in shown
    assert admin.post(page_of(leaver), {"partners_to": leaver.membership.public_id}).status_code == 422
    assert admin.post(page_of(leaver), {"partners_to": kim.membership.public_id}).status_code == 302
    assert set(looked_after(cast).values()) == {(kim.membership, None)}
    assert "Dana Desk" in admin.get(f"{PARTNERS}{cast.partnership.public_id}/").content.decode()
    with acting(cast.system):
        changes = Event.objects.filter(name="partner.assigned").values_list("changes__channel_manager", flat=True)
        assert list(changes) == [[leaver.membership.public_id, kim.membership.public_id]] * 2
    cast.register(domain="")
    assert "waits for a decision" in told(kim)


def test_nobody_is_allowed_and_the_partner_says_so(cast: Cast, browse: Any) -> None:
    admin = browse(cast.vendor_admin)
    assert admin.post(page_of(cast.channel_manager), {"partners_to": ""}).status_code == 302
    assert set(looked_after(cast).values()) == {(None, None)}
    shown = admin.get(f"{PARTNERS}{cast.partnership.public_id}/").content.decode()
    assert "Nobody yet" in shown
    assert "nobody yet" in admin.get(PARTNERS).content.decode()


def test_who_looks_after_no_partner_leaves_without_a_question(cast: Cast, browse: Any) -> None:
    assert "Who looks after" not in browse(cast.vendor_admin).get(page_of(cast.deal_desk)).content.decode()


def test_a_deputy_who_takes_over_is_not_deputy_of_themself(cast: Cast, kim: Person) -> None:
    boss, leaver = cast.vendor_admin.actor, cast.channel_manager
    assign_manager(boss, cast.partnership, channel_manager=leaver.membership, deputy=kim.membership)
    assign_manager(boss, cast.rivals, channel_manager=kim.membership, deputy=leaver.membership)
    gone = machine(cast.vendor_admin).post(
        f"/members/{leaver.membership.public_id}/offboarding", {"partners_to": kim.membership.public_id}
    )
    assert gone.json()["status"] == "deprovisioned"
    assert set(looked_after(cast).values()) == {(kim.membership, None)}


def test_over_the_api_nobody_need_be_named_and_only_the_channel_team_can_be(cast: Cast) -> None:
    vendor, path = machine(cast.vendor_admin), f"/members/{cast.channel_manager.membership.public_id}/offboarding"
    for other, code in ((cast.partner_admin, "not_found"), (cast.stranger, "not_found")):
        refused = vendor.post(path, {"partners_to": other.membership.public_id})
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert Membership.objects.get(pk=cast.channel_manager.membership.pk).status == "active"
    assert vendor.post(path).status_code == 200
    run_jobs()
    assert set(looked_after(cast).values()) == {(None, None)}


def test_who_may_not_name_managers_names_none_here_either(cast: Cast, kim: Person, browse: Any) -> None:
    vendor = cast.vendor_admin.workspace.vendor
    change_permission(
        cast.vendor_admin.actor, vendor, name="partner.assign", roles=sorted(PROGRAM_ADMINS - {Role.VENDOR_ADMIN})
    )
    assert "Who looks after" not in browse(cast.vendor_admin).get(page_of(cast.channel_manager)).content.decode()
    path = f"/members/{cast.channel_manager.membership.public_id}/offboarding"
    refused = machine(cast.vendor_admin).post(path, {"partners_to": kim.membership.public_id})
    assert refused.status_code == 403
    offboard_member(cast.vendor_admin.actor, cast.channel_manager.membership)
    run_jobs()
    assert set(looked_after(cast).values()) == {(None, None)}


def test_who_has_left_stands_in_for_nobody_any_more(cast: Cast, kim: Person) -> None:
    today = timezone.now().date()
    mine, days = cast.channel_manager.membership, {"starts_on": today, "ends_on": today + timedelta(days=7)}
    appoint_deputy(cast.vendor_admin.actor, mine, deputy=kim.membership, **days)
    appoint_deputy(cast.vendor_admin.actor, kim.membership, deputy=mine, **days)
    leave(cast)
    with acting(cast.system):
        assert not Deputyship.objects.filter(revoked_at=None).exists()


def test_those_who_lead_are_told_what_a_partner_asks_for_whom_nobody_looks_after(cast: Cast) -> None:
    deal, rep = leave(cast), cast.partner_rep.actor
    cast.register(domain="", customer="Litware")
    request_extension(rep, deal, days=30, reason="The budget comes in March.")
    request_lines(rep, deal, product_lines=[cast.analytics.pk, cast.planner.pk], reason="They need more.")
    said = told(cast.vendor_admin)
    for what in ("Litware waits for a decision", "asks for 30 more days", "asks for other product lines"):
        assert what in said
    assert told(cast.deal_desk) == ""


def test_those_who_lead_are_told_of_a_dispute(cast: Cast) -> None:
    offboard_member(cast.vendor_admin.actor, cast.channel_manager.membership)
    run_jobs()
    opened(cast)
    assert "Fabrikam Consulting disputes the decision" in told(cast.vendor_admin)


def test_who_no_longer_works_here_is_passed_over_before_the_partner_is_free(cast: Cast) -> None:
    offboard_member(cast.vendor_admin.actor, cast.channel_manager.membership)
    cast.register(domain="")
    assert "waits for a decision" in told(cast.vendor_admin)
