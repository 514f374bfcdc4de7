"""What the channel team fills in about the vendor's own sales people."""

from django import forms

from hansa.accounts.person_field import PersonField
from hansa.deals.models import ChannelConflict, EndReason
from hansa.programs.reasons import ReasonsFor

TEXT = forms.Textarea({"rows": 3})


class CreditForm(forms.Form):
    person = PersonField(label="Whom?", help_text="Account executives and sales engineers of yours.")
    why = forms.CharField(
        label="What did they do?",
        help_text="They read it, and your own people; the partner does not.",
        required=False,
        max_length=2000,
        widget=TEXT,
    )


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
