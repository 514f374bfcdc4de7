"""The forms of log-in and passwords: allauth's, in the words of all our forms."""

from contextlib import suppress
from typing import Any

from allauth.account import forms as allauth
from django import forms
from django.http import HttpRequest

from hansa.accounts.forms import GOOD_ENOUGH
from hansa.core.addresses import client_address
from hansa.core.events import enqueue
from hansa.core.limits import Limit
from hansa.kernel.errors import TooMany

# Each field's label, and what its absence is answered with.
WORDS = {
    "login": ("E-mail", "Type your e-mail address."),
    "email": ("E-mail", "Type your e-mail address."),
    "password": ("Password", "Type your password."),
    "oldpassword": ("Current password", "Type the password that you use now."),
    "password1": ("New password", "Type a new password."),
    "password2": ("New password once more", "Type the new password once more."),
    "code": ("Code", "Type the code."),
    "credential": ("Passkey", "The browser sent no passkey. Try again."),
    "name": ("Name", "Give it a name."),
}
NOT_AN_ANSWER = {"credential": "The browser's answer cannot be read. Try again."}
RESET_PER_PERSON = Limit("reset:person", times=3, seconds=60 * 60)
RESET_PER_ADDRESS = Limit("reset:address", times=30, seconds=60 * 60)
NO_ADDRESS = "Write it like name@company.example."


class InOurWords(forms.Form):
    """Our labels, hints and refusals, and no placeholder, which would be gone with the first letter."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            field.label, missing = WORDS[name]
            field.error_messages |= {"required": missing, "invalid": NOT_AN_ANSWER.get(name, NO_ADDRESS)}
            field.help_text = GOOD_ENOUGH if name == "password1" else ""
            field.widget.attrs.pop("placeholder", None)


class LoginForm(InOurWords, allauth.LoginForm):
    """E-mail address and password."""


class ReauthenticateForm(InOurWords, allauth.ReauthenticateForm):
    """The password once more, before something sensitive."""


class ResetPasswordForm(InOurWords, allauth.ResetPasswordForm):
    """The address that gets the link, if somebody has it; neither the page nor its pace says whether."""

    def save(self, request: HttpRequest, **_: Any) -> str:
        """Let a job look for the person and write, for one address a few times an hour."""
        email = str(self.cleaned_data["email"]).lower()
        with suppress(TooMany):
            RESET_PER_ADDRESS.take(client_address(request))
            RESET_PER_PERSON.take(email)
            enqueue("mail_password_reset", email=email)
        return email


class ResetPasswordKeyForm(InOurWords, allauth.ResetPasswordKeyForm):
    """A new password, by the link."""


class ChangePasswordForm(InOurWords, allauth.ChangePasswordForm):
    """A new password for the current one."""


class SetPasswordForm(InOurWords, allauth.SetPasswordForm):
    """A first password, for who logs in otherwise."""
