"""What the vendor fills in about a policy."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils import timezone

from hansa.core.web.forms import MoneyField
from hansa.kernel.money import Money
from hansa.rulebook.actions import LONGEST_SUMMARY
from hansa.rulebook.dmn.reading import LARGEST_FILE
from hansa.rulebook.dmn.values import BadValue, Kind, Value, from_json
from hansa.rulebook.policies import PolicyFact
from hansa.rulebook.words import Unit, Words, unit_of


class TableForm(forms.Form):
    """A table as text, or out of a file that another modeller wrote, and what partners read of the change."""

    file = forms.FileField(
        label="A DMN file from another modeller",
        help_text="It takes the place of the table above.",
        required=False,
        max_length=200,
    )
    summary = forms.CharField(
        label="What changes for partners?",
        help_text="They read it before it comes into force.",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=LONGEST_SUMMARY,
        required=False,
    )
    takes = forms.BooleanField(
        label="It takes something from partners", help_text="Then they are told 30 days before.", required=False
    )
    dmn = forms.CharField(
        label="The table", widget=forms.Textarea, max_length=LARGEST_FILE, required=False, strip=False
    )

    def clean(self) -> dict[str, Any]:
        """The file's text as the table, where there is one."""
        cleaned = super().clean() or {}
        file = cleaned.pop("file", None)
        if file:
            if file.size > LARGEST_FILE:
                raise forms.ValidationError({"file": f"Keep the file under {LARGEST_FILE // 1_000_000} MB."})
            try:
                cleaned["dmn"] = file.read().decode()
            except UnicodeDecodeError:
                raise forms.ValidationError({"file": "This file is not in UTF-8."}) from None
        return cleaned


class UtcField(forms.DateTimeField):
    """A moment in UTC, whatever zone the pages are in: a policy's time is the same for every partner."""

    def to_python(self, value: Any) -> datetime | None:
        """The moment, None for nothing. Raises ValidationError for what is none."""
        with timezone.override(UTC):
            moment: datetime | None = super().to_python(value)
            return moment


class EndForm(forms.Form):
    ends = UtcField(
        label="When does it end?",
        help_text="In UTC. Left empty: now.",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
    takes = forms.BooleanField(
        label="Its end takes something from these partners",
        help_text="Then they are told 30 days before.",
        required=False,
    )


class PublishForm(forms.Form):
    begins = UtcField(
        label="From when is it in force?",
        help_text="In UTC. Left empty: from now.",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )


class CaseForm(forms.Form):
    """A field for each fact of a policy, to try one case; amounts are written as money."""

    def __init__(self, words: Words, data: Any = None):
        super().__init__(data)
        self.words = words
        for fact in words.policy.vocabulary:
            self.fields[fact.name] = _field(fact, unit_of(fact, words.currency))

    def facts(self) -> dict[str, Value]:
        """The case. Raises BadValue."""
        facts: dict[str, Value] = {}
        for fact in self.words.policy.vocabulary:
            try:
                facts[fact.name] = _value(fact, unit_of(fact, self.words.currency), self.cleaned_data[fact.name])
            except BadValue as wrong:
                raise BadValue(f"{fact.description}: {wrong}") from None
        return facts


def _field(fact: PolicyFact, unit: Unit) -> forms.Field:
    label, required = fact.description, not fact.nullable
    if unit.is_money:
        return MoneyField(label=label, required=required, max_length=40, currency=unit.currency)
    if fact.kind is Kind.BOOLEAN:
        choices = [("no", "No"), ("yes", "Yes")] if required else [("", "Not known"), ("no", "No"), ("yes", "Yes")]
        return forms.ChoiceField(label=label, choices=choices, required=required)
    named = f"{label} ({unit.name})" if unit.name else label
    return forms.CharField(label=named, required=required, max_length=1_000)


def _value(fact: PolicyFact, unit: Unit, given: Any) -> Value:
    if given in ("", None):
        return None
    if isinstance(given, Money):
        return unit.of(given)
    return bool(given == "yes") if fact.kind is Kind.BOOLEAN else from_json(fact.kind, given)
