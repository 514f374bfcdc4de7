"""What is filled in about a question: by the deal desk to ask it, by the partner to answer it."""

from collections.abc import Sequence
from typing import Any

from babel.numbers import format_decimal
from django import forms

from hansa.core.web.countries import country_choices
from hansa.core.web.forms import DateInput, MoneyField
from hansa.core.web.said import reader_locale
from hansa.customers.matching.domains import registrable_domain
from hansa.deals.clock_models import Field
from hansa.deals.forms import RegisterDealForm
from hansa.deals.models import Deal, DealType
from hansa.deals.questions import present
from hansa.deals.rules import ADDRESS_UNREADABLE


class AskForm(forms.Form):
    question = forms.CharField(
        label="What do you need to know?",
        help_text="The partner reads this. Say nothing about other partners or our own sales.",
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
    )
    fields_opened = forms.MultipleChoiceField(
        label="What may the partner change for it?",
        help_text="Everything else stays as it is.",
        choices=Field.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    answer_by = forms.DateField(
        label="Until when?", help_text="Until work ends on that day, or on the next working day.", widget=DateInput
    )

    def facts(self) -> dict[str, Any]:
        """What `ask_for_more` is told."""
        given = dict(self.cleaned_data)
        return {"fields": given.pop("fields_opened"), **given}


class AnswerForm(forms.Form):
    """The opened fields as they stand, and a note; built for one question."""

    note = forms.CharField(label="Your answer", required=False, max_length=2000, widget=forms.Textarea({"rows": 4}))

    def __init__(self, data: Any = None, *, deal: Deal, opened: Sequence[str]) -> None:
        now = present(deal)
        amount = format_decimal(deal.amount.amount, locale=reader_locale())
        initial = {name: amount if name == Field.AMOUNT else now[Field(name)] for name in opened}
        super().__init__(data, initial=initial)
        self.opened = list(opened)
        for name in self.opened:
            self.fields[name] = _field(name, deal)

    def changes(self) -> dict[str, Any]:
        """The opened fields as the partner has them now."""
        return {name: self.cleaned_data[name] for name in self.opened}

    def clean_domain(self) -> str:
        """The web address, any part of it."""
        domain: str = self.cleaned_data["domain"].strip()
        if domain and registrable_domain(domain) is None:
            raise forms.ValidationError(ADDRESS_UNREADABLE)
        return domain


def _field(name: str, deal: Deal) -> forms.Field:
    """A field as the registration's own form has it."""
    match name:
        case Field.COUNTRY:
            return forms.ChoiceField(label="Country", choices=country_choices())
        case Field.AMOUNT:
            return MoneyField(label="About how much?", max_length=40, currency=deal.currency)
        case Field.DEAL_TYPE:
            return forms.ChoiceField(label="What kind of deal?", choices=DealType.choices, widget=forms.RadioSelect)
    kept: forms.Field = RegisterDealForm.base_fields[name]
    return kept
