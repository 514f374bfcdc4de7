from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client

from hansa.accounts.actions import invite_member, offboard_member, revoke_invitation
from hansa.accounts.models import Invitation, Membership, User
from hansa.accounts.roles import Role
from hansa.core.tenancy import acting
from hansa.partnerships.actions import invite_partner
from hansa.partnerships.models import Partnership
from hansa.testing.cast import Cast, Person

NEW = {"name": "Nils New", "password": "a long sentence of words"}


def invite(cast: Cast, email: str = "nils@fabrikam.example", by: Person | None = None) -> Invitation:
    by = by or cast.partner_admin
    person = {"email": email, "name": "Nils", "roles": [Role.PARTNER_SALES]}
    invitation: Invitation = invite_member(by.actor, by.workspace, **person)
    return invitation


def invite_company(cast: Cast) -> Partnership:
    partnership: Partnership = invite_partner(
        cast.channel_manager.actor,
        cast.partnership.vendor,
        company="Adventure Works",
        email="ada@adventure.example",
        name="Ada",
        program=cast.program,
        partner_types=["reseller"],
    )
    return partnership


def members(email: str) -> int:
    return Membership.objects.active().filter(user__email=email).count()


def status_of(cast: Cast, partnership: Partnership) -> str:
    with acting(cast.system):
        return Partnership.objects.get(pk=partnership.pk).status


def test_a_new_person_joins_with_a_password_and_is_in(cast: Cast, browse) -> None:
    client, link = browse(), invite(cast).path
    assert "Paula Admin invites nils@fabrikam.example as Sales." in client.get(link).content.decode()
    assert client.post(link, NEW).headers["Location"] == "/w/northwind-fabrikam/"
    assert client.get("/w/northwind-fabrikam/").status_code == 200
    assert User.objects.get(email="nils@fabrikam.example").check_password(NEW["password"])


def test_a_session_that_an_invitation_began_is_listed_and_ended(cast: Cast, browse) -> None:
    joined, link = browse(), invite(cast).path
    joined.post(link, NEW)
    elsewhere = browse()
    elsewhere.post("/account/login/", {"login": "nils@fabrikam.example", "password": NEW["password"]})
    number = UserSession.objects.get(session_key=joined.session.session_key).pk
    assert f"/account/sessions/{number}/end/" in elsewhere.get("/account/sessions/").content.decode()
    elsewhere.post("/account/sessions/")
    assert joined.get("/w/northwind-fabrikam/").status_code == 302


def test_a_weak_password_is_refused_and_the_link_still_works(cast: Cast, browse) -> None:
    client, link = browse(), invite(cast).path
    assert client.post(link, {"name": "Nils New", "password": "password12"}).status_code == 422
    assert not User.objects.filter(email="nils@fabrikam.example").exists()
    assert client.post(link, NEW).status_code == 302


def test_the_first_of_a_partner_company_begins_the_partnership(cast: Cast, browse) -> None:
    partnership = invite_company(cast)
    browse().post(Invitation.objects.get().path, NEW)
    assert status_of(cast, partnership) == Partnership.Status.ACTIVE
    assert Membership.objects.get(user__email="ada@adventure.example").roles == [Role.PARTNER_ADMIN]


def test_a_company_may_decline_after_reading_what_that_does(cast: Cast, browse) -> None:
    partnership = invite_company(cast)
    client, link = browse(), Invitation.objects.get().path
    assert "What will happen" in client.get(f"{link}decline/").content.decode()
    assert status_of(cast, partnership) == Partnership.Status.INVITED
    client.post(f"{link}decline/")
    assert status_of(cast, partnership) == Partnership.Status.DECLINED
    assert client.get(link).status_code == 410


def test_a_colleague_who_declines_leaves_the_partnership_alone(cast: Cast, browse) -> None:
    browse().post(f"{invite(cast).path}decline/")
    assert Invitation.objects.get().status == Invitation.Status.DECLINED
    assert status_of(cast, cast.partnership) == Partnership.Status.ACTIVE


def test_who_is_here_already_logs_in_first_and_joins_by_one_click(cast: Cast, browse) -> None:
    link = invite(cast, cast.stranger_rep.user.email).path
    assert browse().get(link).headers["Location"].startswith("/account/login/?next=/invitations/")
    assert browse().post(link, NEW).headers["Location"].startswith("/account/login/")
    client = browse(cast.stranger_rep)
    client.post(link)
    assert members(cast.stranger_rep.user.email) == 2


def test_nobody_else_can_use_it(cast: Cast, browse) -> None:
    link = invite(cast).path
    client = browse(cast.rival_rep)
    assert client.get(link).status_code == 403
    assert client.post(link, NEW).status_code == 403
    assert members(cast.rival_rep.user.email) == 1


def test_it_works_once(cast: Cast, browse) -> None:
    link = invite(cast).path
    browse().post(link, NEW)
    assert browse().post(link, NEW).status_code == 410
    assert members("nils@fabrikam.example") == 1


@pytest.mark.parametrize("why", ["revoked", "replaced", "old", "sender left", "forged"])
def test_a_dead_link_explains_itself(cast: Cast, browse, why: str) -> None:
    invitation = invite(cast)
    link = invitation.path
    if why == "revoked":
        revoke_invitation(cast.partner_admin.actor, invitation)
    elif why == "replaced":
        invite(cast)
    elif why == "old":
        Invitation.objects.update(expires_at=invitation.expires_at - timedelta(hours=73))
    elif why == "sender left":
        cast.partner_rep.membership.roles = [Role.PARTNER_ADMIN]
        cast.partner_rep.membership.save()
        offboard_member(cast.partner_rep.actor, cast.partner_admin.membership)
    else:
        link = link[:-2] + "x/"
    for step in ("", "decline/"):
        answer = browse().get(link + step)
        assert answer.status_code == 410
        assert "send another one" in answer.content.decode()
    assert browse().post(link, NEW).status_code == 410
    assert members("nils@fabrikam.example") == 0


@pytest.fixture
def crowd() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(20) as pool:
        yield pool


def test_of_twenty_who_accept_at_once_one_joins(committed: Cast, crowd: ThreadPoolExecutor) -> None:
    link = invite(committed).path

    def accept(_: int) -> tuple[int, str]:
        try:
            answer = Client().post(link, NEW)
            return answer.status_code, answer.headers.get("Location", "")
        finally:
            connection.close()

    answers = list(crowd.map(accept, range(20)))
    assert answers.count((302, "/w/northwind-fabrikam/")) == 1
    assert max(status for status, _ in answers) < 500
    assert members("nils@fabrikam.example") == 1
    assert User.objects.filter(email="nils@fabrikam.example").count() == 1
