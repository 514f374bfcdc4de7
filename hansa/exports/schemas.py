"""Exports, as the API says them."""

from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema

from hansa.core.api.fields import Body, OneOf, strict_reference, text
from hansa.deals.models import Stage
from hansa.exports.models import Export

Word = Annotated[str, text(40)]


class RequestExport(Body):
    """The list, and by what it is narrowed: in the words of the list's page. A partner has the list `deals` alone.

    `show` is one of the filters above the list (a partner's `beside` are the deals of others that it reads along, each
    with whose it is), `q` a part of the customer's name; `partner` and `company` are the
    vendor's, `stage` and `mine` the partner's, `sort` the queue's.
    """

    list: Annotated[str, OneOf(Export.Listing)]
    show: Word = ""
    partner: Annotated[str, strict_reference("partner")] | None = None
    company: Annotated[str, strict_reference("company")] | None = None
    q: Annotated[str, text(100)] = ""
    stage: Annotated[str, OneOf(Stage)] | None = None
    mine: bool = False
    sort: Literal["due"] | None = None

    def asked(self) -> dict[str, str]:
        """The filter as an address has it."""
        given = self.dict(exclude={"list"}, exclude_none=True)
        return {name: "1" if value is True else str(value) for name, value in given.items() if value}


class ExportShown(Schema):
    """One export. While it is `done`, its file can be fetched until `until`."""

    id: str
    list: str
    filter: dict[str, str]
    status: str
    problem: str
    rows_total: int
    rows_done: int
    created_at: datetime
    until: datetime | None
