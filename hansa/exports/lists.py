"""The lists that can be taken out, for each side: by what they can be narrowed, and what stands in their columns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict

from hansa.core.actors import Actor, Side
from hansa.core.tenancy import moment
from hansa.deals import listing as partners
from hansa.deals import queue, vendors_list
from hansa.deals.models import Deal, DealType, Outcome, Stage, Status
from hansa.deals.said import reason_in_words
from hansa.kernel.errors import Invalid
from hansa.kernel.ids import public_id
from hansa.kernel.money import Money
from hansa.partnerships.models import Partnership
from hansa.programs.review_terms import calendar_of

Asked = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, the facts of a deal that it needs, named as the ORM names them, and how they are written."""

    heading: str
    facts: tuple[str, ...]
    write: Callable[..., object] = str


@dataclass(frozen=True, slots=True)
class List:
    """A list: `rows` are its deals in order, for an actor and a filter; `shows` are the values of its filter `show`.

    Its deals are `among` those; `others` is the list of what one only reads along, which has columns of its own.
    """

    address: str
    by: tuple[str, ...]
    shows: frozenset[str]
    columns: tuple[Column, ...]
    rows: Callable[[Actor, Asked], QuerySet[Any]]
    among: Callable[[Actor], QuerySet[Any]] = Deal.objects.visible_to
    others: Self | None = None

    def narrowed(self, asked: Asked) -> Self:
        """The list that this filter leads to: of others' deals where it asks for those."""
        return self.others if self.others and asked.get("show") == partners.BESIDE[0] else self

    def check(self, asked: Asked) -> None:
        """Raises Invalid for what the list cannot be narrowed by."""
        for name in asked:
            if name not in self.by:
                raise Invalid("unknown_filter", f"This list cannot be narrowed by {name}.", name)
        if (show := asked.get("show", "")) and show not in self.shows:
            raise Invalid("unknown_filter", f"Choose among {', '.join(sorted(filter(None, self.shows)))}.", "show")

    def read(self, asked: QueryDict) -> dict[str, str]:
        """The part of an address that narrows the list."""
        return {name: str(asked[name]) for name in self.by if asked.get(name)}

    @property
    def headings(self) -> list[str]:
        return [column.heading for column in self.columns]

    def lines(self, actor: Actor, ids: Sequence[UUID]) -> list[list[object]]:
        """The lines of these deals in their order, without those that are gone."""
        facts = ("id", *dict.fromkeys(fact for column in self.columns for fact in column.facts))
        found = {row["id"]: row for row in self.among(actor).filter(pk__in=ids).values(*facts)}
        return [self._line(found[id]) for id in ids if id in found]

    def _line(self, row: Mapping[str, Any]) -> list[object]:
        return [column.write(*(row[fact] for fact in column.facts)) for column in self.columns]


def list_of(side: Side, name: str) -> List:
    """The list of this name. Raises Invalid where this side has none."""
    try:
        return LISTS[side][name]
    except KeyError:
        raise Invalid("unknown_list", f"Choose among {', '.join(LISTS[side])}.", "list") from None


def address_of(side: Side, name: str, asked: Asked) -> str:
    """Where the list stands within a workspace, narrowed like this."""
    return LISTS[side][name].address + (f"?{urlencode(asked)}" if asked else "")


def _partners_deals(actor: Actor, asked: Asked) -> QuerySet[Any]:
    address = QueryDict(mutable=True)
    address.update(dict(asked))
    return partners.Wanted.read(address).rows(actor).order_by("-submitted_at", "-id")


def _vendors_deals(actor: Actor, asked: Asked) -> QuerySet[Any]:
    return vendors_list.listed(actor, asked, vendors_list.about(actor, asked)).order_by("-submitted_at", "-id")


def _queue(actor: Actor, asked: Asked) -> QuerySet[Any]:
    order = queue.ORDERS.get(asked.get("sort", ""), queue.ORDERS[""])[1]
    partner = asked.get("partner")
    sender = Partnership.objects.visible_to(actor).named(partner).pk if partner else None
    rows = queue.narrowed(actor, asked.get("show", "all"), sender, queue.Day.of(calendar_of(actor.vendor_id), moment()))
    return rows.filter(**{f"{order}__isnull": False}).order_by(order, "id")


def _labels(choices: Any) -> Callable[[str], str]:
    labels: dict[str, str] = dict(choices.choices)
    return lambda value: str(labels[value])


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""


def _text(value: object) -> object:
    return "" if value is None else value


CUSTOMER = (
    Column("Registration", ("id",), lambda id: public_id(Deal.id_prefix, id)),
    Column("Customer", ("customer_name",)),
    Column("Web address", ("customer_domain",)),
    Column("Country", ("customer_country",)),
)
WORK = (
    Column("Product lines", ("lines_text",)),
    Column("Type", ("deal_type",), _labels(DealType)),
    Column("Status", ("status",), _labels(Status)),
    Column("Stage", ("stage",), _labels(Stage)),
    Column("Outcome", ("outcome",), _labels(Outcome)),
    Column("Amount", ("amount_minor", "currency"), lambda minor, currency: Money(minor, currency).amount),
    Column("Currency", ("currency",)),
    Column("Expected close", ("expected_close",)),
    Column("Registered", ("submitted_at",), _moment),
    Column("Protected until", ("protected_until",), _moment),
    Column("Owner", ("owner__user__name",), _text),
)
OURS = (
    Column("Partner", ("partnership__organization__name",)),
    Column("Company", ("company__name",)),
)
DECISION = (
    Column("Decided", ("decided_at",), _moment),
    Column("Reason", ("reason", "reason_text"), reason_in_words),
)

BESIDE = List(
    "deals/",
    ("show", "stage", "mine", "q"),
    frozenset((partners.BESIDE[0],)),
    (*CUSTOMER, *(column for column in WORK if column.heading != "Owner"), Column("Read along, a deal of", ("whose",))),
    _partners_deals,
    Deal.objects.shared_with,
)

LISTS: dict[Side, dict[str, List]] = {
    "partner": {
        "deals": List(
            "deals/",
            ("show", "stage", "mine", "q"),
            frozenset(partners.SHOWN) | BESIDE.shows,
            CUSTOMER + WORK,
            _partners_deals,
            others=BESIDE,
        )
    },
    "vendor": {
        "deals": List(
            "deals/",
            ("show", "partner", "company", "q"),
            frozenset(vendors_list.LISTED),
            CUSTOMER + OURS + WORK + DECISION,
            _vendors_deals,
        ),
        "queue": List(
            "registrations/",
            ("show", "partner", "sort"),
            frozenset(("mine", "all", "alike", "held", *queue.BY_TIME)),
            CUSTOMER + OURS + WORK + (Column("To be decided by", ("due_at",), _moment),),
            _queue,
        ),
    },
}
