from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest
from django.test import Client

from hansa.accounts.adapter import LOGIN_PER_PERSON, LOGIN_PER_PLACE
from hansa.testing.cast import PASSWORD, Cast, Person

LOG_IN, CHANGE = "/account/login/", "/account/password/change/"


@pytest.fixture
def mara(cast: Cast) -> Person:
    """The partner's rep, with a password."""
    cast.partner_rep.user.set_password(PASSWORD)
    cast.partner_rep.user.save()
    return cast.partner_rep


def log_in(person: Person, password: str = PASSWORD, **place: Any) -> tuple[Client, str]:
    """A browser after the attempt, and what it then shows; `place` is what the server knows of where it stands."""
    client = Client(**place)
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
    for _ in range(LOGIN_PER_PLACE.times):
        log_in(mara, "something else")
    client, told = log_in(mara)
    assert "Too many tries. Try again in 15 minutes." in told
    assert not works(client, mara)


def test_nobody_is_locked_out_by_another_who_tries(mara: Person) -> None:
    for _ in range(LOGIN_PER_PLACE.times + 5):
        log_in(mara, "something else", REMOTE_ADDR="203.0.113.7")
    assert works(log_in(mara, REMOTE_ADDR="198.51.100.1")[0], mara)


def test_what_one_address_may_not_try_is_not_counted_for_the_person(mara: Person, monkeypatch) -> None:
    monkeypatch.setattr("hansa.accounts.adapter.LOGIN_PER_PERSON", replace(LOGIN_PER_PERSON, times=11))
    for _ in range(LOGIN_PER_PLACE.times + 5):
        log_in(mara, "something else", REMOTE_ADDR="203.0.113.7")
    assert works(log_in(mara, REMOTE_ADDR="198.51.100.1")[0], mara)


def test_tries_at_one_person_from_everywhere_end_too(mara: Person, monkeypatch) -> None:
    monkeypatch.setattr("hansa.accounts.adapter.LOGIN_PER_PERSON", replace(LOGIN_PER_PERSON, times=3))
    for number in range(3):
        log_in(mara, "something else", REMOTE_ADDR=f"203.0.113.{number}")
    assert "Too many tries." in log_in(mara, REMOTE_ADDR="198.51.100.1")[1]


def test_the_right_password_is_no_try(mara: Person) -> None:
    for _ in range(LOGIN_PER_PLACE.times + 1):
        client, _ = log_in(mara)
        assert works(client, mara)


def test_behind_a_trusted_proxy_each_address_counts_for_itself(mara: Person, settings) -> None:
    settings.PROXIES = [ip_network("127.0.0.1"), ip_network("10.0.0.0/8")]
    proxied = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "198.51.100.1, 203.0.113.7, 10.1.2.3"}
    for _ in range(LOGIN_PER_PLACE.times):
        log_in(mara, "something else", **proxied)
    assert "Too many tries." in log_in(mara, **proxied)[1]
    assert works(log_in(mara, **{**proxied, "HTTP_X_FORWARDED_FOR": "198.51.100.1"})[0], mara)


def test_where_no_proxy_is_trusted_nobody_says_where_they_come_from(mara: Person) -> None:
    for number in range(LOGIN_PER_PLACE.times):
        log_in(mara, "something else", HTTP_X_FORWARDED_FOR=f"203.0.113.{number}")
    assert "Too many tries." in log_in(mara, HTTP_X_FORWARDED_FOR="198.51.100.1")[1]


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
