from datetime import timedelta
from typing import Any

import pytest

from hansa.accounts.actions import (
    accept_invitation,
    change_roles,
    decline_invitation,
    invite_member,
    offboard_member,
    open_invitation,
    revoke_invitation,
)
from hansa.accounts.models import Invitation, Membership, User
from hansa.accounts.roles import Role
from hansa.core.actors import Actor
from hansa.core.database import now
from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.kernel.errors import DomainError, Invalid
from hansa.testing.cast import Cast, Person

NEW = {"email": "Nils@Fabrikam.example ", "name": " Nils New ", "roles": [Role.PARTNER_SALES]}


def invite(person: Person, **changes: Any) -> Invitation:
    invitation: Invitation = invite_member(person.actor, person.workspace, **{**NEW, **changes})
    return invitation


def guest(invitation: Invitation) -> Actor:
    """Who has nothing but the link."""
    return invitation.workspace.actor("person", None, invitation.email, [Role.PARTNER_SALES])


def accept(invitation: Invitation, **given: Any) -> Membership:
    member: Membership = accept_invitation(guest(invitation), invitation, **given)
    return member


@pytest.fixture
def invited(cast: Cast) -> Invitation:
    """A new colleague's invitation, sent by the partner's administrator."""
    return invite(cast.partner_admin)


def test_an_invitation_is_to_one_address_for_72_hours(cast: Cast, invited: Invitation) -> None:
    assert (invited.email, invited.name, invited.inviter) == ("nils@fabrikam.example", "Nils New", "Paula Admin")
    assert timedelta(hours=71) < invited.expires_at - now() <= timedelta(hours=72)
    assert open_invitation(invited.token) == invited
    with acting(cast.system):
        assert Event.objects.get(subject_id=invited.pk).name == "member.invited"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"roles": []}, "role_missing"),
        ({"roles": [Role.VENDOR_ADMIN]}, "role_unknown"),
        ({"roles": ["emperor"]}, "role_unknown"),
        ({"email": "MARA@fabrikam.example"}, "already_a_member"),
    ],
)
def test_an_invitation_that_cannot_be_is_refused_and_not_sent(cast: Cast, wrong: dict[str, Any], code: str) -> None:
    with pytest.raises(DomainError) as refusal:
        invite(cast.partner_admin, **wrong)
    assert refusal.value.code == code
    assert not Invitation.objects.exists()


def test_a_newer_invitation_replaces_an_older_one(cast: Cast, invited: Invitation) -> None:
    newer = invite(cast.partner_admin)
    assert open_invitation(invited.token) is None
    assert open_invitation(newer.token) == newer


@pytest.mark.parametrize("token", ["", "invite_nothing", "invite_01arz3ndektsv4rrffq69g5fav:forged"])
def test_a_forged_link_opens_nothing(db: None, token: str) -> None:
    assert open_invitation(token) is None


def test_a_new_person_joins_with_the_roles_of_the_invitation(invited: Invitation) -> None:
    member = accept(invited, name=" Nils New ", password="a long sentence")
    assert (member.user.email, member.user.name, member.roles) == (invited.email, "Nils New", [Role.PARTNER_SALES])
    assert member.user.check_password("a long sentence")


def test_a_person_known_elsewhere_joins_as_the_same_person(cast: Cast) -> None:
    stranger = cast.stranger_rep.user
    member = accept(invite(cast.partner_admin, email=stranger.email), user=stranger)
    assert {it.organization_id for it in stranger.memberships.all()} == {
        cast.stranger_rep.membership.organization_id,
        member.organization_id,
    }


def test_who_left_begins_anew_with_the_roles_of_the_invitation_alone(cast: Cast) -> None:
    leaver = cast.partner_rep
    change_roles(cast.partner_admin.actor, leaver.membership, roles=[Role.PARTNER_ADMIN, Role.PARTNER_SALES])
    offboard_member(cast.partner_admin.actor, leaver.membership)
    again = invite(cast.partner_admin, email=leaver.user.email, roles=[Role.PARTNER_SUPPORT])
    member = accept(again, user=leaver.user)
    assert (member.pk, member.status, member.roles) == (leaver.membership.pk, "active", [Role.PARTNER_SUPPORT])


def test_an_invitation_is_for_its_address_alone(cast: Cast, invited: Invitation) -> None:
    with pytest.raises(DomainError) as refusal:
        accept(invited, user=cast.rival_rep.user)
    assert refusal.value.code == "wrong_person"


def test_an_invitation_is_over_after_its_time(invited: Invitation) -> None:
    Invitation.objects.filter(pk=invited.pk).update(expires_at=now())
    assert open_invitation(invited.token) is None
    with pytest.raises(DomainError) as refusal:
        accept(invited, name="Nils", password="a long sentence")
    assert refusal.value.code == "invitation_expired"
    assert not User.objects.filter(email=invited.email).exists()


@pytest.mark.parametrize("use", ["accepted", "declined", "revoked"])
def test_an_invitation_is_used_once(cast: Cast, invited: Invitation, use: str) -> None:
    if use == "accepted":
        accept(invited, name="Nils", password="a long sentence")
    elif use == "declined":
        decline_invitation(guest(invited), invited)
    else:
        revoke_invitation(cast.partner_admin.actor, invited)
    invited.refresh_from_db()
    assert invited.status == use
    assert open_invitation(invited.token) is None
    known = User.objects.filter(email=invited.email).first()
    for again in (
        lambda: accept(invited, user=known, name="Nils", password="a long sentence"),
        lambda: decline_invitation(guest(invited), invited),
        lambda: revoke_invitation(cast.partner_admin.actor, invited),
    ):
        with pytest.raises(DomainError) as refusal:
            again()
        assert refusal.value.code == "illegal_move"


def test_what_somebody_sent_is_void_when_they_leave(cast: Cast) -> None:
    change_roles(cast.partner_admin.actor, cast.partner_rep.membership, roles=[Role.PARTNER_ADMIN])
    cast.partner_rep.membership.refresh_from_db()
    sent = invite(cast.partner_rep)
    offboard_member(cast.partner_admin.actor, cast.partner_rep.membership)
    assert open_invitation(sent.token) is None


def test_a_closed_workspace_takes_nobody_in(invited: Invitation) -> None:
    invited.workspace.closed = True
    invited.workspace.save()
    assert open_invitation(invited.token) is None


def test_roles_are_checked_before_anything_is_written(cast: Cast, invited: Invitation) -> None:
    with pytest.raises(Invalid):
        invite(cast.partner_admin, roles=[])
    assert open_invitation(invited.token) == invited
