"""Saved filters, as the API says them."""

from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema

from hansa.core.api.fields import Body, OneOf, strict_reference, text
from hansa.core.api.paging import Paging
from hansa.filters.models import LONGEST_NAME, SavedFilter


class Narrowed(Body):
    """By what a list is narrowed, in the words of its page.

    That is `deals` by `show`, `partner`, `company` and `q`, and `queue` by `show`, `partner` and `sort`.
    """

    show: Annotated[str, text(40)] = ""
    partner: Annotated[str, strict_reference("partner")] | None = None
    company: Annotated[str, strict_reference("company")] | None = None
    q: Annotated[str, text(100)] = ""
    sort: Literal["due"] | None = None

    def given(self) -> dict[str, str]:
        """What is said of it."""
        return {name: str(value) for name, value in self.dict(exclude_none=True).items() if value}


class SaveFilter(Body):
    """A filter to keep under a name: for the person who made the key, or with `common` for the whole team."""

    list: Annotated[str, OneOf(SavedFilter.Place)]
    name: Annotated[str, text(LONGEST_NAME, shortest=1)]
    filter: Narrowed
    common: bool = False


class FilterShown(Schema):
    """A saved filter. `mine` says that it belongs to the person who made the key."""

    id: str
    list: Annotated[str, OneOf(SavedFilter.Place)]
    name: str
    filter: dict[str, str]
    common: bool
    owner_name: str
    mine: bool
    created_at: datetime


class WantedFilters(Paging):
    """Which saved filters."""

    list: Annotated[str, OneOf(SavedFilter.Place)] | None = None
