"""How every form looks: `{{ form }}` is an error summary and then its fields."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import DjangoTemplates
from django.http import QueryDict

from hansa.core.web.said import reader_locale
from hansa.kernel.errors import DomainError
from hansa.kernel.money import Money


class FormRenderer(DjangoTemplates):
    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"


class DateInput(forms.DateInput):
    """The browser's own calendar; it sends and expects ISO dates whatever it shows."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class MoneyInput(forms.TextInput):
    """A typed amount beside its currency code, with the phone's number pad."""

    template_name = "forms/widgets/money.html"

    def __init__(self, currency: str, attrs: dict[str, Any] | None = None) -> None:
        self.currency = currency
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["currency"] = self.currency
        return context


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A text to pick, and what picking it writes into fields of the same form: {field: value}."""

    value: str
    fills: Mapping[str, str] = field(default_factory=dict)


class SuggestInput(forms.TextInput):
    """Free text with suggestions to pick from, by the browser's own list."""

    template_name = "forms/widgets/suggest.html"

    def __init__(self, suggestions: Sequence[str | Suggestion] = (), attrs: dict[str, Any] | None = None) -> None:
        self.suggestions = [one if isinstance(one, Suggestion) else Suggestion(one) for one in suggestions]
        super().__init__({"autocomplete": "off", **(attrs or {})})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["suggestions"] = self.suggestions
        context["widget"]["attrs"]["list"] = f"{name}_suggestions"
        return context


class RowField(forms.ChoiceField):
    """A choice among rows, which `offer_rows` names; its value is the row, None where none needs to be chosen."""

    rows: Mapping[str, Any] = {}

    def clean(self, value: Any) -> Any:
        """The row that was chosen."""
        return self.rows.get(super().clean(value))


def offer_rows(form: forms.BaseForm, name: str, rows: Iterable[Any], *, empty: str = "") -> None:
    """Let a `RowField` of a form choose among rows as they call themselves; `empty` says what choosing none means."""
    field = form.fields[name]
    assert isinstance(field, RowField)
    field.rows = {row.public_id: row for row in rows}
    named = [(reference, str(row)) for reference, row in field.rows.items()]
    field.choices = [("", empty), *named] if empty else named


def set_choices(form: forms.BaseForm, name: str, choices: Iterable[tuple[str, str]]) -> None:
    """Let a field of a form choose among these values, each with its words."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)


def write_in(form: forms.BaseForm, name: str, value: str) -> None:
    """Let a form that is shown again say something else in a field than what was sent."""
    shown = QueryDict(mutable=True)
    shown.update(form.data)
    shown[name] = value
    form.data = shown


class MoneyField(forms.CharField):
    """An amount as the reader writes it; cleaned to Money in the given currency."""

    def __init__(self, *, currency: str = "EUR", **options: Any) -> None:
        self.currency = currency
        super().__init__(widget=MoneyInput(currency), **options)

    def clean(self, value: Any) -> Money | None:
        """Raises ValidationError with the sentence that `Money.parse` says."""
        text = super().clean(value)
        try:
            return Money.parse(text, self.currency, reader_locale()) if text else None
        except ValueError as unread:
            raise ValidationError(str(unread)) from None


def refuse(form: forms.BaseForm, refusal: DomainError) -> None:
    """Say a refusal at the field it is about, or above the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
