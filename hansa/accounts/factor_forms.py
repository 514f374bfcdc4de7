"""The forms of the second factor: allauth's in our words, each try counted exactly, each code good for one log-in."""

import json
from typing import Any

from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.base import forms as codes
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as apps
from allauth.mfa.webauthn import forms as passkeys
from django import forms
from django.core.exceptions import ValidationError

from hansa.accounts.adapter import LOGIN_PER_ADDRESS, NOT_ACCEPTED, count_tries
from hansa.accounts.models import User
from hansa.accounts.password_forms import InOurWords
from hansa.core.addresses import client_address
from hansa.core.events import enqueue
from hansa.core.limits import Limit, give_back
from hansa.kernel.errors import TooMany

CODES_PER_PERSON = Limit("factor:person", times=10, seconds=60 * 60)
LONGEST_NUMBER = 6  # an algorithm's is the largest: -65535
ONCE = Limit("factor:used", times=1, seconds=5 * 60)  # longer than any code of an app is good for


class CodeWords(InOurWords):
    """A code, from an app or off the list of recovery codes."""

    user: User

    def clean_code(self) -> str:
        count_tries(CODES_PER_PERSON.attempt(self.user.pk))
        code: str = super().clean_code()  # type: ignore[misc]
        used = getattr(self, "authenticator", None)
        if used and used.type == Authenticator.Type.RECOVERY_CODES:
            enqueue("mail_security_notice", user_id=self.user.pk, what="recovery_code_used")
        else:
            spend(self.user, code)
        return code


class Answer(json.JSONDecoder):
    """What a browser answers, without large numbers: one in place of bytes would be read as so many zero bytes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(parse_int=_small, **options)


def _small(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise json.JSONDecodeError("a number that no browser answers", digits, 0)
    return int(digits)


class PasskeyWords(InOurWords):
    """A passkey, which the browser answers for."""

    credential = forms.JSONField(widget=forms.HiddenInput, decoder=Answer)

    def clean_credential(self) -> Any:
        attempt = LOGIN_PER_ADDRESS.attempt(client_address(context.request))
        count_tries(attempt)
        shown = readable(super().clean_credential)  # type: ignore[misc]
        give_back(attempt)
        return shown


class CodeForm(CodeWords, codes.AuthenticateForm):
    """The second step of a log-in."""


class CodeAgainForm(CodeWords, codes.ReauthenticateForm):
    """A code once more, before something sensitive."""


class PasskeyForm(PasskeyWords, passkeys.AuthenticateWebAuthnForm):
    """The second step of a log-in, by passkey."""


class PasskeyAgainForm(PasskeyWords, passkeys.ReauthenticateWebAuthnForm):
    """The passkey once more, before something sensitive."""


class PasskeyLoginForm(PasskeyWords, passkeys.LoginWebAuthnForm):
    """The whole log-in: who has the passkey and unlocks it has shown two factors."""


class AddPasskeyForm(InOurWords, passkeys.AddWebAuthnForm):
    """A new passkey under a name that tells it from the others."""

    passwordless = None
    credential = forms.JSONField(widget=forms.HiddenInput, decoder=Answer)
    name = forms.CharField(required=False, max_length=60)

    def clean(self) -> Any:
        return readable(super().clean)


class RenamePasskeyForm(InOurWords, passkeys.EditWebAuthnForm):
    name = forms.CharField(max_length=60)


class AddAppForm(CodeWords, apps.ActivateTOTPForm):
    """The first code of a new app proves that it was set up."""


def spend(user: User, code: str) -> None:
    """Let nobody use this code again, even at the same moment. Raises ValidationError if somebody did."""
    try:
        ONCE.take(user.pk, normalize_user_code(code))
    except TooMany:
        raise ValidationError("This code was used already. Wait for the next one.", code="used") from None


def readable(check: Any) -> Any:
    """What a check of the browser's answer says. Raises ValidationError where its parts are not even of their kind."""
    try:
        return check()
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise ValidationError(NOT_ACCEPTED, code="unreadable") from error
