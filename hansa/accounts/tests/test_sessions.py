"""Where a person is logged in, and how each place is ended alone."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from hansa.testing.cast import PASSWORD, Cast, Person

LIST = "/account/sessions/"


@pytest.fixture
def mara(cast: Cast) -> Person:
    """The partner's rep, with a password."""
    cast.partner_rep.user.set_password(PASSWORD)
    cast.partner_rep.user.save()
    return cast.partner_rep


def log_in(person: Person) -> Client:
    client = Client()
    client.post("/account/login/", {"login": person.user.email, "password": PASSWORD})
    return client


def works(client: Client, person: Person) -> bool:
    return client.get(f"/w/{person.workspace.slug}/").status_code == 200


def end_of(client: Client) -> str:
    number = UserSession.objects.get(session_key=client.session.session_key).pk
    return f"{LIST}{number}/end/"


def test_one_other_session_ends_and_the_rest_goes_on(mara: Person) -> None:
    here, lost, phone = log_in(mara), log_in(mara), log_in(mara)
    page = here.get(LIST).content.decode()
    assert end_of(lost) in page
    assert end_of(here) not in page
    told = here.post(end_of(lost), follow=True).content.decode()
    assert "You are logged out there." in told
    assert not works(lost, mara)
    assert works(here, mara)
    assert works(phone, mara)


def test_nobody_ends_anothers_session(cast: Cast, mara: Person, browse) -> None:
    maras = log_in(mara)
    assert browse(cast.rival_rep).post(end_of(maras)).status_code == 404
    assert Client().post(end_of(maras)).headers["Location"].startswith("/account/login/")
    assert works(maras, mara)


def test_a_session_is_ended_by_a_button_alone(mara: Person) -> None:
    here, other = log_in(mara), log_in(mara)
    assert here.get(end_of(other)).status_code == 405
    assert here.post(end_of(here)).status_code == 404
    assert works(other, mara)
