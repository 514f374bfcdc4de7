"""A registration is given to a colleague to decide: one by one, many in one go, and back again."""

from typing import Any

import pytest

from hansa.accounts.actions import change_permission, change_roles, offboard_member
from hansa.accounts.roles import Role
from hansa.core.models import Event
from hansa.core.tenancy import acting, moment
from hansa.deals.actions import approve_deal, assign_registration, decide_in_bulk, stop_bulk
from hansa.deals.models import Assignment, BulkDecision, BulkItem, Deal
from hansa.deals.tests.in_time import local, sweep, waiting
from hansa.kernel.errors import DomainError, Invalid, NotPermitted
from hansa.notices.models import Notice
from hansa.testing.cast import Cast, Person
from hansa.testing.machine import machine
from hansa.testing.queue import run_jobs

QUEUE = "/w/northwind/registrations/"


@pytest.fixture
def deal(cast: Cast) -> Deal:
    """A registration that waits for a person, of a partner whom the channel manager looks after."""
    return cast.register(domain="")


def told(person: Person) -> list[str]:
    run_jobs()
    with acting(person.actor):
        return list(Notice.objects.visible_to(person.actor).order_by("id").values_list("title", flat=True))


def standing(cast: Cast) -> list[Any]:
    with acting(cast.system):
        return list(Assignment.objects.filter(ended_at=None).values_list("reviewer_id", flat=True))


def mine(browse: Any, person: Person) -> str:
    page: str = browse(person).get(f"{QUEUE}?show=mine").content.decode()
    return page


def test_it_stands_among_what_the_colleague_is_to_decide_and_no_longer_among_the_managers(
    cast: Cast, browse: Any, deal: Deal
) -> None:
    assert "Contoso" in mine(browse, cast.channel_manager)
    assert "Contoso" not in mine(browse, cast.deal_desk)
    page = f"{QUEUE}{deal.public_id}/"
    manager = browse(cast.channel_manager)
    answer = manager.post(f"{page}reviewer/", {"to": cast.deal_desk.membership.public_id})
    assert answer.url == page
    assert "Contoso" not in mine(browse, cast.channel_manager)
    assert "Contoso" in mine(browse, cast.deal_desk)
    assert "with Dana Desk" in manager.get(f"{QUEUE}?show=all").content.decode()
    assert "Dana Desk" in manager.get(page).content.decode()
    assert "Contoso Logistics is yours to decide" in told(cast.deal_desk)
    manager.post(f"{page}reviewer/leave/")
    assert "Contoso" in mine(browse, cast.channel_manager)
    assert "Contoso" not in mine(browse, cast.deal_desk)


def test_the_latest_counts_and_the_same_twice_changes_nothing(cast: Cast, deal: Deal) -> None:
    desk, manager = cast.deal_desk, cast.channel_manager
    assign_registration(manager.actor, deal, to=desk.membership.pk)
    with pytest.raises(Invalid, match="decides it already"):
        assign_registration(manager.actor, deal, to=desk.membership.pk)
    assign_registration(desk.actor, deal, to=manager.membership.pk)
    assert standing(cast) == [manager.membership.pk]


def test_only_those_who_decide_can_be_given_it_and_only_what_is_undecided(cast: Cast, deal: Deal) -> None:
    manager = cast.channel_manager.actor
    for nobody in (cast.partner_rep, cast.stranger):
        with pytest.raises(Invalid, match="Choose one of your people"):
            assign_registration(manager, deal, to=nobody.membership.pk)
    with pytest.raises(NotPermitted):
        assign_registration(cast.partner_admin.actor, deal, to=cast.deal_desk.membership.pk)
    approve_deal(manager, deal)
    with pytest.raises(DomainError, match="is decided"):
        assign_registration(manager, deal, to=cast.deal_desk.membership.pk)


def test_the_partner_reads_nothing_of_it(cast: Cast, browse: Any, deal: Deal) -> None:
    assign_registration(cast.channel_manager.actor, deal, to=cast.deal_desk.membership.pk)
    with acting(cast.system):
        assert Event.objects.filter(name="registration.assigned").count() == 1
    with acting(cast.partner_rep.actor):
        assert not Event.objects.visible_to(cast.partner_rep.actor).filter(name="registration.assigned").exists()
    assert "Dana" not in browse(cast.partner_rep).get(f"/w/northwind-fabrikam/deals/{deal.public_id}/").content.decode()


def test_who_is_to_decide_is_reminded_in_place_of_the_manager(late: Cast) -> None:
    deal = waiting(late)
    assign_registration(late.channel_manager.actor, deal, to=late.deal_desk.membership.pk)
    sweep(late, local(2, 13))
    reminded = ["is to be decided by" in " ".join(told(person)) for person in (late.deal_desk, late.channel_manager)]
    assert reminded == [True, False]


def test_many_are_assigned_in_one_go_and_told_once(cast: Cast, browse: Any) -> None:
    deals = [cast.register(domain="", customer=f"Customer {number} Works") for number in range(3)]
    chosen = {"deal": [one.public_id for one in deals]}
    manager = browse(cast.channel_manager)
    asked = manager.get("/w/northwind/bulk-decisions/assignment/", chosen).content.decode()
    assert "Assign 3 registrations?" in asked
    begun = manager.post(
        "/w/northwind/bulk-decisions/assignment/", {**chosen, "to": cast.deal_desk.membership.public_id}
    )
    assert told(cast.deal_desk) == ["3 registrations are yours to decide"]
    assert standing(cast) == [cast.deal_desk.membership.pk] * 3
    page = manager.get(begun.url).content.decode()
    assert "assigned to Dana Desk" in page


def test_many_are_assigned_over_the_api(cast: Cast) -> None:
    deals = [cast.register(domain="", customer=f"Customer {number} Works") for number in range(2)]
    client = machine(cast.vendor_admin)
    body = {"decision": "assign", "registrations": [one.public_id for one in deals]}
    refused = client.post("/bulk-decisions", body)
    assert (refused.status_code, refused.json()["code"]) == (422, "not_found")
    person = cast.deal_desk.membership.public_id
    assert client.post("/bulk-decisions", {**body, "person": person}).json()["person"] == person
    run_jobs()
    given = client.get(f"/deal-registrations/{deals[0].public_id}/assignments").json()["data"]
    assert [one["person"] for one in given] == [person]
    ended = client.post(f"/assignments/{given[0]['id']}/withdrawal")
    assert (ended.status_code, bool(ended.json()["ended_at"])) == (200, True)
    assert client.post(f"/assignments/{given[0]['id']}/withdrawal").status_code == 409


def test_who_leaves_leaves_nothing_undecided_behind(cast: Cast, browse: Any, deal: Deal) -> None:
    assign_registration(cast.channel_manager.actor, deal, to=cast.deal_desk.membership.pk)
    offboard_member(cast.vendor_admin.actor, cast.deal_desk.membership)
    run_jobs()
    assert standing(cast) == []
    assert "Contoso" in mine(browse, cast.channel_manager)


def test_who_may_not_decide_any_more_leaves_it_too(cast: Cast, browse: Any, deal: Deal) -> None:
    assign_registration(cast.channel_manager.actor, deal, to=cast.deal_desk.membership.pk)
    change_roles(cast.vendor_admin.actor, cast.deal_desk.membership, roles=[Role.ACCOUNT_EXECUTIVE])
    run_jobs()
    assert standing(cast) == []
    assert "Contoso" in mine(browse, cast.channel_manager)


def test_who_was_given_the_right_to_decide_can_be_given_one(cast: Cast, deal: Deal) -> None:
    seller = cast.deal_desk.membership
    change_roles(cast.vendor_admin.actor, seller, roles=[Role.ACCOUNT_EXECUTIVE])
    with pytest.raises(Invalid, match="Choose one of your people"):
        assign_registration(cast.channel_manager.actor, deal, to=seller.pk)
    roles = sorted({*approve_deal.by, Role.ACCOUNT_EXECUTIVE})
    vendor = cast.vendor_admin.workspace.vendor
    change_permission(cast.vendor_admin.actor, vendor, name="deal.approve", roles=roles)
    assign_registration(cast.channel_manager.actor, deal, to=seller.pk)
    assert standing(cast) == [seller.pk]


def test_giving_it_to_another_tells_who_was_relieved(cast: Cast, deal: Deal) -> None:
    assign_registration(cast.channel_manager.actor, deal, to=cast.deal_desk.membership.pk)
    assign_registration(cast.channel_manager.actor, deal, to=cast.channel_manager.membership.pk)
    with acting(cast.system):
        told_of = Event.objects.filter(name="registration.unassigned").values_list("data__reviewer", flat=True)
        assert list(told_of) == ["Dana Desk"]


def test_a_run_that_is_stopped_tells_of_what_was_given(cast: Cast) -> None:
    deals = [cast.register(domain="", customer=f"Customer {number} Works") for number in range(2)]
    vendor, desk = cast.partnership.vendor, cast.deal_desk
    ids = [one.pk for one in deals]
    run = decide_in_bulk(cast.channel_manager.actor, vendor, kind="assign", deals=ids, to=desk.membership.pk)
    with acting(cast.system):
        BulkItem.objects.filter(run=run, number=1).update(done_at=moment())
    stop_bulk(cast.channel_manager.actor, run)
    assert told(desk) == ["1 registration is yours to decide"]


def test_nobody_is_chosen_without_a_name(cast: Cast, deal: Deal) -> None:
    with pytest.raises(Invalid, match="Choose one of your people"):
        decide_in_bulk(cast.channel_manager.actor, cast.partnership.vendor, kind="assign", deals=[deal.pk])
    with acting(cast.system):
        assert not BulkDecision.objects.exists()


@pytest.mark.parametrize(
    ("path", "body"),
    [("/deal-registrations/{}/assignments", {}), ("/bulk-decisions", {"decision": "assign", "registrations": ["{}"]})],
)
def test_over_the_api_who_may_not_decide_is_named_and_who_is_not_seen_is_not(
    cast: Cast, deal: Deal, path: str, body: dict[str, Any]
) -> None:
    change_roles(cast.vendor_admin.actor, cast.deal_desk.membership, roles=[Role.ACCOUNT_EXECUTIVE])
    vendor, given = machine(cast.vendor_admin), {**body}
    if "registrations" in given:
        given["registrations"] = [deal.public_id]
    for person in (cast.deal_desk, cast.partner_rep):
        refused = vendor.post(path.format(deal.public_id), {**given, "person": person.membership.public_id})
        assert (refused.status_code, refused.json()["code"]) == (422, "may_not_decide")
        assert f"{person.user.name} may not decide registrations here." in refused.content.decode()
    unseen = vendor.post(path.format(deal.public_id), {**given, "person": cast.stranger.membership.public_id})
    assert (unseen.status_code, unseen.json()["code"]) == (422, "not_found")
