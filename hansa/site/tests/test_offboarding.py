"""Whatever let somebody in is dead with the next request after they, or their company, are out."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.contrib.auth.tokens import default_token_generator
from django.core import mail
from django.test import Client

from hansa.accounts.actions import change_roles, create_api_key, invite_member, offboard_member, open_invitation
from hansa.accounts.actors import client_actor, workspaces_of
from hansa.accounts.roles import Role
from hansa.core.tenancy import acting
from hansa.notices.actions import renew_calendar_feed
from hansa.partnerships.actions import end_partnership, start_looking
from hansa.partnerships.models import Partnership
from hansa.talk.inbound.receive import receive
from hansa.testing.cast import Cast, Person
from hansa.testing.factors import (
    STEP,
    add_app,
    add_passkey,
    passkey_login,
    password_login,
    recovery_codes,
    with_password,
    works,
)
from hansa.testing.mails import answerable, written
from hansa.testing.queue import run_jobs

Alive = Callable[[], bool]
PASSWORD = "a long new password 7"


@pytest.fixture(autouse=True)
def domain(settings) -> None:
    """Mail can be answered here."""
    settings.MAIL_REPLY_DOMAIN = "reply.hansa.example"


def session(cast: Cast, person: Person) -> Alive:
    """A browser that is logged in."""
    browser = Client()
    browser.force_login(person.user)
    return lambda: browser.get(f"/w/{person.workspace.slug}/").status_code == 200


def second_session(cast: Cast, person: Person) -> Alive:
    """Another browser, open on a page that changes something."""
    browser = Client()
    browser.force_login(person.user)
    return lambda: browser.post(f"/w/{person.workspace.slug}/deals/register/").status_code not in (302, 404)


def api_key(cast: Cast, person: Person) -> Alive:
    """A key that the person made."""
    secret = create_api_key(person.actor, person.workspace, name="mine", roles=[Role.PARTNER_ADMIN]).secret  # type: ignore[attr-defined]
    return lambda: client_actor(secret) is not None


def sent_invitation(cast: Cast, person: Person) -> Alive:
    """A link that the person sent to somebody else."""
    token = invite_member(
        person.actor, person.workspace, email="friend@fabrikam.example", name="Friend", roles=[Role.PARTNER_SALES]
    ).token
    return lambda: open_invitation(token) is not None


def reset_link(cast: Cast, person: Person) -> Alive:
    """A link to choose a new password: it may still work, but leads nowhere."""
    browser = Client()
    browser.post("/account/password/reset/", {"email": person.user.email})
    run_jobs()
    letter = str(mail.outbox[-1].body)
    link = urlsplit(next(word for word in letter.split() if "/password/reset/key/" in word)).path

    def leads_in() -> bool:
        page = browser.get(link, follow=True)
        browser.post(page.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})
        visitor = Client()
        visitor.post("/account/login/", {"login": person.user.email, "password": PASSWORD})
        return visitor.get(f"/w/{person.workspace.slug}/").status_code == 200

    return leads_in


def passkey(cast: Cast, person: Person) -> Alive:
    """A passkey: it still logs in, and leads nowhere."""
    key = add_passkey(with_password(person))
    return lambda: works(passkey_login(key), person)


def recovery_code(cast: Cast, person: Person) -> Alive:
    """The password and the recovery codes: likewise."""
    add_app(with_password(person))

    def leads_in() -> bool:
        visitor = password_login(person)
        visitor.post(STEP, {"code": recovery_codes(person)[0]})
        return works(visitor, person)

    return leads_in


def eyes(cast: Cast, person: Person) -> Alive:
    """Support that looks at the portal as the person sees it."""
    start_looking(cast.vendor_admin.actor, cast.partnership, person=person.membership, reason="Case 7")
    support = Client()
    support.force_login(cast.vendor_admin.user)
    return lambda: works(support, person)


def reply_address(cast: Cast, person: Person) -> Alive:
    """The address in a notification to the person, which answers in their name."""
    deal = cast.register(person)
    run_jobs()
    address = answerable(cast, deal)[person.user.email]
    return lambda: receive(written(person.user.email, address)).filed


def calendar(cast: Cast, person: Person) -> Alive:
    """The address under which the person's calendar program reads their dates."""
    secret = renew_calendar_feed(person.actor, person.workspace).secret
    return lambda: Client().get(f"/calendar/{secret}.ics").status_code == 200


def export_link(cast: Cast, person: Person) -> Alive:
    """The address of a file that the person had made, kept for later."""
    browser = Client()
    browser.force_login(person.user)
    asked = browser.post(f"/w/{person.workspace.slug}/exports/", {"listing": "deals", "asked": ""})
    run_jobs()
    return lambda: browser.get(f"{asked.headers['Location']}file/").status_code == 200


def slugs_of(person: Person) -> set[str]:
    return {place.workspace.slug for place in workspaces_of(person.user)}


def membership(cast: Cast, person: Person) -> Alive:
    """What every entrance asks."""
    return lambda: person.workspace.slug in slugs_of(person)


CREDENTIALS = [
    session,
    second_session,
    api_key,
    sent_invitation,
    reset_link,
    passkey,
    recovery_code,
    eyes,
    reply_address,
    calendar,
    export_link,
    membership,
]

# Tables that keep something which lets in, and what tries it.
SECRETS = {
    "accounts.User.password": (passkey, recovery_code, reset_link),
    "accounts.Invitation.token": (sent_invitation,),
    "accounts.ApiKey.secret_hash": (api_key,),
    "notices.CalendarFeed.secret_hash": (calendar,),
    "mfa.Authenticator.data": (passkey, recovery_code),
    "sessions.Session.session_key": (session, second_session),
    "usersessions.UserSession.session_key": (session, second_session),
}
KEEPS_A_SECRET = re.compile(r"secret|token|password|session_key|credential|otp")

each_credential = pytest.mark.parametrize("credential", CREDENTIALS, ids=lambda credential: credential.__name__)


@pytest.fixture
def leaver(cast: Cast) -> Person:
    """An administrator of the partner who is about to leave; another stays."""
    change_roles(cast.partner_admin.actor, cast.partner_rep.membership, roles=[Role.PARTNER_ADMIN])
    cast.partner_rep.membership.refresh_from_db()
    return cast.partner_rep


def test_every_table_that_keeps_a_secret_is_tried() -> None:
    found = {
        f"{model._meta.label}.{it.name}"
        for model in apps.get_models()
        for it in model._meta.concrete_fields
        if KEEPS_A_SECRET.search(it.name)
    }
    assert found - SECRETS.keys() == set()
    assert {way for ways in SECRETS.values() for way in ways} <= set(CREDENTIALS)


@each_credential
def test_it_works_until_then(cast: Cast, leaver: Person, credential: Callable[[Cast, Person], Alive]) -> None:
    assert credential(cast, leaver)()


@each_credential
def test_it_is_dead_after_the_member_left(cast: Cast, leaver: Person, credential) -> None:
    alive = credential(cast, leaver)
    offboard_member(cast.partner_admin.actor, leaver.membership)
    assert not alive()


@each_credential
def test_it_is_dead_after_the_partnership_ended(cast: Cast, leaver: Person, credential) -> None:
    alive = credential(cast, leaver)
    with acting(cast.system):
        partnership = Partnership.objects.get(pk=cast.partnership.pk)
    end_partnership(cast.vendor_admin.actor, partnership)
    assert not alive()


def test_another_workspace_of_the_same_person_is_untouched(cast: Cast, leaver: Person) -> None:
    elsewhere = cast.stranger_rep.workspace
    type(leaver.membership).objects.create(
        user=leaver.user, organization=elsewhere.organization, roles=[Role.PARTNER_SALES]
    )
    offboard_member(cast.partner_admin.actor, leaver.membership)
    assert slugs_of(leaver) == {elsewhere.slug}


def test_a_token_of_the_log_in_is_bound_to_the_password_it_replaces(cast: Cast, leaver: Person) -> None:
    token = default_token_generator.make_token(leaver.user)
    leaver.user.set_password(PASSWORD)
    leaver.user.save()
    assert not default_token_generator.check_token(leaver.user, token)


def test_the_letter_leads_here_whatever_host_was_asked(cast: Cast, settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    Client(headers={"Host": "evil.example"}).post("/account/password/reset/", {"email": cast.partner_rep.user.email})
    run_jobs()
    letter = mail.outbox[-1]
    assert f"{settings.BASE_URL}/account/password/reset/key/" in str(letter.body)
    assert "evil.example" not in str(letter.message())


def test_nobody_makes_it_write_to_strangers(cast: Cast) -> None:
    answers = [
        Client().post("/account/password/reset/", {"email": email}, follow=True).content
        for email in ("nobody@elsewhere.example", cast.partner_rep.user.email)
    ]
    run_jobs()
    assert [letter.to for letter in mail.outbox] == [[cast.partner_rep.user.email]]
    assert answers[0] == answers[1]
