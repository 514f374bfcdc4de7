"""The choice of one person among some."""

from collections.abc import Iterable
from typing import Any

from django import forms

from hansa.accounts.models import Membership


class PersonField(forms.ChoiceField):
    """One of the people whom `offer` names; its value is the membership's id."""

    people: dict[str, Any]

    def offer(self, people: Iterable[Membership]) -> None:
        """Let these be chosen among, in their order. They come with their users."""
        named = [(person.public_id, person.user.name, person.pk) for person in people]
        self.people = {reference: pk for reference, _, pk in named}
        self.choices = [("", "Choose a person"), *((reference, name) for reference, name, _ in named)]

    def clean(self, value: Any) -> Any:
        """The id of the membership; None where nobody needs to be chosen and nobody is."""
        return self.people.get(super().clean(value))
