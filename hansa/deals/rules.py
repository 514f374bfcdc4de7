"""The policies of deal registration: the words that their tables may use, and what follows from their answers."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hansa.deals import caps, required
from hansa.deals.models import Deal, ExtensionRequest, Status
from hansa.deals.vocabulary import SHARED
from hansa.kernel.errors import DomainError, Invalid
from hansa.rulebook.dmn.values import Kind
from hansa.rulebook.in_force import BUILT_IN, Versions, rules_of
from hansa.rulebook.policies import FIXED, POLICIES, Answer, Facts, Neutral, Policy, PolicyFact, PolicyOutput
from hansa.rulebook.replay_subjects import LESS, MORE, REPLAYED, Replayed
from hansa.tiers.rules import BENEFITS

TABLES_HERE = Path(__file__).with_name("policies")

MOST_DAYS_TO_CLOSE = 3650
INACTIVE = "Only an active partner registers deals. Ask your channel manager."
FOREIGN_CURRENCY = "Amounts are in the vendor's own currency. Convert this one."
TOO_FAR_AWAY = "The expected close is more than ten years away. Is the year right?"
ADDRESS_UNREADABLE = "This is no web address. Write the customer's own, like company.com, or leave it empty."

FIELDS = (
    "customer",
    "domain",
    "country",
    "product_lines",
    "amount",
    "expected_close",
    "contact_name",
    "contact_email",
    "need",
    "evidence",
)

VALIDATION = Policy(
    name="registration-validation",
    title="What a registration must have",
    vocabulary=(
        PolicyFact("partnership_status", Kind.STRING, "Where the partnership stands"),
        PolicyFact("enrollment_status", Kind.STRING, "Where the partner's place in the program stands", nullable=True),
        PolicyFact("product_lines_known", Kind.BOOLEAN, "Every product line chosen can be registered"),
        PolicyFact("product_lines", Kind.NUMBER, "How many product lines are chosen"),
        PolicyFact("days_to_close", Kind.NUMBER, "From today to the expected close", unit="days"),
        PolicyFact("currency_accepted", Kind.BOOLEAN, "The amount is in the currency of the program"),
        PolicyFact("customer_named", Kind.BOOLEAN, "The customer's name is given"),
        PolicyFact("web_address_readable", Kind.BOOLEAN, "What is given as the customer's web address is one"),
        *required.VOCABULARY,
        *caps.VOCABULARY,
        *SHARED,
    ),
    outputs=(
        PolicyOutput("refuse", Kind.STRING, "The code of the refusal; none accepts", nullable=True),
        PolicyOutput("field", Kind.STRING, "The field of the form that is at fault", FIELDS, nullable=True),
    ),
    file=TABLES_HERE / "registration-validation.dmn",
)

REVIEW_NOTE = (
    "A person looks at this registration before it is decided. Registrations are decided in the order they came."
)
TAKEN_NOTE = "This customer is taken for one of these product lines."
APPEAL = (
    "If you have worked with this customer already, dispute this decision on the deal's page and say since when, or"
    " write to your channel manager."
)

STATUSES = (Status.APPROVED.value, Status.UNDER_REVIEW.value, Status.DUPLICATE.value)
OWN_CLAIM, RESEMBLES, EVIDENCE_MISSING = "own_claim", "resembles", "evidence_missing"

APPROVAL = Policy(
    name="registration-approval",
    title="How a registration is decided",
    vocabulary=(
        PolicyFact(
            "own_claim",
            Kind.BOOLEAN,
            "You registered this customer for one of these product lines before, and that stands",
            phrase="an own registration that stands",
        ),
        PolicyFact(
            "protected", Kind.BOOLEAN, "Another registration is protected", "vendor", phrase="another one protected"
        ),
        PolicyFact(
            "direct_opportunity",
            Kind.BOOLEAN,
            "An open direct opportunity that moves",
            "vendor",
            phrase="an open direct opportunity that moves",
        ),
        PolicyFact(
            "direct_lead",
            Kind.BOOLEAN,
            "An open direct lead that moves",
            "vendor",
            phrase="an open direct lead that moves",
        ),
        PolicyFact(
            "earlier_claim",
            Kind.BOOLEAN,
            "An earlier registration is still undecided",
            "vendor",
            phrase="an earlier registration that is undecided",
        ),
        PolicyFact(
            "similar_conflict",
            Kind.BOOLEAN,
            "A company much like this one is taken, claimed or known",
            "vendor",
            phrase="a company much like this one that is taken, claimed or known",
        ),
        PolicyFact(
            "held_until_lately",
            Kind.BOOLEAN,
            "The same partner held a company much like this one, and its cooling-off is not over",
            "vendor",
            phrase="a company much like this one that the same partner held until lately",
        ),
        PolicyFact(
            "crm_account",
            Kind.BOOLEAN,
            "The CRM has this company as an account",
            "vendor",
            phrase="an account of this company in the CRM",
        ),
        PolicyFact(
            "similarity",
            Kind.NUMBER,
            "Likeness of the closest other company",
            "vendor",
            "%",
            nullable=True,
            phrase="a likeness of the closest other company of {}",
        ),
        PolicyFact(
            "in_territory",
            Kind.BOOLEAN,
            "The customer's country lies in your territory",
            phrase="a customer in the territory",
        ),
        PolicyFact(
            "has_web_address",
            Kind.BOOLEAN,
            "The customer's own web address is given",
            changeable=True,
            phrase="the customer's own web address",
        ),
        PolicyFact(
            "days_to_close",
            Kind.NUMBER,
            "From today to the expected close",
            unit="days",
            changeable=True,
            phrase="{} to the expected close",
        ),
        PolicyFact(
            "evidence_required",
            Kind.BOOLEAN,
            "The program asks for evidence before it approves",
            phrase="a program that asks for evidence",
        ),
        PolicyFact(
            "evidence_given",
            Kind.BOOLEAN,
            "There is evidence: a file, a link or a few words",
            changeable=True,
            phrase="evidence",
        ),
        *SHARED,
    ),
    outputs=(
        PolicyOutput("status", Kind.STRING, "What the registration becomes", STATUSES),
        PolicyOutput(
            "because",
            Kind.STRING,
            "What the answer leads to beside: the partner is sent to its own claim, the registration is shown with what"
            " it resembles, or evidence is asked for",
            (OWN_CLAIM, RESEMBLES, EVIDENCE_MISSING),
            nullable=True,
        ),
    ),
    file=TABLES_HERE / "registration-approval.dmn",
    neutral={
        Status.DUPLICATE.value: Neutral("customer-taken", TAKEN_NOTE, APPEAL),
        Status.UNDER_REVIEW.value: Neutral("a-person-decides", REVIEW_NOTE),
        Status.APPROVED.value: Neutral("approved-at-once", "This registration fits the program."),
    },
    words={
        Status.DUPLICATE.value: "Duplicate",
        Status.UNDER_REVIEW.value: Status.UNDER_REVIEW.label,
        Status.APPROVED.value: Status.APPROVED.label,
        Status.REJECTED.value: Status.REJECTED.label,
    },
    would={
        Status.DUPLICATE.value: "the customer would have counted as taken",
        Status.UNDER_REVIEW.value: "a person would have looked at it",
        Status.APPROVED.value: "this would have been approved at once",
    },
    # One registration holds the customer already, and a second approval cannot be: no table may pass over that.
    settled=("own_claim", "protected"),
    settles=Status.APPROVED.value,
)

PROTECTION = Policy(
    name="registration-protection",
    title="How long an approved registration is protected",
    vocabulary=SHARED,
    outputs=(
        PolicyOutput("extra_days", Kind.NUMBER, "Days beside the program's usual protection", between=(-700, 700)),
    ),
    file=TABLES_HERE / "registration-protection.dmn",
)

REVIEW = Policy(
    name="registration-review",
    title="By when a person decides",
    vocabulary=(*SHARED, PolicyFact("days_to_close", Kind.NUMBER, "From today to the expected close", unit="days")),
    outputs=(
        PolicyOutput(
            "extra_review_hours",
            Kind.NUMBER,
            "Business hours beside the program's usual time to decide",
            between=(-1_000, 1_000),
        ),
    ),
    file=TABLES_HERE / "registration-review.dmn",
)

AT_ONCE, BY_A_PERSON = "at_once", "by_a_person"

EXTENSION = Policy(
    name="registration-extension",
    title="How a protection is extended",
    vocabulary=(
        *SHARED,
        PolicyFact("extensions_granted", Kind.NUMBER, "How often this protection was extended"),
        PolicyFact(
            "days_asked",
            Kind.NUMBER,
            "The days asked for",
            unit="days",
            nullable=True,
            changeable=True,
            phrase="{} asked for",
        ),
        PolicyFact("days_left", Kind.NUMBER, "Whole days until the protection ends", unit="days"),
    ),
    outputs=(
        PolicyOutput("answer", Kind.STRING, "Given at once, or a person answers", (AT_ONCE, BY_A_PERSON)),
        PolicyOutput(
            "extra_extensions", Kind.NUMBER, "Extensions beside the program's usual number", between=(-99, 99)
        ),
        PolicyOutput(
            "extra_extension_days", Kind.NUMBER, "Days of each beside the program's usual number", between=(-365, 365)
        ),
    ),
    file=TABLES_HERE / "registration-extension.dmn",
    words={AT_ONCE: "Given at once", BY_A_PERSON: "A person answers"},
    would={AT_ONCE: "this would have been given at once", BY_A_PERSON: "a person would have answered"},
)

COOLING_OFF = Policy(
    name="registration-cooling-off",
    title="When you can register the same customer again",
    vocabulary=SHARED,
    outputs=(
        PolicyOutput(
            "extra_pause_days",
            Kind.NUMBER,
            "Days beside the program's usual pause after a protection",
            between=(-365, 365),
        ),
    ),
    file=TABLES_HERE / "registration-cooling-off.dmn",
)

TOGETHER = Policy(
    name="registration-together",
    title="What is answered to a registration where all are answered together",
    vocabulary=(),
    outputs=(PolicyOutput("status", Kind.STRING, "What the registration is until then", (Status.UNDER_REVIEW.value,)),),
    file=TABLES_HERE / "registration-together.dmn",
)

REGISTRATION = (VALIDATION, APPROVAL, PROTECTION, REVIEW, COOLING_OFF)
"""What a registration is decided by; its record keeps their facts."""

POLICIES.update({policy.name: policy for policy in (*REGISTRATION, EXTENSION)})
FIXED[TOGETHER.name] = TOGETHER

DEALS: dict[str, Any] = {
    "model": Deal,
    "amount": "amount_minor",
    "currency": "currency",
    "program": "program_id",
    "title": "customer_name",
    "page": "registration",
    "argument": "deal",
}
REPLAYED.update(
    {
        VALIDATION.name: Replayed(**DEALS, better={"refuse": (None,)}),
        APPROVAL.name: Replayed(**DEALS, better={"status": STATUSES}, people=(Status.REJECTED.value,)),
        PROTECTION.name: Replayed(**DEALS, better={"extra_days": MORE}),
        REVIEW.name: Replayed(**DEALS, better={"extra_review_hours": LESS}),
        COOLING_OFF.name: Replayed(**DEALS, better={"extra_pause_days": LESS}),
        BENEFITS.name: Replayed(**DEALS, better={"priority_registration": (True, False), "protection_days": MORE}),
        EXTENSION.name: Replayed(
            ExtensionRequest,
            program="deal__program_id",
            better={"answer": (AT_ONCE, BY_A_PERSON), "extra_extensions": MORE, "extra_extension_days": MORE},
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the tables say about one registration: its status, and for how long an approval protects, in days."""

    answers: tuple[Answer, ...]
    status: Status
    protection_days: int

    @property
    def deciding(self) -> Answer:
        """The answer that gave the status."""
        return self.answers[0]

    @property
    def because(self) -> str | None:
        """What the answer leads to beside the status: `OWN_CLAIM`, `RESEMBLES`, `EVIDENCE_MISSING`, or nothing."""
        because: str | None = self.deciding.outputs.get("because")
        return because


def note_of(field: str) -> str:
    """What the first rule about a field says of it."""
    rules = VALIDATION.built_in
    return next(row.note for row in rules.table.rows if rules.outputs(row)["field"] == field)


def counts_registrations(versions: Versions) -> bool:
    """Whether the validation in force asks how many registrations the partner has."""
    return not caps.COUNTED.isdisjoint(rules_of(VALIDATION, versions).asked)


def check(facts: Facts, versions: Versions) -> Answer:
    """Raises the refusal of the first validation rule that the registration breaks."""
    answer = rules_of(VALIDATION, versions).evaluate(facts)
    if answer.outputs["refuse"]:
        kind = Invalid if answer.outputs["field"] else DomainError
        raise kind(answer.outputs["refuse"], answer.row.note, answer.outputs["field"])
    return answer


def reviewed_first() -> Ruling:
    """What every registration gets where all are answered together, whatever is known about its customer."""
    return Ruling((TOGETHER.built_in.evaluate({}),), Status.UNDER_REVIEW, 0)


def rule(facts: Facts, *, usual_days: int, versions: Versions = BUILT_IN, promised: Answer | None = None) -> Ruling:
    """Decide a valid registration. `usual_days` is the program's protection, `promised` what the partner's tier brings.

    The table of protection may lengthen it for the same tier: the longer of the two counts, and not their sum.
    """
    approval = rules_of(APPROVAL, versions).decide(facts)
    protection = rules_of(PROTECTION, versions).evaluate(facts)
    extra, answers = protection.outputs["extra_days"], [approval, protection]
    if promised and (days := promised.outputs["protection_days"]):
        extra, answers = max(extra, days), [*answers, promised]
    return Ruling(tuple(answers), Status(approval.outputs["status"]), max(1, usual_days + extra))
