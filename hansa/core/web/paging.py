"""Long lists by the page: each page begins after a row that the address names, so page 400 costs what page 1 does."""

from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, QueryDict

from hansa.core.actors import Actor
from hansa.core.tenancy import acting
from hansa.kernel.ids import public_id

SIZE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """The rows shown; `newer` and `older` are the addresses of the pages before and after, empty at the ends."""

    rows: list[Any]
    newer: str
    older: str
    said: str = ""

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The rows of one page and one more, which tells whether the list goes on; backwards, the nearest come first."""

    rows: QuerySet[Any]
    asked: QueryDict
    size: int
    backwards: bool
    begins: bool

    def page(self, found: list[Any]) -> Page:
        """The page, from what the rows were found to be."""
        more, found = len(found) > self.size, found[: self.size]
        if self.backwards:
            found.reverse()
        newer = more if self.backwards else not self.begins
        older = self.backwards or more
        return Page(
            found,
            _address(self.asked, "before", self.rows, found[:1] if newer else []),
            _address(self.asked, "after", self.rows, found[-1:] if older else []),
        )


def turn(actor: Actor, rows: QuerySet[Any], asked: QueryDict, *, by: str, size: int = SIZE) -> Page:
    """The page that the address asks for, read at once: see `stretch`."""
    wanted = stretch(actor, rows, asked, by=by, size=size)
    return wanted.page(list(wanted.rows))


def stretch(
    actor: Actor,
    rows: QuerySet[Any],
    asked: QueryDict,
    *,
    by: str,
    size: int = SIZE,
    among: QuerySet[Any] | None = None,
) -> Stretch:
    """The rows that `?after=` or `?before=` a row's public id asks for, else the first; not yet read.

    `by` is the field that orders the list, "-" before it for the largest first; the id settles ties. A row that is
    gone, that is not `among` those the actor may see, or that has no such value leads to the first page.
    """
    field, downwards = by.lstrip("-"), by.startswith("-")
    backwards = "before" in asked
    seen = rows.model.objects.visible_to(actor) if among is None else among
    anchor = _anchor(actor, seen, asked.get("before") or asked.get("after") or "", field)
    if anchor:
        rows = rows.filter(_beyond(field, *anchor, larger=downwards == backwards))
    backwards = backwards and anchor is not None
    sign = "-" if downwards != backwards else ""
    return Stretch(rows.order_by(f"{sign}{field}", f"{sign}id")[: size + 1], asked, size, backwards, anchor is None)


def _anchor(actor: Actor, seen: Any, reference: str, field: str) -> tuple[Any, Any] | None:
    if not reference:
        return None
    try:
        with acting(actor):
            row = seen.named(reference)
    except Http404:
        return None
    value = attrgetter(field.replace("__", "."))(row)
    return None if value is None else (value, row.pk)


def _beyond(field: str, value: Any, pk: Any, *, larger: bool) -> Q:
    sign = "gt" if larger else "lt"
    return Q(**{f"{field}__{sign}e": value}) & (Q(**{f"{field}__{sign}": value}) | Q(**{f"id__{sign}": pk}))


def _address(asked: QueryDict, side: str, rows: QuerySet[Any], edge: list[Any]) -> str:
    if not edge:
        return ""
    query = asked.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    query[side] = public_id(rows.model.id_prefix, edge[0].id)
    return "?" + query.urlencode()
