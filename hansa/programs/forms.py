"""What the vendor's people fill in about the program."""

from typing import Any

from django import forms

from hansa.core.web.color import contrast_ok, is_color
from hansa.core.web.countries import parse_countries
from hansa.programs.actions import LONGEST_RULES


class RulesForm(forms.Form):
    rules_of_engagement = forms.CharField(
        label="Rules of engagement",
        help_text="Plain words; an empty line begins a new paragraph. Every partner reads this.",
        max_length=LONGEST_RULES,
        widget=forms.Textarea({"rows": 14}),
    )
    protection_days = forms.IntegerField(
        label="How many days is an approved registration protected?", min_value=1, max_value=730
    )
    stale_after_days = forms.IntegerField(
        label="After how many days without movement does a direct sale no longer block?", min_value=1, max_value=3650
    )


class TermsForm(forms.Form):
    reminder_days = forms.CharField(
        label="How many days before its end is a partner reminded?",
        help_text="Up to five figures, separated by commas. Left empty, nobody is reminded.",
        required=False,
        max_length=40,
    )
    extensions_max = forms.IntegerField(
        label="How often can a protection be extended?", help_text="0: never.", min_value=0, max_value=99
    )
    extension_days = forms.IntegerField(label="By how many days at most, each time?", min_value=1, max_value=365)
    cooling_off_days = forms.IntegerField(
        label="For how many days after its end can the same partner not register that customer again?",
        help_text="0: at once. Counted for each product line; a deal that was won does not count.",
        min_value=0,
        max_value=365,
    )
    notice_days = forms.IntegerField(
        label="With how many days' notice do we end a protection early?",
        help_text="0: at once.",
        min_value=0,
        max_value=365,
    )

    def clean_reminder_days(self) -> list[int]:
        """The days as figures."""
        try:
            return [int(word) for part in self.cleaned_data["reminder_days"].split(",") if (word := part.strip())]
        except ValueError:
            raise forms.ValidationError("Write figures, separated by commas: 14, 3.") from None


class ProductLineForm(forms.Form):
    name = forms.CharField(label="Name", max_length=120)
    code = forms.SlugField(
        label="Code", max_length=60, help_text="For machines: small letters, figures and hyphens. It stays for good."
    )
    aliases = forms.CharField(
        label="Other spellings",
        help_text="As exports write it, separated by commas.",
        required=False,
        max_length=1000,
    )

    def clean_aliases(self) -> list[str]:
        """The spellings as a list."""
        return [word for part in self.cleaned_data["aliases"].split(",") if (word := part.strip())]


class TerritoryForm(forms.Form):
    name = forms.CharField(label="Name", max_length=120)
    countries = forms.CharField(
        label="Countries",
        help_text="Names or two-letter codes, separated by commas: Netherlands, Belgium, LU.",
        max_length=4000,
        widget=forms.Textarea({"rows": 3}),
    )

    def clean_countries(self) -> list[str]:
        """The countries as codes."""
        try:
            return parse_countries(self.cleaned_data["countries"])
        except ValueError as error:
            raise forms.ValidationError(f"“{error}” is no country that we know.") from None


class LookForm(forms.Form):
    name = forms.CharField(label="Name that partners see", max_length=80)
    accent = forms.CharField(
        label="Accent color",
        help_text="Buttons and marks wear it. A very light one is refused.",
        max_length=7,
        widget=forms.TextInput({"type": "color"}),
    )

    def clean_accent(self) -> Any:
        """A color that stands out from the page."""
        color = self.cleaned_data["accent"].strip().lower()
        if not is_color(color):
            raise forms.ValidationError("Write the color as # and six hexadecimal digits.")
        if not contrast_ok(color):
            raise forms.ValidationError("This color is too light: a button of it can't be told from the page.")
        return color
