"""What a partner fills in about its deals."""

from collections.abc import Sequence
from typing import Any

from django import forms

from hansa.core.web.countries import country_choices, country_name
from hansa.core.web.forms import DateInput, MoneyField, SuggestInput, set_choices, write_in
from hansa.customers.matching.domains import registrable_domain
from hansa.deals.known import Customer, KnownCustomers
from hansa.deals.models import DealType, LossReason, Party, WinReason
from hansa.deals.required import MISSING
from hansa.deals.rules import ADDRESS_UNREADABLE, note_of
from hansa.kernel.amounts import UNREADABLE
from hansa.kernel.ids import new_id, public_id
from hansa.partnerships.ties import Tie
from hansa.programs.models import ProductLine, Program
from hansa.programs.reasons import ReasonsFor
from hansa.programs.requirements import EvidenceWhen


class RegisterDealForm(forms.Form):
    """Who, what, how much, when; whoever was registered before needs only the name."""

    customer = forms.CharField(label="Which company?", max_length=200, error_messages={"required": "Write its name."})
    domain = forms.CharField(
        label="Their web address",
        required=False,
        max_length=253,
        help_text="It settles who they are; without it a person has to look",
        widget=forms.TextInput({"inputmode": "url", "autocapitalize": "none", "autocomplete": "off"}),
    )
    country = forms.ChoiceField(label="Country", error_messages={"required": "Choose the customer's country."})
    product_lines = forms.MultipleChoiceField(
        label="What do they need?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": note_of("product_lines")},
    )
    amount = MoneyField(label="About how much?", max_length=40)
    expected_close = forms.DateField(
        label="When will they decide?",
        widget=DateInput,
        error_messages=dict.fromkeys(("required", "invalid"), "Choose the day, as well as you know it."),
    )
    deal_type = forms.ChoiceField(
        label="What kind of deal?", choices=DealType.choices, initial=DealType.NEW, widget=forms.RadioSelect
    )
    contact_name = forms.CharField(label="Who do you talk to?", required=False, max_length=200)
    contact_email = forms.EmailField(label="Their e-mail", required=False)
    need = forms.CharField(
        label="What problem do they want to solve?",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
    )
    evidence = forms.CharField(
        label="What shows that they want it?",
        required=False,
        max_length=2000,
        help_text="A link, an order number or a few words. Files can be added once it is registered.",
        widget=forms.Textarea({"rows": 2}),
    )
    reseller = forms.ChoiceField(
        label="For whom do you register?",
        required=False,
        help_text="What you register for a reseller is theirs, and so is the protection; you read along.",
    )
    beside = forms.ChoiceField(label="Who reads along?", required=False, help_text="They see it and change nothing.")
    country_asked = forms.CharField(required=False, widget=forms.HiddenInput)
    submission = forms.UUIDField(required=False, initial=new_id, widget=forms.HiddenInput)
    more = ("contact_name", "contact_email", "need", "evidence")

    def __init__(
        self,
        *args: Any,
        lines: Sequence[ProductLine],
        customers: KnownCustomers,
        currency: str,
        program: Program | None = None,
        ties: Sequence[Tie] = (),
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self._know(ties)
        self.customers = customers
        self.lines = {line.public_id: line for line in lines}
        self.fields["customer"].widget = SuggestInput(customers.suggestions())
        set_choices(self, "country", country_choices())
        set_choices(self, "product_lines", [(id, line.name) for id, line in self.lines.items()])
        self.fields["amount"] = MoneyField(
            label="About how much?", max_length=40, currency=currency, error_messages={"required": UNREADABLE}
        )
        self.together = bool(program and program.answer_times)
        if program:
            self._ask_for(program)

    def _know(self, ties: Sequence[Tie]) -> None:
        """Offer whom one may register for, and who may read along."""
        self.ties = {public_id("partner", tie.id): tie.id for tie in ties}
        self.resellers = {public_id("partner", tie.id): tie.name for tie in ties if tie.role == Party.Role.RESELLER}
        offered = {
            "reseller": ("Our own company", list(self.resellers.items())),
            "beside": ("Nobody", choices_of(ties)),
        }
        for name, (nobody, choices) in offered.items():
            if choices:
                set_choices(self, name, [("", nobody), *choices])
            else:
                del self.fields[name]

    @property
    def reseller_name(self) -> str:
        """In whose name it is registered; empty for one's own."""
        return self.resellers.get(self["reseller"].value() or "", "") if self.resellers else ""

    @property
    def open_more(self) -> bool:
        """Whether something among the fields that are folded away is wrong or filled in."""
        if self["deal_type"].value() != DealType.NEW:
            return True
        return any(field.errors or (self.is_bound and field.value()) for field in self.folded)

    @property
    def asked(self) -> list[forms.BoundField]:
        """The further fields that the program asks for."""
        return [self[name] for name in self.more if name in self.fields and self.fields[name].required]

    @property
    def folded(self) -> list[forms.BoundField]:
        """The further fields that may be left empty."""
        return [self[name] for name in self.more if name in self.fields and not self.fields[name].required]

    def _ask_for(self, program: Program) -> None:
        """Require what the program does; whoever has registered the customer before still needs no web address.

        What the reseller's own program asks for, the rules say once it is sent.
        """
        if self.reseller_name:
            return
        asked = [*program.required_fields, *(["evidence"] if program.evidence == EvidenceWhen.SUBMISSION else [])]
        for name in asked:
            if name != "domain":
                self.fields[name].required = True
                self.fields[name].error_messages["required"] = MISSING[name]
        if program.evidence == EvidenceWhen.NEVER and not self.resellers:
            del self.fields["evidence"]

    def clean_domain(self) -> str:
        """The web address, any part of it."""
        domain: str = self.cleaned_data["domain"].strip()
        if domain and registrable_domain(domain) is None:
            raise forms.ValidationError(ADDRESS_UNREADABLE)
        return domain

    def clean(self) -> dict[str, Any]:
        """Without a web address, that of the one earlier customer of this name in this country."""
        given = self.cleaned_data
        meant = self.customers.meant_by(given.get("customer", ""))
        given["customer"] = self.customers.name_in(given.get("customer", ""))
        if given.get("domain") != "" or "country" not in given:
            return given
        here = [one for one in meant if one.country == given["country"]]
        if len(here) == 1:
            given["domain"] = here[0].domain
        elif meant and self["country_asked"].value() != given["customer"]:
            self._ask(here, meant)
        else:
            given["domain"] = _address_in(given["customer"])
        return given

    def _ask(self, here: Sequence[Customer], meant: Sequence[Customer]) -> None:
        """Ask once which company of a known name it is; sent again as it stands, it is another one."""
        name, country = self.cleaned_data["customer"], country_name(self.cleaned_data["country"])
        again = f"or send it again if it is another company ({country})."
        if here:
            addresses = " and ".join(one.domain for one in here)
            known = f"You registered companies of this name before: {addresses}. Write which it is, {again}"
        else:
            places = " and ".join(sorted({country_name(one.country) for one in meant}))
            known = f"You registered {name} ({places}) before. Choose that country, {again}"
        self.add_error("domain" if here else "country", known)
        write_in(self, "country_asked", name)

    def facts(self) -> dict[str, Any]:
        """What `register_for` is told."""
        chosen = [self.lines[id].pk for id in self.cleaned_data["product_lines"]]
        named = {name: self.ties.get(self.cleaned_data.get(name, "")) for name in ("reseller", "beside")}
        told = {name: fact for name, fact in self.cleaned_data.items() if name != "country_asked"}
        return {**told, "product_lines": chosen, **named}


class WonForm(forms.Form):
    reasons_for = ReasonsFor.WIN
    reason = forms.ChoiceField(label="What decided it?", choices=WinReason.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label="What should others learn from it?",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
    )


class LostForm(WonForm):
    reasons_for = ReasonsFor.LOSS
    reason = forms.ChoiceField(label="Why was it lost?", choices=LossReason.choices, widget=forms.RadioSelect)


def choices_of(ties: Sequence[Tie]) -> list[tuple[str, str]]:
    """The companies that may be brought in, each with what it is."""
    return [(public_id("partner", tie.id), f"{tie.name} ({tie.role})") for tie in ties]


def _address_in(name: str) -> str:
    """The web address that somebody wrote where the company's name goes."""
    return name if "." in name and " " not in name and registrable_domain(name) else ""
