"""People with a second factor, set up through the pages as they would."""

import json
import re
import time
from typing import Any

from allauth.mfa.models import Authenticator as Kept
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from hansa.testing.authenticator import Authenticator
from hansa.testing.cast import PASSWORD, Person

LOG_IN, SECURITY, STEP = "/account/login/", "/account/security/", "/account/second-step/"
OPTIONS = re.compile(r'<script id="passkey-options" type="application/json">(.*?)</script>')


def with_password(person: Person) -> Client:
    """The person gets a password, logs in with it and types it once more, as changing factors asks for."""
    person.user.set_password(PASSWORD)
    person.user.save()
    client = Client(headers={"host": "localhost"})
    client.post(LOG_IN, {"login": person.user.email, "password": PASSWORD})
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    return client


def add_app(client: Client) -> str:
    """Add an authenticator app; returns its secret."""
    page = client.get(f"{SECURITY}app/add/").content.decode()
    secret = re.search(r'id="app-secret" value="(\w+)"', page).group(1)
    client.post(f"{SECURITY}app/add/", {"code": code_of(secret, ahead=-1)})
    return secret


def code_of(secret: str, *, ahead: int = 0) -> str:
    """What the app shows now, or so many half minutes from now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead))


def add_passkey(client: Client, name: str = "Phone") -> Authenticator:
    """Add a passkey; returns what answers for it."""
    key = Authenticator()
    options = options_on(client.get(f"{SECURITY}passkeys/add/").content.decode())["creation_options"]
    client.post(f"{SECURITY}passkeys/add/", {"name": name, "credential": json.dumps(key.create(options["publicKey"]))})
    return key


def options_on(page: str) -> Any:
    """What a page asks the browser's passkeys."""
    return json.loads(OPTIONS.search(page).group(1))


def asked(client: Client) -> dict[str, Any]:
    """What the log-in page asks the browser's passkeys."""
    return client.get(f"{LOG_IN}passkey/", headers={"accept": "application/json"}).json()["request_options"][
        "publicKey"
    ]


def passkey_login(key: Authenticator) -> Client:
    """A new browser that logs in by passkey alone."""
    client = Client(headers={"host": "localhost"})
    client.post(f"{LOG_IN}passkey/", {"credential": json.dumps(key.get(asked(client)))})
    return client


def password_login(person: Person, password: str = PASSWORD) -> Client:
    """A new browser after the first step."""
    client = Client(headers={"host": "localhost"})
    client.post(LOG_IN, {"login": person.user.email, "password": password})
    return client


def recovery_codes(person: Person) -> list[str]:
    """The codes that this person has not used yet."""
    return Kept.objects.get(user=person.user, type=Kept.Type.RECOVERY_CODES).wrap().get_unused_codes()


def works(client: Client, person: Person) -> bool:
    return client.get(f"/w/{person.workspace.slug}/").status_code == 200
