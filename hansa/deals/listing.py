"""A partner's list of deals, and what it can be narrowed to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, Self
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import QueryDict

from hansa.core.actors import Actor
from hansa.core.database import query_of
from hansa.core.fields import HansaNow
from hansa.core.tenancy import read
from hansa.core.web.chips import Chip
from hansa.core.web.paging import Page, stretch
from hansa.deals.models import UNDECIDED, Deal, DuplicateReason, Outcome, Stage, Status
from hansa.deals.shared_deals import any_query

SHOWN = {
    "": ("All", Q()),
    "review": ("Under review", Q(status__in=UNDECIDED)),
    "answer": ("Your answer is needed", Q(status=Status.ACTION_REQUIRED)),
    "protected": ("Protected", Q(status=Status.APPROVED, outcome=Outcome.OPEN)),
    "soon": ("Ends soon", Q(status=Status.APPROVED, outcome=Outcome.OPEN)),
    "won": ("Won", Q(outcome=Outcome.WON)),
    "lost": ("Lost", Q(outcome=Outcome.LOST)),
    "taken": ("Customer taken", Q(status=Status.DUPLICATE) & ~Q(reason=DuplicateReason.OWN_CLAIM)),
    "over": (
        "Ended",
        Q(status__in=[Status.REJECTED, Status.WITHDRAWN, Status.CANCELED, Status.EXPIRED], outcome=Outcome.OPEN)
        | Q(reason=DuplicateReason.OWN_CLAIM),
    ),
}
BESIDE = ("beside", "Of others, with you")
SOON = timedelta(days=14)


class Line(NamedTuple):
    """What a line of a list shows of a deal, named as the ORM names it."""

    id: UUID
    customer_name: str
    lines_text: str
    status: str
    stage: str
    outcome: str
    reason: str
    amount_minor: int
    currency: str
    expected_close: date
    protected_until: datetime | None
    owner__user__name: str | None


BESIDES = (*Line._fields[:-1], "whose")  # where whose deal it is stands in the owner's place


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for. An unknown value asks for nothing."""

    show: str = ""
    stage: str = ""
    mine: bool = False
    text: str = ""

    @classmethod
    def read(cls, asked: QueryDict) -> Self:
        show, stage = asked.get("show", ""), asked.get("stage", "")
        return cls(
            show if show in SHOWN or show == BESIDE[0] else "",
            stage if stage in Stage.values else "",
            asked.get("mine") == "1",
            asked.get("q", "").replace("\0", "").strip()[:100],
        )

    @property
    def anything(self) -> bool:
        """Whether the list is narrowed at all."""
        return bool(self.show or self.stage or self.mine or self.text)

    def rows(self, actor: Actor) -> QuerySet[Deal]:
        """The deals wanted."""
        if self.beside:
            return self._narrowed(actor, Deal.objects.shared_with(actor)).values_list(*BESIDES, named=True)
        return listed(self._narrowed(actor, Deal.objects.visible_to(actor).filter(SHOWN[self.show][1])))

    @property
    def beside(self) -> bool:
        """Whether it is other partners' deals that are asked for, beside which one stands."""
        return self.show == BESIDE[0]

    def _narrowed(self, actor: Actor, rows: QuerySet[Deal]) -> QuerySet[Deal]:
        if self.show == "soon":
            rows = ending_soon(rows, HansaNow())
        if self.stage:
            rows = rows.filter(stage=self.stage)
        if self.mine:
            rows = rows.filter(**{"parties__person" if self.beside else "owner_id": actor.id})
        if self.text:
            rows = rows.filter(customer_name__icontains=self.text)
        return rows

    @property
    def filters(self) -> list[Chip]:
        """The chips above the list, each with its address."""
        return self._chips([(show, label) for show, (label, _) in SHOWN.items()])

    @property
    def filters_beside(self) -> list[Chip]:
        """The same for who stands beside deals of others."""
        return self._chips([*((show, label) for show, (label, _) in SHOWN.items()), BESIDE])

    def _chips(self, shown: Sequence[tuple[str, str]]) -> list[Chip]:
        chips = [Chip(label, replace(self, show=show).address, show == self.show) for show, label in shown]
        mine = Chip("Mine", replace(self, mine=not self.mine).address, self.mine)
        return [*chips[:1], mine, *chips[1:]]

    @property
    def stages(self) -> list[tuple[str, str]]:
        """What there is to choose from."""
        return Stage.choices

    @property
    def address(self) -> str:
        """The address of its first page, relative to the list's."""
        asked = {"show": self.show, "mine": "1" if self.mine else "", "stage": self.stage, "q": self.text}
        return "?" + urlencode({name: value for name, value in asked.items() if value})


def ending_soon(deals: QuerySet[Deal], at: Any) -> QuerySet[Deal]:
    """Those in work whose protection ends within two weeks of a time, or of the database's own."""
    return deals.filter(SHOWN["soon"][1], protected_until__gt=at, protected_until__lte=at + SOON)


def listed(deals: QuerySet[Deal]) -> QuerySet[Any]:
    """No more of each deal than a line of a list needs, by name: making fifty whole rows would cost more."""
    return deals.values_list(*Line._fields, named=True)


def page_of_deals(actor: Actor, wanted: Wanted, asked: QueryDict) -> tuple[Page, bool]:
    """The page of the list that the address asks for, and whether one stands beside any deal, in one round trip."""
    among = Deal.objects.shared_with if wanted.beside else None
    page = stretch(actor, Deal, asked, by="-submitted_at", among=among)
    searched = query_of(page.of(wanted.rows(actor))) if wanted.text else page.asking(actor, wanted, wanted.rows)
    found, [(beside,)] = read(actor, searched, any_query(actor))
    return page.page(read_along(found) if wanted.beside else list(map(Line._make, found))), beside


def read_along(rows: Iterable[Any]) -> list[Line]:
    """The lines of `BESIDES` rows, without reasons: they are between the owner and the vendor."""
    return [Line._make(row)._replace(reason="") for row in rows]


def named_beside(actor: Actor, words: str, *, most: int) -> list[Line]:
    """The latest deals beside which one stands whose customer's name contains the words. Inside `acting`."""
    rows = Deal.objects.shared_with(actor).filter(customer_name__icontains=words).order_by("-submitted_at", "-id")
    return read_along(rows.values_list(*BESIDES)[:most])
