"""Deal registrations, as the API says them."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import AwareDatetime, ConfigDict

from hansa.core.api.fields import Amount, Body, Country, Day, Email, MoneyShown, OneOf, strict_reference, text
from hansa.core.api.paging import Paging
from hansa.customers.schemas import CompanyId
from hansa.deals.models import (
    DealType,
    EndReason,
    LossReason,
    Outcome,
    RejectReason,
    Stage,
    Status,
    WinReason,
)
from hansa.history.schemas import Receipt

LINES_AT_MOST = 50

Note = Annotated[str, text(2000, lines=True)]
LineId = Annotated[str, strict_reference("line")]


class CustomerShown(Schema):
    """The customer as the partner wrote it."""

    name: str
    domain: str
    country: str


class ContactShown(Schema):
    name: str
    email: str


class RegisteredLine(Schema):
    id: str
    name: str


class DecisionShown(Schema):
    """What was decided, by which rule and on which facts, as far as they are yours to know."""

    id: str
    policy: str
    version: str
    facts: dict[str, Any]
    outputs: dict[str, Any]
    fired: list[str]
    note: str
    hint: str
    made_by: str
    at: datetime


class PartyShown(Schema):
    """The company that reads along, and what it is to the deal's partner: a distributor or a reseller."""

    id: str
    company: str
    role: str


class DealShown(Schema):
    """A deal registration. `status` is the vendor's word, `stage` the work, `outcome` the result.

    `due_at` says until when somebody has to act: the vendor while it is under_review, the partner while its answer is
    needed (action_required). `evidence` is a link or a few words beside the files; `evidence_needed` says that
    it is not approved without either. `reason` is a code, `reason_text` what the program called it when it was given.
    `registrant` is the distributor that registered it in the partner's name, empty where the partner itself did.
    `told_at` is when the partner was told what was decided before, at `decided_at`; null where it was told at once.
    """

    id: str
    partner: str
    program: str
    customer: CustomerShown
    type: Annotated[str, OneOf(DealType)]
    product_lines: list[RegisteredLine]
    amount: MoneyShown
    expected_close: date
    contact: ContactShown
    need: str
    evidence: str
    evidence_needed: bool
    owner: str | None
    status: Annotated[str, OneOf(Status)]
    stage: Annotated[str, OneOf(Stage)]
    outcome: Annotated[str, OneOf(Outcome)]
    reason: str
    reason_text: str
    note: str
    beside: PartyShown | None
    registrant: str
    protected_until: datetime | None
    due_at: datetime | None
    notice_given_at: datetime | None
    submitted_at: datetime
    decided_at: datetime | None
    told_at: datetime | None
    closed_at: datetime | None


class DealInFull(DealShown):
    """A deal registration with its decisions, the latest first."""

    decisions: list[DecisionShown]


class EvidenceShown(Schema):
    """All facts of a decision and what they rest on, for the vendor alone."""

    id: str
    decision: str
    facts: dict[str, Any]
    evidence: list[dict[str, Any]]


class EvidenceList(Schema):
    data: list[EvidenceShown]


class ReceiptShown(Schema):
    """A registration's receipt, null for the few minutes until it is sealed."""

    deal: str
    sealed: bool
    receipt: Receipt | None


class DealFilter(Paging):
    """Which deals: each filter that is given narrows the list.

    `due_before` leaves those that are not decided and on which somebody has to act before that time: with the status
    under_review the vendor, which makes it the console's queue by its due time.
    """

    status: Annotated[str, OneOf(Status)] | None = None
    stage: Annotated[str, OneOf(Stage)] | None = None
    outcome: Annotated[str, OneOf(Outcome)] | None = None
    partner: Annotated[str, Field(max_length=60, description="A partner's id")] = ""
    due_before: AwareDatetime | None = None


class CustomerNamed(Body):
    """The end customer: the name, and the web domain or the country so that it can be told from others."""

    name: Annotated[str, text(300, shortest=1)]
    domain: Annotated[str, text(253)] = ""
    country: Country = ""


class Contact(Body):
    name: Annotated[str, text(200)] = ""
    email: Email | Literal[""] = ""


class Registration(Body):
    """What is claimed: of whom, what, how much, until when."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "customer": {"name": "Contoso Logistics", "domain": "contoso-logistics.example", "country": "NL"},
                    "product_lines": ["line_01kaj3e5xq9m2v7c4t8w6y0r1s"],
                    "amount": {"amount": "84000.00", "currency": "EUR"},
                    "expected_close": "2027-03-31",
                    "need": "Route planning for 120 trucks",
                }
            ]
        }
    )

    customer: CustomerNamed
    product_lines: Annotated[
        list[Annotated[str, strict_reference("line")]], Field(min_length=1, max_length=LINES_AT_MOST)
    ]
    amount: Amount
    expected_close: Day
    type: Annotated[str, OneOf(DealType)] = DealType.NEW.value
    contact: Contact = Contact()
    need: Annotated[str, text(4000, lines=True)] = ""
    evidence: Annotated[str, text(2000, lines=True)] = ""
    program: Annotated[str, strict_reference("program")] | None = None


class RegisterDeal(Registration):
    """Claim a customer. The answer says at once whether it is approved, under review, or taken."""

    beside: Annotated[str, strict_reference("partner")] | None = None


class RegisterInName(Registration):
    """Claim a customer in the name of `reseller`, a partner that buys through you: the deal is that one's."""

    reseller: Annotated[str, strict_reference("partner")]


class ChangeDeal(Body):
    stage: Annotated[str, OneOf(Stage)]


class Noted(Body):
    note: Note = ""


class Win(Noted):
    reason: Annotated[str, OneOf(WinReason)]


class Lose(Noted):
    reason: Annotated[str, OneOf(LossReason)]


class Reject(Noted):
    reason: Annotated[str, OneOf(RejectReason)]


class Cancel(Noted):
    reason: Annotated[str, OneOf(EndReason)]


class Announce(Cancel):
    """The day after which the protection ends."""

    ends_on: Day


class HandOver(Body):
    """The colleague who gets the deal."""

    owner: Annotated[str, strict_reference("member")]


class Merge(Body):
    """The company that becomes a part of the other."""

    merged: CompanyId
