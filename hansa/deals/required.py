"""What a program may ask of a registration, as words of the rules and as the rules themselves."""

from dataclasses import dataclass
from typing import Any

from hansa.deals.evidence import Standing
from hansa.deals.models import Deal
from hansa.programs.requirements import EvidenceWhen, Requirable
from hansa.rulebook.dmn.values import Kind
from hansa.rulebook.policies import PolicyFact


@dataclass(frozen=True, slots=True)
class Asked:
    """Something optional that a program may ask for: the form's field, what it is, and what is said where it lacks."""

    field: str
    column: str
    what: str
    missing: str
    required: str

    @property
    def given(self) -> str:
        """The fact that it is there."""
        return f"{self.field}_given"


def _asked(field: Requirable, column: str, missing: str) -> Asked:
    return Asked(field.value, column, field.label, missing, f"{field.value}_required")


EVIDENCE = Asked(
    "evidence",
    "evidence",
    "A link or a few words of evidence",
    "This program needs something that shows that they want it: a link or a few words.",
    "evidence_required_at_once",
)
ASKED = (
    _asked(
        Requirable.DOMAIN, "customer_domain", "This program needs the customer's own web address, like company.com."
    ),
    _asked(Requirable.COUNTRY, "customer_country", "This program needs the customer's country."),
    _asked(Requirable.CONTACT_NAME, "contact_name", "This program needs the name of whom you talk to."),
    _asked(Requirable.CONTACT_EMAIL, "contact_email", "This program needs the e-mail of whom you talk to."),
    _asked(Requirable.NEED, "need", "This program needs a few words on what they want to solve."),
    EVIDENCE,
)
MISSING = {asked.field: asked.missing for asked in ASKED}

VOCABULARY = tuple(
    fact
    for asked in ASKED
    for fact in (
        PolicyFact(asked.required, Kind.BOOLEAN, f"{asked.what}: the program asks for it"),
        PolicyFact(asked.given, Kind.BOOLEAN, f"{asked.what}: given"),
    )
)


def facts_asked(deal: Deal, standing: Standing) -> dict[str, Any]:
    """The facts of `VOCABULARY` for a registration."""
    facts = {asked.given: bool(getattr(deal, asked.column)) for asked in ASKED}
    facts |= {asked.required: asked.field in standing.required_fields for asked in ASKED}
    return facts | {EVIDENCE.required: standing.evidence == EvidenceWhen.SUBMISSION}
