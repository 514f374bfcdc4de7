"""What the vendor's people fill in about partners."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from hansa.accounts.models import Membership, Workspace
from hansa.core.actors import Actor
from hansa.core.web.countries import country_choices
from hansa.core.web.forms import DateInput, set_choices
from hansa.partnerships.actions import assign_manager, channel_team
from hansa.partnerships.models import Partnership
from hansa.programs.models import PartnerType, Program, Territory, Tier


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be chosen for a partner at this vendor."""

    programs: Sequence[Program]
    tiers: Sequence[Tier]
    territories: Sequence[Territory]
    managers: Sequence[Membership]


def offer(actor: Actor, workspace: Workspace) -> Offer:
    """Everything to choose from, in four queries; `workspace` is the vendor's."""
    return Offer(
        list(Program.objects.visible_to(actor).order_by("name")),
        list(Tier.objects.visible_to(actor).select_related("program").order_by("program__name", "rank")),
        list(Territory.objects.visible_to(actor)),
        list(channel_team(workspace.vendor).order_by("user__name")),
    )


class ChoosingForm(forms.Form):
    """A form whose choices are rows: `chosen` gives the rows that were picked."""

    def __init__(self, offered: Offer, *given: Any, **named: Any):
        super().__init__(*given, **named)
        self.offered = offered

    def pick(self, name: str, rows: Sequence[Any], *, empty: str = "") -> None:
        """Let the field choose among rows, by public id."""
        choices = [(row.public_id, str(row)) for row in rows]
        set_choices(self, name, [("", empty), *choices] if empty else choices)

    def chosen(self, name: str, rows: Sequence[Any]) -> list[Any]:
        """The rows that the field's answer names."""
        answer = self.cleaned_data.get(name) or []
        return [row for row in rows if row.public_id in ([answer] if isinstance(answer, str) else answer)]


class EnrollmentForm(ChoosingForm):
    partner_types = forms.MultipleChoiceField(
        label="What does the partner do?", choices=PartnerType.choices, widget=forms.CheckboxSelectMultiple
    )
    tier = forms.ChoiceField(label="Tier", required=False)
    territories = forms.MultipleChoiceField(
        label="Territories",
        help_text="None chosen: the partner may sell everywhere.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, offered: Offer, *given: Any, **named: Any):
        super().__init__(offered, *given, **named)
        self.pick("tier", offered.tiers, empty="No tier")
        if offered.territories:
            self.pick("territories", offered.territories)
        else:
            del self.fields["territories"]

    def enrollment(self) -> dict[str, Any]:
        """What the actions want to know of it."""
        return {
            "partner_types": self.cleaned_data["partner_types"],
            "tier": next(iter(self.chosen("tier", self.offered.tiers)), None),
            "territories": self.chosen("territories", self.offered.territories),
        }


class AssignForm(ChoosingForm):
    channel_manager = forms.ChoiceField(label="Channel manager")
    deputy = forms.ChoiceField(
        label="Deputy", required=False, help_text="Always told along; decides when the channel manager is away."
    )

    def __init__(self, offered: Offer, *given: Any, **named: Any):
        super().__init__(offered, *given, **named)
        self.pick("channel_manager", offered.managers, empty="Choose a person")
        self.pick("deputy", offered.managers, empty="Nobody")

    def people(self) -> dict[str, Membership | None]:
        """The persons chosen, None for nobody."""
        return {
            name: next(iter(self.chosen(name, self.offered.managers)), None) for name in ("channel_manager", "deputy")
        }


class DeputyForm(ChoosingForm):
    manager = forms.ChoiceField(label="Who is away?")
    deputy = forms.ChoiceField(
        label="Who stands in?", help_text="Gets the notices and sees the queue as theirs. Their roles stay as they are."
    )
    partner = forms.ChoiceField(label="With which partner?", required=False)
    starts_on = forms.DateField(label="From which day?", widget=DateInput)
    ends_on = forms.DateField(
        label="To which day?", help_text="Up to the end of that day; then it ends by itself.", widget=DateInput
    )

    def __init__(self, actor: Actor, offered: Offer, partners: Sequence[Partnership], *given: Any, **named: Any):
        super().__init__(offered, *given, **named)
        self.partners = partners
        self.away = [one for one in offered.managers if actor.may(assign_manager) or one.pk == actor.id]
        self.pick("manager", self.away)
        self.pick("deputy", offered.managers, empty="Choose a person")
        self.pick("partner", partners, empty="All of their partners")

    def appointment(self) -> dict[str, Any]:
        """What `appoint_deputy` wants to know, the manager among it."""
        days = {name: self.cleaned_data[name] for name in ("starts_on", "ends_on")}
        [manager] = self.chosen("manager", self.away)
        [deputy] = self.chosen("deputy", self.offered.managers)
        partnership = next(iter(self.chosen("partner", self.partners)), None)
        return {"manager": manager, "deputy": deputy, "partnership": partnership, **days}


class InviteForm(AssignForm, EnrollmentForm):
    company = forms.CharField(label="Which company?", max_length=200)
    country = forms.ChoiceField(label="Country", required=False)
    website = forms.CharField(label="Web address", required=False, max_length=200)
    name = forms.CharField(label="Whom do you invite?", max_length=200, help_text="The first administrator there.")
    email = forms.EmailField(label="E-mail address", help_text="Gets a link that works for 72 hours.")
    program = forms.ChoiceField(label="Program")

    field_order = (
        *("company", "country", "website", "name", "email", "program"),
        *("partner_types", "tier", "territories", "channel_manager", "deputy"),
    )

    def __init__(self, offered: Offer, *given: Any, **named: Any):
        super().__init__(offered, *given, **named)
        set_choices(self, "country", country_choices())
        self.pick("program", offered.programs)
        if len(offered.programs) == 1:
            self.fields["program"].widget = forms.HiddenInput()
            self.initial.setdefault("program", offered.programs[0].public_id)
        self.fields["channel_manager"].required = False

    def invitation(self) -> dict[str, Any]:
        """What `invite_partner` wants to know."""
        plain = {name: self.cleaned_data[name] for name in ("company", "country", "website", "name", "email")}
        [program] = self.chosen("program", self.offered.programs)
        return {**plain, "program": program, **self.enrollment(), **self.people()}


class DistributorsForm(forms.Form):
    """Through which distributors a partner buys."""

    distributors = forms.MultipleChoiceField(
        label="Distributors",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Each may then bring the other into its deals, where that one reads along.",
    )

    def __init__(self, *args: Any, offered: Sequence[Any], **options: Any) -> None:
        super().__init__(*args, **options)
        self.offered = {one.public_id: one for one in offered}
        set_choices(self, "distributors", [(id, str(one)) for id, one in self.offered.items()])

    def clean_distributors(self) -> list[Any]:
        """The partnerships chosen."""
        return [self.offered[id] for id in self.cleaned_data["distributors"]]
