"""How log-in differs from allauth's habits: nobody signs up without an invitation, and the limits are exact."""

import base64
import hashlib
import hmac
from math import ceil
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import resolve_url

from hansa.accounts.models import User
from hansa.core.addresses import client_address
from hansa.core.events import enqueue
from hansa.core.limits import Attempt, Limit, count, give_back
from hansa.kernel.errors import TooMany

LOGIN_PER_PLACE = Limit("login:place", times=10, seconds=15 * 60)  # a person, tried from one address
LOGIN_PER_PERSON = Limit("login:person", times=200, seconds=15 * 60)  # from anywhere: nobody else shall lock them out
LOGIN_PER_ADDRESS = Limit("login:address", times=100, seconds=15 * 60)
OTHER_PROOFS = {"reauthenticate": "With your password", "mfa_reauthenticate": "With a code"}
NOT_ACCEPTED = "This was not accepted. Try again."


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "This e-mail address and this password do not belong together.",
        "enter_current_password": "This is not your current password.",
        "incorrect_password": "This is not your password.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt before anything is checked; what one address may not try is not counted for the person."""
        super().pre_authenticate(request, **credentials)
        place, anywhere = _tries(request, credentials)
        count_tries(*place)
        count_tries(anywhere)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """The user, or None; only wrong tries go on counting."""
        user = super().authenticate(request, **credentials)
        if user:
            place, anywhere = _tries(request, credentials)
            give_back(*place, anywhere)
        return user

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Home, where the person is still logged in; every other session has ended."""
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    def get_reauthentication_methods(self, user: User) -> list[dict[str, str]]:
        """How a person can show that it is still them: id, description and url each."""
        ways = super().get_reauthentication_methods(user)
        return [way | {"description": OTHER_PROOFS.get(way["id"], "With a passkey")} for way in ways]

    def send_notification_mail(self, template_prefix: str, user: User, *_: Any, **__: Any) -> None:
        """Let a job tell the person what changed about their log-in, such as `totp_activated`."""
        enqueue("mail_security_notice", user_id=user.pk, what=template_prefix.rpartition("/")[2])


class FactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": NOT_ACCEPTED}

    def get_totp_issuer(self) -> str:
        return "Hansa"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the name in the address; ALLOWED_HOSTS says which are ours."""
        return {"id": context.request.get_host().partition(":")[0], "name": "Hansa"}

    def generate_authenticator_name(self, user: User, type: str) -> str:
        return "Passkey"

    def encrypt(self, text: str) -> str:
        """What an app or the recovery codes are made from is worth nothing in a copy of the database."""
        return _vault().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _vault().decrypt(encrypted_text.encode()).decode()


def count_tries(*attempts: Attempt) -> None:
    """Count before anything is checked. Raises ValidationError, with how long to wait, past a limit."""
    try:
        count(*attempts)
    except TooMany as refusal:
        minutes = ceil(refusal.retry_after / 60)
        wait = f"{minutes} minutes" if minutes > 1 else "a minute"
        raise ValidationError(f"Too many tries. Try again in {wait}.", code=refusal.code) from None


def _tries(request: HttpRequest, credentials: dict[str, Any]) -> tuple[list[Attempt], Attempt]:
    """A try at log-in as the limits count it: those of the address, and the person's from anywhere."""
    address, person = client_address(request), str(credentials.get("email", "")).lower()
    place = [LOGIN_PER_ADDRESS.attempt(address), LOGIN_PER_PLACE.attempt(address, person)]
    return place, LOGIN_PER_PERSON.attempt(person)


def _vault() -> Fernet:
    key = hmac.new(settings.SECRET_KEY.encode(), b"hansa second factors", hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(key))
