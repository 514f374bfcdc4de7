"""Partners, as the API says them."""

from datetime import datetime
from typing import Annotated

from ninja import Field, Schema

from hansa.core.api.fields import Body, Country, Email, OneOf, matching, strict_reference, text
from hansa.core.api.paging import Paging
from hansa.partnerships.models import Partnership
from hansa.programs.models import PartnerType

Status = Annotated[str, OneOf(Partnership.Status)]
Types = Annotated[list[Annotated[str, OneOf(PartnerType)]], Field(min_length=1, max_length=len(PartnerType))]
WEB_WORDS = "It must be a web address, without blanks and control characters."
WebAddress = Annotated[str, matching(r"^[^\x00-\x20\x7f]*$", WEB_WORDS, max_length=200)]


class EnrollmentShown(Schema):
    """A partner's place in one program."""

    program: str
    partner_types: list[str]
    tier: str | None
    status: str


class TieShown(Schema):
    """Another partner of the vendor, and what it is to this one: a distributor or a reseller."""

    id: str
    company: str
    role: str


class PartnerShown(Schema):
    """A partner company. `channel_manager` and `deputy` are members of the vendor.

    `ties` are the companies that it may bring into its deals, and that may bring it into theirs.
    """

    id: str
    company: str
    country: str
    website: str
    status: Status
    channel_manager: str | None
    deputy: str | None
    enrollments: list[EnrollmentShown]
    ties: list[TieShown]
    created_at: datetime


class PartnerFilter(Paging):
    status: Status | None = None


class InvitePartner(Body):
    """Ask a company to become a partner. Without `program` it is the vendor's first one."""

    company: Annotated[str, text(200, shortest=1)]
    email: Email
    name: Annotated[str, text(200, shortest=1)]
    partner_types: Types
    program: Annotated[str, strict_reference("program")] | None = None
    tier: Annotated[str, strict_reference("tier")] | None = None
    territories: Annotated[list[Annotated[str, strict_reference("territory")]], Field(max_length=100)] = []
    country: Country = ""
    website: WebAddress = ""
    channel_manager: Annotated[str, strict_reference("member")] | None = None
    deputy: Annotated[str, strict_reference("member")] | None = None


class Assign(Body):
    channel_manager: Annotated[str, strict_reference("member")]
    deputy: Annotated[str, strict_reference("member")] | None = None


class SetDistributors(Body):
    """All distributors through which the partner buys."""

    distributors: Annotated[list[Annotated[str, strict_reference("partner")]], Field(max_length=100)]
