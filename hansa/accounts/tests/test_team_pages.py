import pytest

from hansa.accounts.actions import invite_member
from hansa.accounts.actors import client_actor
from hansa.accounts.models import ApiKey, Invitation, Membership
from hansa.accounts.roles import Role
from hansa.testing.cast import Cast

TEAM, KEYS = "/w/northwind-fabrikam/team/", "/w/northwind-fabrikam/api-keys/"


def test_a_colleague_sees_the_team_and_changes_nothing(cast: Cast, browse) -> None:
    client = browse(cast.partner_rep)
    told = client.get(TEAM).content.decode()
    assert "Paula Admin" in told
    assert "Remo Rival" not in told
    assert "Invite a colleague" not in told
    for step in ("invite/", f"{cast.partner_admin.membership.public_id}/roles/"):
        assert client.get(TEAM + step).status_code == 403
    assert client.get(KEYS).status_code == 403


def test_the_vendors_team_page_shows_the_vendors_people_alone(cast: Cast, browse) -> None:
    told = browse(cast.vendor_admin).get("/w/northwind/team/").content.decode()
    assert "Jonas Weber" in told
    assert "Paula Admin" not in told


def test_an_invitation_is_sent_shown_and_withdrawn(cast: Cast, browse) -> None:
    client = browse(cast.partner_admin)
    client.post(f"{TEAM}invite/", {"name": "Nils New", "email": "nils@fabrikam.example", "roles": ["partner_sales"]})
    assert "nils@fabrikam.example" in client.get(TEAM).content.decode()
    invitation = Invitation.objects.get()
    client.post(f"{TEAM}invitations/{invitation.public_id}/revoke/")
    invitation.refresh_from_db()
    assert invitation.status == Invitation.Status.REVOKED


@pytest.mark.parametrize("wrong", [{"roles": ["vendor_admin"]}, {"roles": []}, {"email": "mara@fabrikam.example"}])
def test_an_invitation_that_cannot_be_is_refused(cast: Cast, browse, wrong: dict[str, object]) -> None:
    filled = {"name": "Nils New", "email": "nils@fabrikam.example", "roles": ["partner_sales"], **wrong}
    assert browse(cast.partner_admin).post(f"{TEAM}invite/", filled).status_code == 422
    assert not Invitation.objects.exists()


def test_roles_change(cast: Cast, browse) -> None:
    member = cast.partner_rep.membership
    browse(cast.partner_admin).post(f"{TEAM}{member.public_id}/roles/", {"roles": ["partner_finance"]})
    member.refresh_from_db()
    assert member.roles == [Role.PARTNER_FINANCE]


def test_the_last_administrator_keeps_that_role(cast: Cast, browse) -> None:
    client, own = browse(cast.partner_admin), cast.partner_admin.membership.public_id
    answer = client.post(f"{TEAM}{own}/roles/", {"roles": ["partner_sales"]})
    assert "Somebody else must be administrator first." in answer.content.decode()
    answer = client.post(f"{TEAM}{own}/offboard/")
    assert answer.status_code == 422
    assert "Somebody else must be administrator first." in answer.content.decode()


def test_ending_an_access_says_first_what_it_does(cast: Cast, browse) -> None:
    member, client = cast.partner_rep.membership, browse(cast.partner_admin)
    assert "What will happen" in client.get(f"{TEAM}{member.public_id}/offboard/").content.decode()
    client.post(f"{TEAM}{member.public_id}/offboard/")
    member.refresh_from_db()
    assert member.status == Membership.Status.DEPROVISIONED


def test_nobody_reaches_into_another_organization(cast: Cast, browse) -> None:
    foreign = cast.rival_rep.membership.public_id
    for person, team in ((cast.partner_admin, TEAM), (cast.vendor_admin, "/w/northwind/team/")):
        assert browse(person).post(f"{team}{foreign}/offboard/").status_code == 404
    invited = invite_member(
        cast.rival_admin.actor,
        cast.rival_admin.workspace,
        email="x@proseware.example",
        name="X",
        roles=["partner_sales"],
    )
    assert browse(cast.partner_admin).post(f"{TEAM}invitations/{invited.public_id}/revoke/").status_code == 404


def test_a_key_is_shown_once_and_dies_when_revoked(cast: Cast, browse) -> None:
    client = browse(cast.partner_admin)
    made = client.post(f"{KEYS}new/", {"name": "CRM", "roles": ["partner_sales"], "scopes": ["read"]})
    secret = made.context["key"].secret
    assert secret in made.content.decode()
    assert "no-store" in made.headers["Cache-Control"]
    assert secret not in client.get(KEYS).content.decode()
    assert client_actor(secret) is not None
    client.post(f"{KEYS}{ApiKey.objects.get().public_id}/revoke/")
    assert client_actor(secret) is None
