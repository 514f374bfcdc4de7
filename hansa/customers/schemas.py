"""End customers and imports, as the API says them: to the vendor alone."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Field, Schema

from hansa.core.api.fields import Body, Country, Currency, OneOf, strict_reference, text
from hansa.customers.models import Import

Line = Annotated[str, text(300)]
CompanyId = Annotated[str, strict_reference("company")]


class CompanyShown(Schema):
    """An end-customer company as the vendor knows it. `domain` is its registrable web domain."""

    id: str
    name: str
    country: str
    domain: str
    city: str
    industry: str
    vat: str
    duns: str
    lei: str
    parent: str | None
    merged_into: str | None
    in_crm: bool
    created_at: datetime


class CompanyInFull(CompanyShown):
    """A company with the other names and domains under which it is known."""

    aliases: list[str]
    other_domains: list[str]


class MatchShown(Schema):
    """A known company that these words may mean; `score` is 0 to 1."""

    company: str
    name: str
    score: float
    reasons: list[str]


class MatchList(Schema):
    """The best first."""

    data: list[MatchShown]


class Lookup(Schema):
    """Words about a company: a name, a web domain or both."""

    name: Annotated[str, Field(max_length=300, description="Needed where there is no domain")] = ""
    domain: Annotated[str, Field(max_length=253, description="A web domain; an address or a URL will do")] = ""
    country: Country = ""
    limit: Annotated[int, Field(ge=1, le=20)] = 5


class EditCompany(Body):
    """What is left out stays as it is; `aliases` and `other_domains` are whole lists."""

    name: Annotated[str, text(300, shortest=1)] | None = None
    country: Line | None = None
    domain: Annotated[str, text(253)] | None = None
    city: Line | None = None
    industry: Line | None = None
    vat: Line | None = None
    duns: Line | None = None
    lei: Line | None = None
    parent: CompanyId | None = None
    aliases: Annotated[list[Line], Field(max_length=50)] | None = None
    other_domains: Annotated[list[Annotated[str, text(253)]], Field(max_length=50)] | None = None


class ImportShown(Schema):
    """A file on its way in: which column is which, how far it is, and what became of its rows."""

    id: str
    kind: Annotated[str, OneOf(Import.Kind)]
    file_name: str
    status: Annotated[str, OneOf(Import.Status)]
    mapping: dict[str, Any]
    unmapped: Annotated[list[str], Field(description="Headers whose columns no field takes: they are not imported")]
    problem: str
    rows_total: int
    rows_done: int
    totals: dict[str, int]
    created_at: datetime


class RowError(Schema):
    """A row that could not be imported; `number` counts from 1, below the header."""

    number: int
    message: str
    row: Any


class MapImport(Body):
    """Which column is which: {field: header}. What is left out stays as it was guessed."""

    columns: Annotated[dict[Annotated[str, text(60)], Annotated[str, text(200)]], Field(max_length=100)] | None = None
    kind: Annotated[str, OneOf(Import.Kind)] | None = None
    date_order: Annotated[str, text(10)] | None = None
    decimal: Annotated[str, text(1)] | None = None
    currency: Currency | None = None
