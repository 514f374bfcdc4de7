import pytest
from django.test import Client

from hansa.accounts.adapter import LOGIN_PER_PERSON
from hansa.testing.cast import PASSWORD, Cast, Person

LOG_IN, CHANGE = "/account/login/", "/account/password/change/"


@pytest.fixture
def mara(cast: Cast) -> Person:
    """The partner's rep, with a password."""
    cast.partner_rep.user.set_password(PASSWORD)
    cast.partner_rep.user.save()
    return cast.partner_rep


def log_in(person: Person, password: str = PASSWORD) -> tuple[Client, str]:
    """A browser after the attempt, and what it then shows."""
    client = Client()
    answer = client.post(LOG_IN, {"login": person.user.email, "password": password}, follow=True)
    return client, answer.content.decode()


def works(client: Client, person: Person) -> bool:
    return client.get(f"/w/{person.workspace.slug}/").status_code == 200


def change(client: Client, old: str, new: str) -> str:
    filled = {"oldpassword": old, "password1": new, "password2": new}
    return client.post(CHANGE, filled, follow=True).content.decode()


def test_the_right_password_leads_in(mara: Person) -> None:
    assert works(log_in(mara)[0], mara)


def test_a_wrong_password_and_a_stranger_are_told_the_same(cast: Cast, mara: Person) -> None:
    mara.user.email, known = "nobody@fabrikam.example", log_in(mara, "something else")[1]
    unknown = log_in(mara, "something else")[1]
    for told in (known, unknown):
        assert "This e-mail address and this password do not belong together." in told


def test_too_many_tries_say_when_to_come_back_even_with_the_right_password(mara: Person) -> None:
    for _ in range(LOGIN_PER_PERSON.times):
        log_in(mara, "something else")
    client, told = log_in(mara)
    assert "Too many tries. Try again in 15 minutes." in told
    assert not works(client, mara)


def test_a_closed_account_is_told_so(mara: Person) -> None:
    mara.user.is_active = False
    mara.user.save()
    assert "This account is closed" in log_in(mara)[1]


def test_what_is_missing_is_asked_for_by_name(db: None) -> None:
    told = Client().post(LOG_IN, {}).content.decode()
    assert "Type your e-mail address." in told
    assert "Type your password." in told
    assert "placeholder" not in told


def test_a_changed_password_ends_every_other_session(mara: Person) -> None:
    (here, _), (elsewhere, _) = log_in(mara), log_in(mara)
    assert "Your password is changed." in change(here, PASSWORD, "a long new password 7")
    assert works(here, mara)
    assert not works(elsewhere, mara)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("wrong", "a long new password 7", "This is not your current password."),
        (PASSWORD, "ninechars", "at least 10 characters"),
        (PASSWORD, "qwertyuiop", "too common"),
        (PASSWORD, "mara@fabrikam", "too similar"),
    ],
)
def test_a_password_that_cannot_be_is_refused(mara: Person, old: str, new: str, told: str) -> None:
    client, _ = log_in(mara)
    assert told in change(client, old, new)
    assert works(log_in(mara)[0], mara)


def test_ten_characters_are_enough(mara: Person) -> None:
    client, _ = log_in(mara)
    assert "Your password is changed." in change(client, PASSWORD, "tencharsok")
