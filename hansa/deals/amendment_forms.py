"""What both sides fill in about changes of an approved deal."""

from collections.abc import Mapping
from typing import Any

from django import forms

from hansa.core.web.forms import DateInput, MoneyField, set_choices

TEXT = forms.Textarea({"rows": 3})


class AmendForm(forms.Form):
    amount = MoneyField(label="About how much?", max_length=40)
    expected_close = forms.DateField(label="When will they decide?", widget=DateInput)
    contact_name = forms.CharField(label="Who do you talk to?", required=False, max_length=200)
    contact_email = forms.EmailField(label="Their e-mail", required=False)
    need = forms.CharField(label="What problem do they want to solve?", required=False, max_length=2000, widget=TEXT)

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["amount"] = MoneyField(label="About how much?", max_length=40, currency=currency)


class LinesForm(forms.Form):
    product_lines = forms.MultipleChoiceField(label="What do they need?", widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(label="What has changed?", max_length=2000, widget=TEXT)

    def __init__(self, *args: Any, lines: Mapping[str, Any], **options: Any) -> None:
        super().__init__(*args, **options)
        self.lines = lines
        set_choices(self, "product_lines", [(id, line.name) for id, line in lines.items()])

    def clean_product_lines(self) -> list[Any]:
        """The ids of the lines."""
        return [self.lines[id].pk for id in self.cleaned_data["product_lines"]]


class AnswerForm(forms.Form):
    note = forms.CharField(label="Note to the partner", required=False, max_length=2000, widget=TEXT)


class RefuseForm(forms.Form):
    note = forms.CharField(
        label="Why not?",
        help_text="The partner reads this. Say nothing about other partners or our own sales.",
        max_length=2000,
        widget=TEXT,
    )
