"""The rules of deal registration, as data with notes, and the one function that applies them."""

from dataclasses import dataclass

from hansa.deals import caps, required
from hansa.deals.models import Status
from hansa.kernel.errors import DomainError, Invalid
from hansa.rulebook.tables import Answer, Fact, Facts, Row, Table, at_least, evaluate, is_, less_than, more_than, one_of

VERSION = "2026-12"

MOST_DAYS_TO_CLOSE = 3650
INACTIVE = "Only an active partner registers deals. Ask your channel manager."
FOREIGN_CURRENCY = "Amounts are in the vendor's own currency. Convert this one."
TOO_FAR_AWAY = "The expected close is more than ten years away. Is the year right?"
ADDRESS_UNREADABLE = "This is no web address. Write the customer's own, like company.com, or leave it empty."

VALIDATION = Table(
    name="registration-validation",
    version=VERSION,
    title="What a registration must have",
    vocabulary=(
        Fact("partnership_status", str, "Where the partnership stands"),
        Fact("enrollment_status", str, "Where the partner's place in the program stands", nullable=True),
        Fact("product_lines_known", bool, "Every product line chosen can be registered"),
        Fact("product_lines", int, "How many product lines are chosen"),
        Fact("days_to_close", int, "From today to the expected close", unit="days"),
        Fact("amount_minor", int, "The amount", unit="minor units"),
        Fact("currency_accepted", bool, "The amount is in the currency of the program"),
        Fact("customer_named", bool, "The customer's name is given"),
        Fact("web_address_readable", bool, "What is given as the customer's web address is one"),
        *required.VOCABULARY,
        *caps.VOCABULARY,
    ),
    rows=(
        Row(
            "inactive",
            {"partnership_status": one_of("invited", "declined", "suspended", "offboarding", "ended")},
            {"refuse": "partnership_inactive", "field": None},
            INACTIVE,
        ),
        Row(
            "not-enrolled",
            {"enrollment_status": one_of("none", "suspended", "ended")},
            {"refuse": "not_enrolled", "field": None},
            "Your company has no active place in this program. Ask your channel manager.",
        ),
        Row(
            "no-customer",
            {"customer_named": is_(False)},
            {"refuse": "customer_missing", "field": "customer"},
            "Which company is it? Write its name.",
        ),
        Row(
            "no-such-address",
            {"web_address_readable": is_(False)},
            {"refuse": "web_address_unreadable", "field": "domain"},
            ADDRESS_UNREADABLE,
        ),
        Row(
            "no-line",
            {"product_lines": less_than(1)},
            {"refuse": "product_line_missing", "field": "product_lines"},
            "Choose at least one product line.",
        ),
        Row(
            "unknown-line",
            {"product_lines_known": is_(False)},
            {"refuse": "product_line_unknown", "field": "product_lines"},
            "One of these product lines cannot be registered.",
        ),
        Row(
            "no-amount",
            {"amount_minor": less_than(1)},
            {"refuse": "amount_not_positive", "field": "amount"},
            "The amount must be more than zero.",
        ),
        Row(
            "foreign-currency",
            {"currency_accepted": is_(False)},
            {"refuse": "currency_not_accepted", "field": "amount"},
            FOREIGN_CURRENCY,
        ),
        Row(
            "in-the-past",
            {"days_to_close": less_than(0)},
            {"refuse": "close_in_the_past", "field": "expected_close"},
            "The expected close lies in the past.",
        ),
        Row(
            "too-far-away",
            {"days_to_close": more_than(MOST_DAYS_TO_CLOSE)},
            {"refuse": "close_too_far_away", "field": "expected_close"},
            TOO_FAR_AWAY,
        ),
        *required.ROWS,
        *caps.ROWS,
        Row("complete", {}, {"refuse": None}, "Complete."),
    ),
)

OWN_CLAIM = "own-claim"
NO_EVIDENCE = "no-evidence"
REVIEW = "a-person-decides"
REVIEW_NOTE = (
    "A person looks at this registration before it is decided. Registrations are decided in the order they came."
)
TAKEN = "customer-taken"
TAKEN_NOTE = "This customer is taken for one of these product lines."
APPEAL = (
    "If you have worked with this customer already, dispute this decision on the deal's page and say since when, or"
    " write to your channel manager."
)

ALIKE = ("earlier-claim", "similar-company")

APPROVAL = Table(
    name="registration-approval",
    version=VERSION,
    title="How a registration is decided",
    vocabulary=(
        Fact("own_claim", bool, "You registered this customer for one of these product lines before, and that stands"),
        Fact("protected", bool, "Another registration is protected", "vendor"),
        Fact("direct_opportunity", bool, "An open direct opportunity that moves", "vendor"),
        Fact("direct_lead", bool, "An open direct lead that moves", "vendor"),
        Fact("earlier_claim", bool, "An earlier registration is still undecided", "vendor"),
        Fact("similar_conflict", bool, "A company much like this one is taken, claimed or known", "vendor"),
        Fact("crm_account", bool, "The CRM has this company as an account", "vendor"),
        Fact("similarity", int, "Likeness of the closest other company", "vendor", "%", nullable=True),
        Fact("in_territory", bool, "The customer's country lies in your territory"),
        Fact("has_web_address", bool, "The customer's own web address is given"),
        Fact("days_to_close", int, "From today to the expected close", unit="days"),
        Fact("evidence_required", bool, "The program asks for evidence before it approves"),
        Fact("evidence_given", bool, "There is evidence: a file, a link or a few words"),
    ),
    rows=(
        Row(
            OWN_CLAIM,
            {"own_claim": is_(True)},
            {"status": Status.DUPLICATE},
            "You have registered this customer for one of these product lines already, and that registration stands.",
            hint="Go on with that one, or choose other product lines. What follows a deal that you have won is "
            "registered as an expansion or a renewal.",
        ),
        Row(
            "protected",
            {"protected": is_(True)},
            {"status": Status.DUPLICATE},
            TAKEN_NOTE,
            APPEAL,
            "Another registration of this customer is protected.",
            TAKEN,
        ),
        Row(
            "direct-opportunity",
            {"direct_opportunity": is_(True)},
            {"status": Status.DUPLICATE},
            TAKEN_NOTE,
            APPEAL,
            "A direct opportunity with this customer is open and moves.",
            TAKEN,
        ),
        Row(
            "direct-lead",
            {"direct_lead": is_(True)},
            {"status": Status.DUPLICATE},
            TAKEN_NOTE,
            APPEAL,
            "A direct lead at this customer is open and moves.",
            TAKEN,
        ),
        Row(
            "earlier-claim",
            {"earlier_claim": is_(True)},
            {"status": Status.UNDER_REVIEW},
            REVIEW_NOTE,
            why="An earlier registration of this customer is not decided yet.",
            shown_as=REVIEW,
        ),
        Row(
            "similar-company",
            {"similar_conflict": is_(True)},
            {"status": Status.UNDER_REVIEW},
            REVIEW_NOTE,
            why="A company much like this one is taken, claimed or known.",
            shown_as=REVIEW,
        ),
        Row(
            "known-account",
            {"crm_account": is_(True)},
            {"status": Status.UNDER_REVIEW},
            REVIEW_NOTE,
            why="The CRM has this company as an account; that alone decides nothing.",
            shown_as=REVIEW,
        ),
        Row(
            NO_EVIDENCE,
            {"evidence_required": is_(True), "evidence_given": is_(False)},
            {"status": Status.UNDER_REVIEW},
            "This program asks for evidence before it approves: attach an e-mail, a note of a meeting or the like.",
            hint="As soon as there is evidence it is looked at again.",
        ),
        Row(
            "outside-territory",
            {"in_territory": is_(False)},
            {"status": Status.UNDER_REVIEW},
            "The customer's country lies outside your territory, so a person decides.",
            hint="Within your territory it would have been decided at once.",
        ),
        Row(
            "no-web-address",
            {"has_web_address": is_(False)},
            {"status": Status.UNDER_REVIEW},
            "Without the customer's own web address a person decides.",
            hint="With the customer's web address it would have been decided at once.",
        ),
        Row(
            "far-away",
            {"days_to_close": more_than(365)},
            {"status": Status.UNDER_REVIEW},
            "The expected close is more than a year away, so a person decides.",
            hint="With an expected close within 365 days it would have been decided at once.",
        ),
        Row(
            "new-customer",
            {},
            {"status": Status.APPROVED},
            "Nobody else works on this customer with these product lines.",
        ),
    ),
)

PROTECTION = Table(
    name="registration-protection",
    version=VERSION,
    title="How long an approved registration is protected",
    vocabulary=(
        Fact("deal_type", str, "New business, expansion or renewal"),
        Fact("tier_rank", int, "Your tier, counted from 1"),
    ),
    rows=(
        Row("renewal", {"deal_type": is_("renewal")}, {"extra_days": 0}, "A renewal is protected for the usual time."),
        Row("top-tier", {"tier_rank": at_least(3)}, {"extra_days": 30}, "From the third tier on, 30 days longer."),
        Row("usual", {}, {"extra_days": 0}, "Protected for the program's usual time."),
    ),
)

TOGETHER = Table(
    name="registration-together",
    version=VERSION,
    title="What is answered to a registration where all are answered together",
    vocabulary=(),
    rows=(
        Row(
            "together",
            {},
            {"status": Status.UNDER_REVIEW},
            "Until then every registration is under review, whether the customer is taken or free. Yours keeps its "
            "place: who registers a customer first is protected.",
        ),
    ),
)

TABLES = (VALIDATION, APPROVAL, PROTECTION)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the tables say about one registration: its status, and for how long an approval protects, in days."""

    answers: tuple[Answer, ...]
    status: Status
    protection_days: int


def note_of(field: str) -> str:
    """What the first rule about a field says of it."""
    return next(row.note for row in VALIDATION.rows if row.then["field"] == field)


def check(facts: Facts) -> Answer:
    """Raises the refusal of the first validation rule that the registration breaks."""
    answer = evaluate(VALIDATION, facts)
    if answer.outputs["refuse"]:
        kind = Invalid if answer.outputs["field"] else DomainError
        raise kind(answer.outputs["refuse"], answer.row.note, answer.outputs["field"])
    return answer


def reviewed_first() -> Ruling:
    """What every registration gets where all are answered together, whatever is known about its customer."""
    return Ruling((evaluate(TOGETHER, {}),), Status.UNDER_REVIEW, 0)


def rule(facts: Facts, *, usual_days: int) -> Ruling:
    """Decide a valid registration. `usual_days` is the program's protection."""
    approval, protection = evaluate(APPROVAL, facts), evaluate(PROTECTION, facts)
    days = usual_days + protection.outputs["extra_days"]
    return Ruling((approval, protection), Status(approval.outputs["status"]), days)
