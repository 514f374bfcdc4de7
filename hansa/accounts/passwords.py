"""The way back in for who forgot the password."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse

from hansa.accounts.models import User


def reset_link(user: User) -> str:
    """Where this person chooses a new password; it holds for PASSWORD_RESET_TIMEOUT seconds and works once."""
    words = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return str(settings.BASE_URL) + reverse("account_reset_password_from_key", kwargs=words)
