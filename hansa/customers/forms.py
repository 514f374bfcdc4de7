"""What the vendor's people fill in about customers and imports."""

from collections.abc import Sequence
from typing import Any

from django import forms

from hansa.core.web.countries import country_choices
from hansa.core.web.forms import set_choices
from hansa.customers.imports.columns import FIELDS
from hansa.customers.models import Company, Import

GUESS = "Work it out from the header"
UNKNOWN = "unknown"
DATE_ORDERS = (
    ("", "The year first, as 2026-11-22, or no dates"),
    ("dmy", "The day first, as 22/11/2026"),
    ("mdy", "The month first, as 11/22/2026"),
)
COLUMN = "column_"


class UploadForm(forms.Form):
    file = forms.FileField(label="A file from your CRM", help_text="CSV or XLSX, at most 20 MB, with a header row.")
    kind = forms.ChoiceField(label="What does it hold?", choices=[("", GUESS), *Import.Kind.choices], required=False)


class MappingForm(forms.Form):
    """Which column is which. `headers` are the file's; a refusal names the field of the import."""

    kind = forms.ChoiceField(label="What the file holds", choices=Import.Kind.choices)
    date_order = forms.ChoiceField(label="How dates are written", choices=DATE_ORDERS, required=False)
    decimal = forms.ChoiceField(label="How amounts are written", choices=[(".", "1,234.50"), (",", "1.234,50")])
    currency = forms.CharField(label="Currency where no column says it", min_length=3, max_length=3)

    def __init__(self, import_: Import, headers: Sequence[str], answers: Any = None):
        mapping = import_.mapping
        known = {COLUMN + name: header for name, header in mapping["columns"].items()}
        formats = {name: mapping[name] for name in ("date_order", "decimal", "currency")}
        super().__init__(answers, initial={"kind": import_.kind, **known, **formats})
        choices = [("", "Not in this file"), *((header, header) for header in headers)]
        columns = {
            COLUMN + field.name: forms.ChoiceField(label=field.label, choices=choices, required=False)
            for field in FIELDS[import_.kind]
        }
        if mapping["date_order"] is None:
            set_choices(self, "date_order", [(UNKNOWN, "Choose"), *DATE_ORDERS])
            self.initial["date_order"] = UNKNOWN
        self.fields = {"kind": self.fields["kind"], **columns, **self.fields}
        self.import_ = import_

    def mapping(self) -> dict[str, Any]:
        """What `map_import` wants to know; the columns only while they are those of the same kind."""
        answers = self.cleaned_data
        given = {name: answers[name] for name in ("kind", "decimal", "currency")}
        if answers["date_order"] != UNKNOWN:
            given["date_order"] = answers["date_order"]
        if answers["kind"] == self.import_.kind:
            given["columns"] = {
                name.removeprefix(COLUMN): header for name, header in answers.items() if name.startswith(COLUMN)
            }
        return given

    def field_of(self, name: str | None) -> str | None:
        """The form's field that a refusal of the import is about."""
        return next((one for one in (name, COLUMN + (name or "")) if one in self.fields), None)


class CompanyForm(forms.Form):
    """What is known about a company. Lists stand one to a line."""

    name = forms.CharField(label="Name", max_length=300)
    aliases = forms.CharField(
        label="Also called",
        help_text="Other names, one to a line.",
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    domain = forms.CharField(label="Web address", required=False, max_length=300)
    other_domains = forms.CharField(
        label="Other web addresses",
        help_text="Those that nobody else has, one to a line.",
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    country = forms.ChoiceField(label="Country", required=False)
    city = forms.CharField(label="City", required=False, max_length=300)
    industry = forms.CharField(label="Industry", required=False, max_length=300)
    vat = forms.CharField(label="VAT number", required=False, max_length=40)
    duns = forms.CharField(label="D-U-N-S number", required=False, max_length=40)
    lei = forms.CharField(label="LEI", required=False, max_length=40)

    def __init__(self, *given: Any, **named: Any):
        super().__init__(*given, **named)
        set_choices(self, "country", country_choices("Not known"))

    def changes(self) -> dict[str, Any]:
        """What `edit_company` wants to know."""
        lists = {name: self.cleaned_data[name].splitlines() for name in ("aliases", "other_domains")}
        return {
            **self.cleaned_data,
            **{name: [line for line in lines if line.strip()] for name, lines in lists.items()},
        }


def known(company: Company, aliases: Sequence[str], keys: Sequence[str]) -> dict[str, Any]:
    """The company as `CompanyForm` first shows it; `keys` are its identity keys."""
    plain = {name: getattr(company, name) for name in CompanyForm.base_fields if hasattr(company, name)}
    domains = [key.removeprefix("d:") for key in keys if key.startswith("d:") and key != f"d:{company.domain}"]
    return {**plain, "aliases": "\n".join(aliases), "other_domains": "\n".join(domains)}
