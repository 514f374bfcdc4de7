"""What people fill in about their team and their keys, and on joining."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from hansa.accounts.actions import SCOPES
from hansa.accounts.models import User
from hansa.accounts.roles import Role, roles_of

SCOPE_NAMES = {"read": "Read", "write": "Read and change"}
GOOD_ENOUGH = "At least 10 characters. A few words that only you would put together are hard to guess."


class RolesForm(forms.Form):
    """The roles of one person or key on one side of a workspace."""

    roles = forms.MultipleChoiceField(label="Roles", widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, side: str, **options: Any) -> None:
        super().__init__(*args, **options)
        usable = roles_of(side)
        self.fields["roles"].choices = [choice for choice in Role.choices if choice[0] in usable]  # type: ignore[attr-defined]


class InviteForm(RolesForm):
    name = forms.CharField(label="Name", max_length=200)
    email = forms.EmailField(
        label="E-mail", help_text="The invitation goes there, and only that person can use it", max_length=254
    )
    field_order = ("name", "email", "roles")


class ApiKeyForm(RolesForm):
    name = forms.CharField(label="What is it for?", help_text="Such as: nightly sync of our CRM", max_length=100)
    scopes = forms.MultipleChoiceField(
        label="It may",
        choices=[(scope, SCOPE_NAMES[scope]) for scope in SCOPES],
        initial=["read"],
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("name", "scopes", "roles")


class JoinForm(forms.Form):
    """A new person's name and password."""

    name = forms.CharField(label="Your name", max_length=200, widget=forms.TextInput({"autocomplete": "name"}))
    password = forms.CharField(
        label="Choose a password",
        strip=False,
        help_text=GOOD_ENOUGH,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.email = email

    def clean_password(self) -> str:
        """Long enough, not common, and not the person's own name or address."""
        password: str = self.cleaned_data["password"]
        validate_password(password, User(email=self.email, name=self.cleaned_data.get("name", "")))
        return password
