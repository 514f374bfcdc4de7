"""The lists whose filters can be kept, and their chips."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet

from hansa.core.actors import Actor
from hansa.core.compiled import compiled
from hansa.core.database import Query, Rows, ask_together
from hansa.core.web.chips import Chip
from hansa.filters.models import SavedFilter

NARROWED_BY: Mapping[str, tuple[str, ...]] = {
    SavedFilter.Place.DEALS: ("company", "partner", "q", "show"),
    SavedFilter.Place.QUEUE: ("partner", "show", "sort"),
}
PAGES: Mapping[str, str] = {SavedFilter.Place.DEALS: "deals/", SavedFilter.Place.QUEUE: "registrations/"}
LONGEST = 100


def asked_of(place: str, given: Mapping[str, str]) -> str:
    """The part of an address that narrows this list, always written the same way; empty where it is not narrowed."""
    words = {name: given[name].replace("\0", "")[:LONGEST] for name in NARROWED_BY[place] if given.get(name)}
    return urlencode(words)


def chips(actor: Actor, place: str, given: Mapping[str, str]) -> list[Chip]:
    """The saved filters of a list as chips: the person's own first, then the team's."""
    [rows] = ask_together(chips_query(actor, place))
    return chips_in(rows, actor, place, given)


def chips_query(actor: Actor, place: str) -> Query:
    """The statement that reads the saved filters of a list for a person, to travel with others."""
    return compiled(("chips", place), actor, lambda actor: _kept(actor, place))


def _kept(actor: Actor, place: str) -> QuerySet[Any]:
    return SavedFilter.objects.visible_to(actor).filter(place=place).values_list("owner", "name", "asked")


def chips_in(rows: Rows, actor: Actor, place: str, given: Mapping[str, str]) -> list[Chip]:
    """The chips of what `chips_query` found."""
    shown = asked_of(place, given)
    saved = sorted(rows, key=lambda row: (row[0] != actor.id, row[1].casefold()))
    return [Chip(name, f"?{asked}", asked == shown) for _, name, asked in saved]
