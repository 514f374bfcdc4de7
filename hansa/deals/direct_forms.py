"""What the channel team fills in about the vendor's own sales people."""

from collections.abc import Sequence
from typing import Any

from django import forms

from hansa.accounts.models import Membership
from hansa.deals.models import ChannelConflict, EndReason
from hansa.programs.reasons import ReasonsFor

TEXT = forms.Textarea({"rows": 3})


class CreditForm(forms.Form):
    person = forms.ChoiceField(label="Whom?", help_text="Account executives and sales engineers of yours.")
    why = forms.CharField(
        label="What did they do?",
        help_text="They read it, and your own people; the partner does not.",
        required=False,
        max_length=2000,
        widget=TEXT,
    )

    def __init__(self, *args: Any, people: Sequence[Membership], **options: Any) -> None:
        super().__init__(*args, **options)
        self.people = {person.public_id: person.pk for person in people}
        choices = [("", "Choose a person"), *((person.public_id, person.user.name) for person in people)]
        self.fields["person"].choices = choices  # type: ignore[attr-defined]

    def clean_person(self) -> Any:
        """The id of the membership."""
        return self.people[self.cleaned_data["person"]]


class SettleForm(forms.Form):
    reasons_for = ReasonsFor.END
    result = forms.ChoiceField(
        label="What becomes of it?", choices=ChannelConflict.Outcome.choices, widget=forms.RadioSelect
    )
    reason = forms.ChoiceField(
        label="Why does the protection end?",
        required=False,
        choices=[("", "It does not end"), *EndReason.choices],
        help_text="The partner reads it. Only where the protection ends.",
    )
    note = forms.CharField(
        label="Note",
        help_text="Stays with your own people; where the protection ends, the partner reads it.",
        required=False,
        max_length=2000,
        widget=TEXT,
    )
