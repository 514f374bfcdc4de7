"""How log-in differs from allauth's habits: nobody signs up without an invitation, and the limits are exact."""

from math import ceil
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import resolve_url

from hansa.core.limits import Limit
from hansa.kernel.errors import TooMany

LOGIN_PER_PERSON = Limit("login:person", times=10, seconds=15 * 60)
LOGIN_PER_ADDRESS = Limit("login:address", times=100, seconds=15 * 60)


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "This e-mail address and this password do not belong together.",
        "enter_current_password": "This is not your current password.",
        "incorrect_password": "This is not your password.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt before anything is checked."""
        super().pre_authenticate(request, **credentials)
        try:
            LOGIN_PER_ADDRESS.take(request.META["REMOTE_ADDR"])
            LOGIN_PER_PERSON.take(str(credentials.get("email", "")).lower())
        except TooMany as refusal:
            minutes = ceil(refusal.retry_after / 60)
            wait = f"{minutes} minutes" if minutes > 1 else "a minute"
            raise ValidationError(f"Too many tries. Try again in {wait}.", code=refusal.code) from None

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Home, where the person is still logged in; every other session has ended."""
        return resolve_url(settings.LOGIN_REDIRECT_URL)
