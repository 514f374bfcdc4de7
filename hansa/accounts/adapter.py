"""How log-in differs from allauth's habits: nobody signs up without an invitation, and the limits are exact."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from procrastinate.contrib.django import app as queue

from hansa.core.limits import Limit
from hansa.kernel.errors import TooMany

LOGIN_PER_PERSON = Limit("login:person", times=10, seconds=15 * 60)
LOGIN_PER_ADDRESS = Limit("login:address", times=100, seconds=15 * 60)
RESET_PER_PERSON = Limit("reset:person", times=3, seconds=60 * 60)
RESET_PER_ADDRESS = Limit("reset:address", times=30, seconds=60 * 60)


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt before anything is checked."""
        super().pre_authenticate(request, **credentials)
        try:
            LOGIN_PER_ADDRESS.take(request.META["REMOTE_ADDR"])
            LOGIN_PER_PERSON.take(str(credentials.get("email", "")).lower())
        except TooMany as refusal:
            raise ValidationError(refusal.message, code=refusal.code) from None

    def send_password_reset_mail(self, user: Any, email: str, context: dict[str, Any]) -> None:
        """Let a job write the letter, a few to one person an hour; the page says the same either way."""
        try:
            RESET_PER_ADDRESS.take(context["request"].META["REMOTE_ADDR"])
            RESET_PER_PERSON.take(email.lower())
        except TooMany:
            return
        queue.configure_task("mail_password_reset").defer(user_id=str(user.pk))

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        raise ImmediateHttpResponse(HttpResponse(render_to_string("403.html"), status=403))
