"""Long lists by the page: each page begins after a row that the address names, so page 400 costs what page 1 does."""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, QueryDict

from hansa.core.actors import Actor
from hansa.core.compiled import Value, compiled
from hansa.core.database import Query
from hansa.core.models import TenantQuerySet
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
    """Where a page begins, and which way the list goes from there: after an `anchor`'s value and id, else at an end.

    Backwards, the nearest come first.
    """

    model: Any
    asked: QueryDict
    by: str
    size: int
    backwards: bool
    anchor: tuple[Any, Any] | None

    def of(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The page's rows and one more, which tells whether the list goes on; not yet read."""
        field, downwards = self.by.lstrip("-"), self.by.startswith("-")
        if self.anchor:
            rows = rows.filter(_beyond(field, *self.anchor, larger=downwards == self.backwards))
        sign = "-" if downwards != self.backwards else ""
        return rows.order_by(f"{sign}{field}", f"{sign}id")[: self.size + 1]

    def asking(self, actor: Actor, shape: Hashable, rows: Callable[..., QuerySet[Any]], **values: Value) -> Query:
        """The statement of the page of `rows(actor, **values)`, to travel with others: see `compiled`."""
        after, pk = self.anchor or (None, None)

        def build(actor: Actor, *, after: Any, pk: Any, **values: Any) -> QuerySet[Any]:
            return replace(self, anchor=pk and (after, pk)).of(rows(actor, **values))

        return compiled(
            (shape, self.model, self.by, self.size, self.backwards), actor, build, after=after, pk=pk, **values
        )

    def page(self, found: list[Any]) -> Page:
        """The page, from what the rows were found to be."""
        more, found = len(found) > self.size, found[: self.size]
        if self.backwards:
            found.reverse()
        newer = more if self.backwards else self.anchor is not None
        older = self.backwards or more
        return Page(
            found,
            self._address("before", found[:1] if newer else []),
            self._address("after", found[-1:] if older else []),
        )

    def _address(self, side: str, edge: list[Any]) -> str:
        if not edge:
            return ""
        query = self.asked.copy()
        for name in ("after", "before"):
            query.pop(name, None)
        query[side] = public_id(self.model.id_prefix, edge[0].id)
        return "?" + query.urlencode()


def turn(actor: Actor, rows: QuerySet[Any], asked: QueryDict, *, by: str, size: int = SIZE) -> Page:
    """The page that the address asks for, read at once: see `stretch`."""
    wanted = stretch(actor, rows.model, asked, by=by, size=size)
    return wanted.page(list(wanted.of(rows)))


def stretch(
    actor: Actor,
    model: Any,
    asked: QueryDict,
    *,
    by: str,
    size: int = SIZE,
    among: Callable[[Actor], TenantQuerySet] | None = None,
) -> Stretch:
    """The stretch of a list that `?after=` or `?before=` a row's public id asks for, else the first.

    `by` is the field that orders the list, "-" before it for the largest first; the id settles ties. A row that is
    gone, that is not `among` those the actor may see, or that has no such value leads to the first page.
    """
    anchor = None
    if reference := asked.get("before") or asked.get("after"):
        anchor = _anchor(actor, among or model.objects.visible_to, reference, by.lstrip("-"))
    return Stretch(model, asked, by, size, "before" in asked and anchor is not None, anchor)


def _anchor(
    actor: Actor, among: Callable[[Actor], TenantQuerySet], reference: str, field: str
) -> tuple[Any, Any] | None:
    with acting(actor):
        try:
            row = among(actor).named(reference)
        except Http404:
            return None
    value = attrgetter(field.replace("__", "."))(row)
    return None if value is None else (value, row.pk)


def _beyond(field: str, value: Any, pk: Any, *, larger: bool) -> Q:
    sign = "gt" if larger else "lt"
    return Q(**{f"{field}__{sign}e": value}) & (Q(**{f"{field}__{sign}": value}) | Q(**{f"id__{sign}": pk}))
