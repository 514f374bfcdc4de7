"""What the vendor fills in about whom a version of a policy is for."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, cast
from uuid import UUID

from django import forms
from django.db.models import Q

from hansa.core.actors import Actor
from hansa.core.tenancy import acting
from hansa.kernel.ids import parse_public_id
from hansa.partnerships.models import Partnership
from hansa.programs.models import PartnerType, Program
from hansa.rulebook.models import PolicyVersion
from hansa.rulebook.scope import LONGEST_NAME, Scope


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
        help_text="Their names, or their ids, each in a line of its own.",
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
        """The partners of these names or ids."""
        lines = list(dict.fromkeys(filter(None, map(_plain, self.cleaned_data["partners"].splitlines()))))
        with acting(self.actor):
            found = _called(self.actor, lines)
        unknown = [line for line in lines if not found[line]]
        if unknown:
            raise forms.ValidationError(f"No partner of yours is called {', '.join(unknown[:5])}.")
        for line in lines:
            if len(found[line]) > 1:
                ids = ", ".join(one.public_id for one in found[line])
                raise forms.ValidationError(f"Several partners are called {line}. Write the id of one instead: {ids}.")
        return list({one.pk: one for line in lines for one in found[line]}.values())

    def scope(self) -> Scope:
        """Whom the version is for, once the form is valid."""
        given = self.cleaned_data
        program = next((one for one in self.programs if one.public_id == given["program"]), None)
        return Scope(program, given["partner_types"], given["pilot"], given["partners"])


def scope_shown(actor: Actor, version: PolicyVersion) -> dict[str, Any]:
    """A version's scope as the form shows it; its program at hand. Within `acting`."""
    rows = Partnership.objects.visible_to(actor).filter(pk__in=version.pilot_partners)
    partners = list(rows.select_related("organization").order_by("organization__name", "pk"))
    called = _called(actor, [one.organization.name for one in partners])
    return {
        "program": version.program.public_id if version.program else "",
        "partner_types": version.partner_types,
        "pilot": version.pilot,
        "partners": "\n".join(
            one.organization.name if len(called[one.organization.name]) == 1 else one.public_id for one in partners
        ),
    }


def _called(actor: Actor, lines: Sequence[str]) -> dict[str, list[Partnership]]:
    """The partners whose name or public id each line is."""
    rows = Partnership.objects.visible_to(actor).select_related("organization")
    found: dict[str, list[Partnership]] = defaultdict(list)
    for one in rows.filter(Q(organization__name__in=lines) | Q(pk__in=[*_ids(lines)])):
        for called in (one.organization.name, one.public_id):
            found[called].append(one)
    return found


def _ids(lines: Sequence[str]) -> Iterator[UUID]:
    for line in lines:
        with suppress(ValueError):
            yield parse_public_id(Partnership.id_prefix, line)


def widened(version: PolicyVersion) -> dict[str, Any]:
    """The next wider scope: a pilot's or some types' program, else all partners."""
    narrow = version.pilot or version.for_types
    return {"program": version.program.public_id if version.program and narrow else ""}


def _plain(name: str) -> str:
    return " ".join(name.split())
