import pytest

from hansa.accounts.actions import change_permission, change_roles, create_api_key, invite_member, offboard_member
from hansa.accounts.actors import client_actor, workspaces_of
from hansa.accounts.models import Membership, Organization, Workspace
from hansa.accounts.roles import Role
from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.kernel.errors import DomainError, NotPermitted
from hansa.kernel.ids import new_id
from hansa.testing.cast import Cast, Person

ADMIN, ROLES = [Role.VENDOR_ADMIN], [Role.CHANNEL_MANAGER]


def roles(person: Person) -> list[str]:
    return sorted(Membership.objects.get(pk=person.membership.pk).roles)


def status(person: Person) -> str:
    return Membership.objects.get(pk=person.membership.pk).status


def test_roles_are_replaced_and_the_change_is_written_down(cast: Cast) -> None:
    change_roles(cast.partner_admin.actor, cast.partner_rep.membership, roles=[Role.PARTNER_FINANCE])
    assert roles(cast.partner_rep) == [Role.PARTNER_FINANCE]
    with acting(cast.system):
        event = Event.objects.get(name="member.roles_changed")
    assert event.changes == {"roles": [[Role.PARTNER_SALES], [Role.PARTNER_FINANCE]]}


@pytest.mark.parametrize(("wrong", "code"), [([], "role_missing"), ([Role.VENDOR_ADMIN], "role_unknown")])
def test_roles_that_do_not_fit_are_refused(cast: Cast, wrong: list[str], code: str) -> None:
    with pytest.raises(DomainError) as refusal:
        change_roles(cast.partner_admin.actor, cast.partner_rep.membership, roles=wrong)
    assert refusal.value.code == code


def test_the_last_administrator_stays_one(cast: Cast) -> None:
    admin = cast.partner_admin
    with pytest.raises(DomainError) as refusal:
        change_roles(admin.actor, admin.membership, roles=[Role.PARTNER_SALES])
    assert refusal.value.code == "last_administrator"
    with pytest.raises(DomainError) as refusal:
        offboard_member(admin.actor, admin.membership)
    assert refusal.value.code == "last_administrator"
    change_roles(admin.actor, cast.partner_rep.membership, roles=[Role.PARTNER_ADMIN])
    offboard_member(admin.actor, admin.membership)
    assert status(admin) == "deprovisioned"


def test_who_may_look_after_people_makes_and_unmakes_no_administrator(cast: Cast) -> None:
    vendor, admin, manager, desk = (
        cast.vendor_admin.workspace.vendor, cast.vendor_admin, cast.channel_manager, cast.deal_desk
    )  # fmt: skip
    for name in ("member.invite", "member.change_roles", "member.offboard"):
        change_permission(admin.actor, vendor, name=name, roles=[Role.VENDOR_ADMIN, Role.PARTNER_ADMIN, *ROLES])
    vendor.refresh_from_db()
    attempts = (
        lambda: invite_member(manager.actor, manager.workspace, email="n@x.example", name="N", roles=ADMIN),
        lambda: change_roles(manager.actor, manager.membership, roles=ADMIN),
        lambda: change_roles(manager.actor, admin.membership, roles=ROLES),
        lambda: offboard_member(manager.actor, admin.membership),
    )
    for attempt in attempts:
        with pytest.raises(DomainError) as refusal:
            attempt()
        assert refusal.value.code == "too_much"
    change_roles(manager.actor, desk.membership, roles=[Role.AUDITOR])
    assert roles(desk) == [Role.AUDITOR]


def test_who_left_is_no_administrator_to_rely_on(cast: Cast) -> None:
    admin, rep = cast.partner_admin, cast.partner_rep
    change_roles(admin.actor, rep.membership, roles=[Role.PARTNER_ADMIN])
    offboard_member(admin.actor, rep.membership)
    with pytest.raises(DomainError, match="Somebody else"):
        offboard_member(admin.actor, admin.membership)


def test_nobody_leaves_twice(cast: Cast) -> None:
    offboard_member(cast.partner_admin.actor, cast.partner_rep.membership)
    with pytest.raises(DomainError) as refusal:
        offboard_member(cast.partner_admin.actor, cast.partner_rep.membership)
    assert refusal.value.code == "illegal_move"


def test_a_vendor_does_not_administer_its_partners_people(cast: Cast) -> None:
    for attempt in (
        lambda: change_roles(cast.vendor_admin.actor, cast.partner_rep.membership, roles=[Role.PARTNER_ADMIN]),
        lambda: offboard_member(cast.vendor_admin.actor, cast.partner_rep.membership),
    ):
        with pytest.raises(NotPermitted):
            attempt()
    assert (roles(cast.partner_rep), status(cast.partner_rep)) == ([Role.PARTNER_SALES], "active")


def test_leaving_one_company_leaves_the_others(cast: Cast) -> None:
    rep = cast.partner_rep
    Membership.objects.create(
        user=rep.user, organization=cast.rival_rep.membership.organization, roles=[Role.PARTNER_SALES]
    )
    offboard_member(cast.partner_admin.actor, rep.membership)
    assert [place.workspace.slug for place in workspaces_of(rep.user)] == ["northwind-proseware"]


@pytest.fixture
def both(cast: Cast) -> Person:
    """The administrator of a vendor that is another vendor's partner too, as seen from that portal."""
    wingtip: Organization = cast.stranger.workspace.organization
    portal = Workspace.objects.create(
        slug="northwind-wingtip", vendor=cast.partnership.vendor, organization=wingtip, partnership_id=new_id()
    )
    member = cast.stranger.membership
    member.roles = [Role.PARTNER_ADMIN, Role.VENDOR_ADMIN]
    member.save()
    return Person(cast.stranger.user, member, portal)


def test_roles_on_the_other_side_stay_as_they_are(cast: Cast, both: Person) -> None:
    colleague = Membership.objects.create(
        user=cast.rival_rep.user, organization=both.workspace.organization, roles=[Role.DEAL_DESK, Role.PARTNER_SALES]
    )
    change_roles(both.actor, colleague, roles=[Role.PARTNER_SUPPORT])
    colleague.refresh_from_db()
    assert colleague.roles == [Role.DEAL_DESK, Role.PARTNER_SUPPORT]


def test_who_works_on_the_other_side_too_keeps_that_and_loses_this(cast: Cast, both: Person) -> None:
    colleague = Membership.objects.create(
        user=cast.rival_rep.user, organization=both.workspace.organization, roles=[Role.DEAL_DESK, Role.PARTNER_SALES]
    )
    at_work = both.workspace.actor("person", colleague.pk, "Both", [Role.PARTNER_ADMIN])
    key = create_api_key(at_work, both.workspace, name="sync", roles=[Role.PARTNER_SALES])
    offboard_member(both.actor, colleague)
    colleague.refresh_from_db()
    assert (colleague.status, colleague.roles) == (Membership.Status.ACTIVE, [Role.DEAL_DESK])
    assert client_actor(key.secret) is None


def test_who_works_on_the_other_side_alone_is_not_ended_from_here(cast: Cast, both: Person) -> None:
    colleague = Membership.objects.create(
        user=cast.rival_rep.user, organization=both.workspace.organization, roles=[Role.DEAL_DESK]
    )
    with pytest.raises(NotPermitted):
        offboard_member(both.actor, colleague)


def test_each_side_keeps_an_administrator(cast: Cast, both: Person) -> None:
    Membership.objects.create(
        user=cast.rival_rep.user, organization=both.workspace.organization, roles=[Role.VENDOR_ADMIN]
    )
    with pytest.raises(DomainError) as refusal:
        change_roles(both.actor, both.membership, roles=[Role.PARTNER_SALES])
    assert refusal.value.code == "last_administrator"
