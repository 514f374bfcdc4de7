"""What both sides fill in about more time for a protection."""

from typing import Any

from django import forms

TEXT = forms.Textarea({"rows": 3})


class AskForm(forms.Form):
    days = forms.IntegerField(label="How many more days do you need?", min_value=1)
    reason = forms.CharField(
        label="Why?",
        help_text="What has happened so far, what is still to come, and by when the customer decides.",
        max_length=2000,
        widget=TEXT,
    )

    def __init__(self, *args: Any, longest: int, **options: Any) -> None:
        super().__init__(*args, **options)
        days = self.fields["days"]
        days.help_text, days.initial = f"At most {longest}.", min(30, longest)
        days.widget.attrs |= {"inputmode": "numeric", "max": longest}


class ExtendForm(forms.Form):
    days = forms.IntegerField(label="For how many more days?", min_value=1)
    note = forms.CharField(
        label="Note to the partner",
        help_text="The partner reads this beside the new end.",
        required=False,
        max_length=2000,
        widget=TEXT,
    )

    def __init__(self, *args: Any, longest: int, **options: Any) -> None:
        super().__init__(*args, **options)
        days = self.fields["days"]
        days.help_text, days.initial = f"At most {longest}.", longest
        days.widget.attrs |= {"inputmode": "numeric", "max": longest}


class DeclineForm(forms.Form):
    note = forms.CharField(
        label="Why not?",
        help_text="The partner reads this. Say nothing about other partners or our own sales.",
        max_length=2000,
        widget=TEXT,
    )
