"""What the vendor fills in about tiers, and what a partner asks: what if?"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from hansa.core.web.forms import DateInput, RowField, offer_rows, set_choices
from hansa.programs.models import Program, Tier
from hansa.tiers.facts import FACTS, SLOTS
from hansa.tiers.models import When
from hansa.tiers.periods import CYCLES, PERIODS
from hansa.tiers.words import Words

MOST = Decimal(10) ** 12


class WhatIfForm(forms.Form):
    """How many more of each number that the criteria ask for."""

    def __init__(self, words: Words, facts: Sequence[str], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in facts:
            self.fields[name] = forms.DecimalField(
                label=f"{words.label(name)}: how much more?",
                required=False,
                min_value=0,
                max_value=MOST,
                decimal_places=2,
                widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
            )

    def more(self) -> dict[str, Decimal]:
        """What was filled in."""
        return {name: value for name, value in self.cleaned_data.items() if value}


class FactForm(forms.Form):
    fact = forms.ChoiceField(label="Which number?")
    value = forms.DecimalField(
        label="How much?",
        min_value=0,
        decimal_places=2,
        max_digits=15,
        widget=forms.TextInput({"inputmode": "decimal"}),
    )
    dated = forms.DateField(label="As of which day?", widget=DateInput)

    def __init__(self, choices: Sequence[tuple[str, str]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        set_choices(self, "fact", [("", "Choose a number"), *choices])


class NumbersForm(forms.Form):
    """A file of numbers about the partners of one program."""

    program = RowField(label="In which program are the partners?")
    file = forms.FileField(label="A file of numbers", help_text="CSV or XLSX, with a header row.")

    def __init__(self, programs: Sequence[Program], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.only = programs[0] if len(programs) == 1 else None
        if self.only:
            del self.fields["program"]
        else:
            offer_rows(self, "program", programs)

    def about(self) -> Program:
        """The program that was chosen, or the only one."""
        chosen: Program = self.only or self.cleaned_data["program"]
        return chosen


class ExceptionForm(forms.Form):
    tier = RowField(label="Which tier?")
    until = forms.DateField(
        label="Up to and including which day?", help_text="Then it ends by itself.", widget=DateInput
    )
    reason = forms.CharField(
        label="Why?", help_text="The partner reads this.", max_length=2000, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, tiers: Sequence[Tier], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        offer_rows(self, "tier", tiers, empty="Choose a tier")


class ApproveForm(forms.Form):
    note = forms.CharField(
        label="Your note",
        help_text="The partner reads this.",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
    )


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label="Why not?", help_text="The partner reads this.", max_length=2000, widget=forms.Textarea({"rows": 3})
    )


class TermsForm(forms.Form):
    running = forms.BooleanField(
        label="Evaluate the tiers of this program every day",
        help_text="Otherwise they are set by hand, on each partner's page.",
        required=False,
    )
    cycle = forms.ChoiceField(label="A period is a", choices=list(CYCLES.items()))
    promotion = forms.ChoiceField(label="A higher tier is given", choices=When.choices)
    approve_promotion = forms.BooleanField(label="A person approves a higher tier", required=False)
    days_below = forms.IntegerField(
        label="For how many days is a partner below before it counts?",
        help_text="So that nobody falls over a bad week.",
        min_value=0,
        max_value=365,
    )
    grace_days = forms.IntegerField(
        label="Then for how many days does it keep the tier?",
        help_text="The grace period, to catch up again.",
        min_value=0,
        max_value=730,
    )
    demotion = forms.ChoiceField(label="After that the tier is lost", choices=When.choices)
    approve_demotion = forms.BooleanField(label="A person approves a lower tier", required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for fact in FACTS:
            label = f"{fact.label}: counted over"
            self.fields[f"period_{fact.name}"] = forms.ChoiceField(label=label, choices=list(PERIODS.items()))
        for number, slot in enumerate(SLOTS, 1):
            self.fields[f"label_{slot}"] = forms.CharField(
                label=f"Name of your own fact {number}", required=False, max_length=60
            )
            self.fields[f"unit_{slot}"] = forms.CharField(
                label=f"Unit of your own fact {number}", required=False, max_length=60
            )

    def given(self) -> dict[str, Any]:
        """The terms, as `change_tier_terms` takes them."""
        data = self.cleaned_data
        kept = {name: value for name, value in data.items() if name in TermsForm.base_fields}
        kept["periods"] = {
            fact.name: data[f"period_{fact.name}"] for fact in FACTS if data[f"period_{fact.name}"] != fact.period
        }
        kept["custom"] = {slot: {"label": data[f"label_{slot}"], "unit": data[f"unit_{slot}"]} for slot in SLOTS}
        return kept


def present(terms: Any) -> dict[str, Any]:
    """The terms as the form shows them."""
    now = {name: getattr(terms, name) for name in TermsForm.base_fields}
    now |= {f"period_{fact.name}": terms.periods.get(fact.name, fact.period) for fact in FACTS}
    for slot in SLOTS:
        own = terms.custom.get(slot) or {}
        now |= {f"label_{slot}": own.get("label", ""), f"unit_{slot}": own.get("unit", "")}
    return now
