import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator as Kept
from django.core import mail
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from hansa.accounts.factor_forms import CODES_PER_PERSON
from hansa.testing.authenticator import Authenticator
from hansa.testing.cast import PASSWORD, Cast, Person
from hansa.testing.factors import (
    LOG_IN,
    SECURITY,
    STEP,
    add_app,
    add_passkey,
    asked,
    code_of,
    options_on,
    passkey_login,
    password_login,
    recovery_codes,
    with_password,
    works,
)
from hansa.testing.queue import run_jobs


@pytest.fixture
def mara(cast: Cast) -> Person:
    return cast.partner_rep


def subjects() -> list[str]:
    run_jobs()
    return [letter.subject for letter in mail.outbox]


def test_a_passkey_alone_leads_in(mara: Person) -> None:
    key = add_passkey(with_password(mara))
    assert works(passkey_login(key), mara)


def test_after_the_password_the_code_of_the_app_leads_in_and_nothing_less(mara: Person) -> None:
    secret = add_app(with_password(mara))
    client = password_login(mara)
    assert not works(client, mara)
    assert "was not accepted" in client.post(STEP, {"code": "000000"}).content.decode()
    assert not works(client, mara)
    client.post(STEP, {"code": code_of(secret)})
    assert works(client, mara)


def test_after_the_password_the_passkey_leads_in(mara: Person) -> None:
    key = add_passkey(with_password(mara))
    client = password_login(mara)
    options = options_on(client.get(STEP).content.decode())["request_options"]["publicKey"]
    client.post(STEP, {"credential": json.dumps(key.get(options))})
    assert works(client, mara)


def test_a_recovery_code_leads_in_once_and_is_told_by_mail(mara: Person) -> None:
    add_app(with_password(mara))
    first, *rest = recovery_codes(mara)
    for expected in (True, False):
        client = password_login(mara)
        client.post(STEP, {"code": first})
        assert works(client, mara) is expected
    assert recovery_codes(mara) == rest
    assert subjects().count("Hansa: a recovery code was used") == 1


def test_a_code_of_the_app_leads_in_once(mara: Person) -> None:
    secret = add_app(with_password(mara))
    code, seen = code_of(secret), []
    for written in (code, f"{code[:3]} {code[3:]}"):
        client = password_login(mara)
        client.post(STEP, {"code": written})
        seen.append(works(client, mara))
    assert seen == [True, False]


def test_who_guesses_codes_is_stopped_even_with_the_right_one(mara: Person) -> None:
    secret = add_app(with_password(mara))
    client = password_login(mara)
    for _ in range(CODES_PER_PERSON.times):
        told = client.post(STEP, {"code": "000000"}).content.decode()
    told = client.post(STEP, {"code": code_of(secret)}).content.decode()
    assert "Too many tries. Try again in" in told
    assert not works(client, mara)


def test_a_new_password_by_the_link_does_not_pass_the_second_step(mara: Person) -> None:
    add_app(with_password(mara))
    Client().post("/account/password/reset/", {"email": mara.user.email})
    run_jobs()
    link = next(word for word in str(mail.outbox[-1].body).split() if "/password/reset/key/" in word)
    client = Client()
    page = client.get(link[link.index("/account") :], follow=True)
    chosen = "a long new password 7"
    client.post(page.request["PATH_INFO"], {"password1": chosen, "password2": chosen})
    assert not works(client, mara)
    again = password_login(mara, chosen)
    assert not works(again, mara)
    assert again.get(STEP).status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "page", ["app/add/", "passkeys/add/", "passkeys/{}/rename/", "passkeys/{}/remove/", "codes/new/", "codes/"]
)
def test_factors_are_shown_and_changed_only_by_who_has_just_shown_to_be_there(
    mara: Person, page: str, method: str
) -> None:
    key = add_passkey(with_password(mara))
    number, client = Kept.objects.get(user=mara.user, type=Kept.Type.WEBAUTHN).pk, passkey_login(key)
    answer = getattr(client, method)(SECURITY + page.format(number))
    if (page, method) == ("codes/", "post"):
        assert answer.status_code == 405
    else:
        assert answer.url.startswith("/account/reauthenticate/?next=")


def test_the_codes_are_not_downloaded_either(mara: Person) -> None:
    client = passkey_login(add_passkey(with_password(mara)))
    assert client.get(f"{SECURITY}codes/download/").url.startswith("/account/reauthenticate/?next=")


def test_the_person_is_told_by_mail_what_changed(mara: Person, django_capture_on_commit_callbacks) -> None:
    client, chosen = with_password(mara), "a long new password 7"
    with django_capture_on_commit_callbacks(execute=True):
        add_passkey(client)
        add_app(client)
        client.post(f"{SECURITY}codes/new/")
        number = Kept.objects.get(user=mara.user, type=Kept.Type.WEBAUTHN).pk
        client.post(f"{SECURITY}passkeys/{number}/rename/", {"name": "Key"})
        client.post(f"{SECURITY}passkeys/{number}/remove/")
        client.post(f"{SECURITY}app/remove/")
        client.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": chosen, "password2": chosen})
    assert sorted(subjects()) == [
        "Hansa: a passkey was added",
        "Hansa: a passkey was removed",
        "Hansa: an authenticator app was added",
        "Hansa: you have new recovery codes",
        "Hansa: your authenticator app was removed",
        "Hansa: your password was changed",
    ]
    assert {letter.to[0] for letter in mail.outbox} == {mara.user.email}


def test_without_passkey_and_app_recovery_codes_are_void(mara: Person) -> None:
    client = with_password(mara)
    add_app(client)
    client.post(f"{SECURITY}app/remove/")
    assert not Kept.objects.filter(user=mara.user).exists()
    assert works(password_login(mara), mara)


def test_the_secret_of_an_app_is_not_in_the_database(mara: Person) -> None:
    secret = add_app(with_password(mara))
    kept = json.dumps(list(Kept.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert not any(code in kept for code in recovery_codes(mara))


def test_somebody_elses_passkey_is_as_one_that_is_not_there(cast: Cast, mara: Person) -> None:
    add_passkey(with_password(cast.rival_rep))
    number = Kept.objects.get(type=Kept.Type.WEBAUTHN).pk
    client = with_password(mara)
    for step in ("rename", "remove"):
        assert client.post(f"{SECURITY}passkeys/{number}/{step}/", {"name": "mine"}).status_code == 404
    assert Kept.objects.filter(pk=number).exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "http://localhost.evil.example"},
        {"origin": "http://hansa.example"},
        {"site": "evil.example"},
        {"verified": False},
    ],
    ids=str,
)
def test_a_passkey_of_another_site_or_without_its_pin_is_not_taken(mara: Person, wrong: dict[str, Any]) -> None:
    key = add_passkey(with_password(mara))
    for fact, value in wrong.items():
        setattr(key, fact, value)
    assert not works(passkey_login(key), mara)


def test_an_answer_is_good_for_one_question(mara: Person) -> None:
    key = add_passkey(with_password(mara))
    client = Client(headers={"host": "localhost"})
    answer = json.dumps(key.get(asked(client)))
    other = Client(headers={"host": "localhost"})
    asked(other)
    other.post(f"{LOG_IN}passkey/", {"credential": answer})
    assert not works(other, mara)
    client.post(f"{LOG_IN}passkey/", {"credential": answer})
    assert works(client, mara)


@pytest.mark.parametrize("part", ["clientDataJSON", "authenticatorData", "signature", "userHandle"])
def test_a_number_in_place_of_bytes_takes_no_memory(mara: Person, part: str) -> None:
    key = add_passkey(with_password(mara))
    client = Client(headers={"host": "localhost"})
    answer = key.get(asked(client))
    answer["response"][part] = 61_686_677_504
    told = client.post(f"{LOG_IN}passkey/", {"credential": json.dumps(answer)})
    assert (told.status_code, told.url) == (302, LOG_IN)
    assert not works(client, mara)


def test_a_forged_answer_of_any_kind_is_refused(mara: Person) -> None:
    key = add_passkey(with_password(mara))
    kinds = some.sampled_from(["flip", "drop", "swap", "own key", "other person", "junk"])

    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
    @given(kinds, some.data())
    def forged(kind: str, data: Any) -> None:
        client = Client(headers={"host": "localhost"}, raise_request_exception=False)
        answer = _forge(kind, key, asked(client), data)
        told = client.post(f"{LOG_IN}passkey/", {"credential": json.dumps(answer)}, REMOTE_ADDR=_somewhere(data))
        assert told.status_code == 302
        assert told.url == LOG_IN
        assert "_auth_user_id" not in client.session

    forged()


def _somewhere(data: Any) -> str:
    return f"10.{data.draw(some.integers(0, 255))}.{data.draw(some.integers(0, 255))}.1"


def _forge(kind: str, key: Authenticator, options: dict[str, Any], data: Any) -> Any:
    """A true answer that something was done to."""
    junk = some.recursive(
        some.none() | some.integers() | some.text(), lambda it: some.lists(it) | some.dictionaries(some.text(), it)
    )
    if kind == "junk":
        return data.draw(junk)
    if kind == "own key":
        return Authenticator(id=key.id, person=key.person).get(options)
    answer = key.get(options)
    place = data.draw(some.sampled_from(["clientDataJSON", "authenticatorData", "signature", "userHandle"]))
    kept = answer["response"][place]
    if kind == "drop":
        answer["response"].pop(place)
    elif kind == "swap":
        answer["response"][place] = data.draw(junk)
    elif kind == "other person":
        answer["response"]["userHandle"] = data.draw(some.text())
    else:
        at = data.draw(some.integers(0, 9999)) % (len(kept) - 1)  # a signature is not always of one length
        answer["response"][place] = kept[:at] + ("A" if kept[at] != "A" else "B") + kept[at + 1 :]
    return answer
