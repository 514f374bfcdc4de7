"""What the vendor fills in about a policy."""

from typing import Any

from django import forms

from hansa.rulebook.actions import LONGEST_SUMMARY
from hansa.rulebook.dmn.reading import LARGEST_FILE
from hansa.rulebook.dmn.values import BadValue, Kind, Value, from_json
from hansa.rulebook.policies import Policy


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
    dmn = forms.CharField(widget=forms.Textarea, max_length=LARGEST_FILE, required=False, strip=False)

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


class EndForm(forms.Form):
    ends = forms.DateTimeField(
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
    begins = forms.DateTimeField(
        label="From when is it in force?",
        help_text="In UTC. Left empty: from now.",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )


class CaseForm(forms.Form):
    """A field for each fact of a policy, to try one case."""

    def __init__(self, policy: Policy, data: Any = None):
        super().__init__(data)
        self.policy = policy
        for fact in policy.vocabulary:
            label = f"{fact.description} ({fact.unit})" if fact.unit else fact.description
            self.fields[fact.name] = _field(fact.kind, label, required=not fact.nullable)

    def facts(self) -> dict[str, Value]:
        """The case. Raises BadValue."""
        facts: dict[str, Value] = {}
        for fact in self.policy.vocabulary:
            text = self.cleaned_data[fact.name]
            try:
                facts[fact.name] = None if text == "" else _value(fact.kind, text)
            except BadValue as wrong:
                raise BadValue(f"{fact.description}: {wrong}") from None
        return facts


def _field(kind: Kind, label: str, *, required: bool) -> forms.Field:
    if kind is Kind.BOOLEAN:
        choices = [("no", "No"), ("yes", "Yes")] if required else [("", "Not known"), ("no", "No"), ("yes", "Yes")]
        return forms.ChoiceField(label=label, choices=choices, required=required)
    return forms.CharField(label=label, required=required, max_length=1_000)


def _value(kind: Kind, text: str) -> Value:
    return text == "yes" if kind is Kind.BOOLEAN else from_json(kind, text)
