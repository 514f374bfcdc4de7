"""What the vendor fills in about whom a version of a policy is for."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms

from hansa.core.actors import Actor
from hansa.core.tenancy import acting
from hansa.partnerships.models import Partnership
from hansa.programs.models import PartnerType, Program
from hansa.rulebook.models import PolicyVersion
from hansa.rulebook.scope import LONGEST_NAME, Scope

MOST_IN_A_PILOT = 500


class ScopeForm(forms.Form):
    """All of it left empty: all partners."""

    program = forms.ChoiceField(label="In which program?", required=False)
    partner_types = forms.MultipleChoiceField(
        label="Only for some types of partners in it",
        help_text="None ticked: all types. Whoever is one of those ticked is meant.",
        required=False,
        choices=PartnerType.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    pilot = forms.CharField(
        label="Or a pilot: its name",
        help_text="Then only the partners below are meant. They read the name.",
        max_length=LONGEST_NAME,
        required=False,
    )
    partners = forms.CharField(
        label="The pilot's partners",
        help_text="Their names, each in a line of its own.",
        max_length=100_000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )

    def __init__(self, actor: Actor, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        with acting(actor):
            self.programs = list(Program.objects.visible_to(actor).order_by("name"))
        self.actor = actor
        choices = [("", "All programs"), *((one.public_id, one.name) for one in self.programs)]
        cast(forms.ChoiceField, self.fields["program"]).choices = choices

    def clean_partners(self) -> list[Partnership]:
        """The partners of these names."""
        names = list(dict.fromkeys(filter(None, map(_plain, self.cleaned_data["partners"].splitlines()))))
        if len(names) > MOST_IN_A_PILOT:
            raise forms.ValidationError(f"A pilot has at most {MOST_IN_A_PILOT} partners.")
        with acting(self.actor):
            rows = Partnership.objects.visible_to(self.actor).filter(organization__name__in=names)
            found = list(rows.select_related("organization"))
        unknown = [name for name in names if name not in {one.organization.name for one in found}]
        if unknown:
            raise forms.ValidationError(f"No partner of yours is called {', '.join(unknown[:5])}.")
        return found

    def scope(self) -> Scope:
        """Whom the version is for, once the form is valid."""
        given = self.cleaned_data
        program = next((one for one in self.programs if one.public_id == given["program"]), None)
        return Scope(program, given["partner_types"], given["pilot"], given["partners"])


def scope_shown(version: PolicyVersion, partners: Sequence[str]) -> dict[str, Any]:
    """A version's scope as the form shows it, with the names of its pilot's partners; its program at hand."""
    return {
        "program": version.program.public_id if version.program else "",
        "partner_types": version.partner_types,
        "pilot": version.pilot,
        "partners": "\n".join(partners),
    }


def widened(version: PolicyVersion) -> dict[str, Any]:
    """The next wider scope: a pilot's or some types' program, else all partners."""
    narrow = version.pilot or version.for_types
    return {"program": version.program.public_id if version.program and narrow else ""}


def _plain(name: str) -> str:
    return " ".join(name.split())
