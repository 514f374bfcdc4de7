"""What the vendor's people fill in about requirements and reasons."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms

from hansa.programs.reasons import LONGEST, REASONS, ReasonsFor, offered
from hansa.programs.requirements import MOST, EvidenceWhen, Requirable


class RequirementsForm(forms.Form):
    required_fields = forms.MultipleChoiceField(
        label="What must a registration say?",
        help_text="The company, product lines, an amount and the expected close are always asked for.",
        choices=Requirable.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    evidence = forms.ChoiceField(
        label="When must something show that the customer wants it?",
        help_text="An e-mail or a note of a meeting, for example.",
        choices=EvidenceWhen.choices,
        widget=forms.RadioSelect,
    )
    open_registrations_max = forms.IntegerField(
        label="How many open registrations may one partner have?",
        help_text="Those that wait, and approved ones without a result. 0: as many as they like.",
        min_value=0,
        max_value=MOST,
    )
    registrations_per_day = forms.IntegerField(
        label="How many may one partner register within a day?",
        help_text="0: no cap of this program's own.",
        min_value=0,
        max_value=MOST,
    )


class ReasonsForm(forms.Form):
    """A label for each reason; an empty one is not offered."""

    def __init__(self, reasons: Mapping[str, Any], answers: Any = None):
        super().__init__(answers)
        for what in ReasonsFor:
            here = offered(reasons, what)
            for code, usual in REASONS[what].choices:
                self.fields[f"{what.value}-{code}"] = forms.CharField(
                    label=usual, initial=here.get(code, ""), required=False, max_length=LONGEST
                )

    def groups(self) -> Iterator[tuple[str, str, list[Any]]]:
        """(what for, its heading, its fields)."""
        for what in ReasonsFor:
            yield what.value, what.label, [self[name] for name in self.fields if name.startswith(f"{what.value}-")]

    def wanted(self) -> dict[str, dict[str, str]]:
        """What `change_reasons` wants to know."""
        found: dict[str, dict[str, str]] = {what.value: {} for what in ReasonsFor}
        for name, label in self.cleaned_data.items():
            what, _, code = name.partition("-")
            if label.strip():
                found[what][code] = label
        return found

    def refuse(self, what: str | None, message: str) -> None:
        """Say a refusal at the first field of what it is about."""
        self.add_error(next((name for name in self.fields if name.startswith(f"{what}-")), None), message)
