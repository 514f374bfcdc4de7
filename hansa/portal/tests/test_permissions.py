"""A vendor gives an action to a role or takes it from one: action, button, page and API go by it at once."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from hypothesis import given
from hypothesis import strategies as some

from hansa.accounts.actions import change_permission
from hansa.accounts.permissions import changed, open_roles, who_may
from hansa.accounts.roles import EVERYONE, PARTNER_ROLES, TEAM_ADMINS, VENDOR_ROLES, Role
from hansa.core.models import Event
from hansa.core.permissions import PERMISSIONS, Permission
from hansa.core.tenancy import acting
from hansa.deals.actions import approve_deal, register_deal
from hansa.kernel.errors import DomainError, NotPermitted
from hansa.portal.nav import READ_AUDIT
from hansa.portal.permissions import ROOMS
from hansa.testing.cast import Cast
from hansa.testing.machine import machine, registration

CONSOLE, PORTAL = "/w/northwind/", "/w/northwind-fabrikam/"
PAGE = f"{CONSOLE}team/permissions/"
NAME_IN_TEMPLATE = re.compile(r'\|may:"([^"]+)"')

each_permission = pytest.mark.parametrize("permission", PERMISSIONS.values(), ids=lambda permission: permission.name)


def let(cast: Cast, wanted: Any, *, also: Role | None = None, but: Role | None = None) -> None:
    """Change who may do one thing, as the vendor's administrator; the cast's actors are of after that."""
    vendor = cast.vendor_admin.workspace.vendor
    roles = {*who_may(PERMISSIONS[wanted.name], frozenset(vendor.permission_changes)), also} - {but, None}
    change_permission(cast.vendor_admin.actor, vendor, name=wanted.name, roles=[role for role in roles if role])
    vendor.refresh_from_db()


def told(client: Any, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    text: str = answer.content.decode()
    return text


def test_what_is_given_is_offered_opened_and_done(cast: Cast, browse) -> None:
    desk, key = browse(cast.deal_desk), machine(cast.vendor_admin, roles=[Role.DEAL_DESK])
    body = {"company": "Litware", "email": "lee@litware.example", "name": "Lee", "partner_types": ["reseller"]}
    assert "Invite a partner" not in told(desk, f"{CONSOLE}partners/")
    assert desk.get(f"{CONSOLE}partners/invite/").status_code == 403
    assert key.post("/partners", body).status_code == 403
    browse(cast.vendor_admin).post(f"{PAGE}partner.invite/", {"vendor": ["channel_manager", "deal_desk"]})
    assert "Invite a partner" in told(desk, f"{CONSOLE}partners/")
    assert desk.get(f"{CONSOLE}partners/invite/").status_code == 200
    assert key.post("/partners", body).status_code == 201


def test_what_is_taken_is_not_offered_opened_or_done(cast: Cast, browse) -> None:
    deal = cast.register(domain="")
    desk, key = browse(cast.deal_desk), machine(cast.vendor_admin, roles=[Role.DEAL_DESK])
    page, form = (
        f"{CONSOLE}registrations/{deal.public_id}/",
        f'formaction="{CONSOLE}registrations/{deal.public_id}/approval/"',
    )
    assert form in told(desk, page)
    let(cast, approve_deal, but=Role.DEAL_DESK)
    shown = told(desk, page)
    assert form not in shown
    assert f'formaction="{page}rejection/"' in shown
    assert desk.post(f"{page}approval/").status_code == 403
    assert key.post(f"/deal-registrations/{deal.public_id}/approval", {}).status_code == 403
    with pytest.raises(NotPermitted):
        approve_deal(cast.deal_desk.actor, deal)
    assert browse(cast.channel_manager).post(f"{page}approval/").status_code == 302


def test_a_partners_people_go_by_it_too(cast: Cast, browse) -> None:
    rep, key = browse(cast.partner_rep), machine(cast.partner_admin, roles=[Role.PARTNER_SALES])
    let(cast, register_deal, but=Role.PARTNER_SALES)
    for path in (PORTAL, f"{PORTAL}deals/"):
        assert "Register a deal" not in told(rep, path)
        assert "Register a deal" in told(browse(cast.partner_admin), path)
    assert rep.get(f"{PORTAL}deals/register/").status_code == 403
    assert key.post("/deal-registrations", registration(cast)).status_code == 403
    let(cast, register_deal, also=Role.PARTNER_SALES)
    assert key.post("/deal-registrations", registration(cast)).status_code == 201


def test_what_one_may_read_goes_by_it_too(cast: Cast, browse) -> None:
    manager, key = browse(cast.channel_manager), machine(cast.vendor_admin, roles=[Role.CHANNEL_MANAGER])
    assert manager.get(f"{CONSOLE}audit/").status_code == 403
    let(cast, READ_AUDIT, also=Role.CHANNEL_MANAGER)
    assert manager.get(f"{CONSOLE}audit/").status_code == 200
    assert f'href="{CONSOLE}audit/"' in told(manager, CONSOLE)
    assert key.get("/events").status_code == 200


def test_administrators_who_change_different_things_side_by_side_both_succeed(cast: Cast) -> None:
    admin, as_it_was = cast.vendor_admin.actor, cast.vendor_admin.workspace.vendor
    for name in ("deal.approve", "deal.reject"):
        change_permission(admin, as_it_was, name=name, roles=[Role.DEAL_DESK])
    as_it_was.refresh_from_db()
    assert {change.split()[0] for change in as_it_was.permission_changes} == {"deal.approve", "deal.reject"}


def test_another_vendor_keeps_to_the_standard(cast: Cast) -> None:
    let(cast, register_deal, but=Role.PARTNER_SALES)
    assert not cast.partner_rep.actor.may(register_deal)
    assert cast.stranger_rep.actor.may(register_deal)


def test_the_page_marks_what_differs_and_leads_back(cast: Cast, browse) -> None:
    admin = browse(cast.vendor_admin)
    let(cast, approve_deal, also=Role.ACCOUNT_EXECUTIVE, but=Role.DEAL_DESK)
    [(room, [row])] = admin.get(f"{PAGE}?show=changed").context["rooms"]
    assert (room, row.permission.name, row.given, row.taken) == (
        "Deals", "deal.approve", "Account executive", "Deal desk"
    )  # fmt: skip
    assert "Back to the standard" in told(admin, f"{PAGE}deal.approve/")
    admin.post(f"{PAGE}deal.approve/", {"vendor": [Role.AUDITOR], "then": "standard"})
    assert admin.get(f"{PAGE}?show=changed").context["rooms"] == []
    assert cast.vendor_admin.workspace.vendor.permission_changes != []
    cast.vendor_admin.workspace.vendor.refresh_from_db()
    assert cast.vendor_admin.workspace.vendor.permission_changes == []


def test_all_may_be_taken_from_everybody_but_administrators(cast: Cast, browse) -> None:
    admin = browse(cast.vendor_admin)
    admin.post(f"{PAGE}deal.approve/", {})
    assert "Nobody" in told(admin, PAGE)
    admin.post(f"{PAGE}member.invite/", {})
    assert admin.get(f"{CONSOLE}team/invite/").status_code == 200
    assert browse(cast.partner_admin).get(f"{PORTAL}team/invite/").status_code == 200


def test_colleagues_read_the_page_and_only_administrators_change(cast: Cast, browse) -> None:
    assert "deal.approve" in told(browse(cast.channel_manager), PAGE)
    assert 'href="deal.approve/"' not in told(browse(cast.channel_manager), PAGE)
    assert 'href="deal.approve/"' in told(browse(cast.vendor_admin), PAGE)
    assert browse(cast.channel_manager).get(f"{PAGE}deal.approve/").status_code == 403
    assert browse(cast.partner_admin).get(f"{PORTAL}team/permissions/").status_code == 404
    for nothing in ("deal.expire", "vendor.change_permissions", "invitation.accept", "no.such"):
        assert browse(cast.vendor_admin).get(f"{PAGE}{nothing}/").status_code == 404


@pytest.mark.parametrize("path", ["team/", "program/setup/"])
def test_an_administrator_finds_the_page_where_one_looks(cast: Cast, browse, path: str) -> None:
    assert PAGE in told(browse(cast.vendor_admin), CONSOLE + path)


def test_a_change_is_in_the_audit_of_the_vendor_alone(cast: Cast, browse) -> None:
    let(cast, approve_deal, but=Role.DEAL_DESK)
    with acting(cast.vendor_admin.actor):
        event = Event.objects.get(name="vendor.permissions_changed")
    assert event.actor_id == cast.vendor_admin.membership.pk
    assert event.changes == {"deal.approve": [None, ["-deal_desk"]]}
    assert "Who may do what changed" in told(browse(cast.vendor_admin), f"{CONSOLE}audit/")
    with acting(cast.partner_admin.actor):
        assert not Event.objects.filter(name="vendor.permissions_changed").exists()


def test_a_machine_of_the_administrator_changes_it(cast: Cast) -> None:
    admin, others = machine(cast.vendor_admin), machine(cast.vendor_admin, roles=[Role.CHANNEL_CHIEF])
    before = others.get("/permissions/territory.add")
    wanted = {"roles": ["auditor", "vendor_admin"]}
    assert others.patch("/permissions/territory.add", wanted).status_code == 403
    assert admin.patch("/permissions/territory.add", wanted, if_match='"old"').status_code == 412
    after = admin.patch("/permissions/territory.add", wanted, if_match=before["ETag"])
    assert after.json()["roles"] == ["auditor", "vendor_admin"]
    assert after.json() in others.get("/permissions").json()["data"]
    back = admin.patch("/permissions/territory.add", {"roles": before.json()["standard"]})
    assert back.json() == before.json()


@pytest.mark.parametrize(
    ("name", "roles", "code"),
    [
        ("deal.expire", ["vendor_admin"], "permission_fixed"),
        ("vendor.change_permissions", ["vendor_admin", "channel_chief"], "permission_fixed"),
        ("invitation.accept", ["vendor_admin"], "permission_fixed"),
        ("member.change_roles", ["channel_chief"], "permission_fixed"),
        ("deal.approve", ["partner_sales"], "permission_fixed"),
        ("deal.register", ["deal_desk"], "permission_fixed"),
    ],
)
def test_the_guard_rails_hold_over_the_api(cast: Cast, name: str, roles: list[str], code: str) -> None:
    answer = machine(cast.vendor_admin).patch(f"/permissions/{name}", {"roles": roles})
    assert (answer.status_code, answer.json()["code"]) == (409, code)


def test_permissions_are_nothing_for_a_partners_machine(cast: Cast) -> None:
    partner = machine(cast.partner_admin)
    assert {partner.get(path).status_code for path in ("/permissions", "/permissions/deal.approve")} == {404}
    assert partner.patch("/permissions/deal.approve", {"roles": []}).status_code == 404
    assert machine(cast.vendor_admin).get("/permissions/no.such").status_code == 404


@each_permission
def test_each_can_be_said_in_plain_words(permission: Permission) -> None:
    assert permission.room in ROOMS
    assert not re.search(r"[`{}]|Raises", permission.summary)


@each_permission
def test_what_is_not_open_cannot_be_changed(permission: Permission) -> None:
    for role in Role:
        flipped = sorted(permission.by ^ {role})
        if role in open_roles(permission):
            assert who_may(permission, frozenset(changed(frozenset(), permission.name, flipped))) == [
                role for role in Role if role in flipped
            ]
        else:
            with pytest.raises(DomainError):
                changed(frozenset(), permission.name, flipped)


@given(
    some.lists(
        some.tuples(some.sampled_from(sorted(PERMISSIONS)), some.sets(some.sampled_from(sorted(EVERYONE)))), max_size=20
    )
)
def test_no_changes_lock_anybody_out_or_cross_the_sides(attempts: list[tuple[str, set[str]]]) -> None:
    changes: frozenset[str] = frozenset()
    for name, roles in attempts:
        permission = PERMISSIONS[name]
        reachable = (roles & open_roles(permission)) | (permission.by - open_roles(permission))
        for wanted in (roles, reachable):
            try:
                changes = frozenset(changed(changes, name, sorted(wanted)))
            except DomainError:
                assert wanted is roles
    for permission in PERMISSIONS.values():
        may = frozenset(who_may(permission, changes))
        for side in (VENDOR_ROLES, PARTNER_ROLES):
            assert permission.by & side or not may & side
        if permission.by <= TEAM_ADMINS:
            assert may >= permission.by
    for name, permission in PERMISSIONS.items():
        changes = frozenset(changed(changes, name, sorted(permission.by)))
    assert changes == frozenset()


def test_templates_ask_for_what_there_is() -> None:
    asked = {
        name
        for room in apps.get_app_configs()
        if room.name.startswith("hansa.")
        for path in Path(room.path).rglob("*.html")
        for names in NAME_IN_TEMPLATE.findall(path.read_text())
        for name in names.split()
    }
    assert {"deal.approve", "member.invite"} <= asked <= PERMISSIONS.keys()
