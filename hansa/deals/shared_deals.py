"""What a partner reads of a deal beside which it stands: what is sold, to whom, and what becomes of it.

Not the customer's people, nor what the owner and the vendor write, ask, note and decide on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone

from hansa.core.actors import Actor
from hansa.core.database import Query
from hansa.core.models import Event
from hansa.core.web.countries import country_name
from hansa.core.web.said import date_in_words, money_in_words
from hansa.deals.models import Deal, Party, Stage, Status
from hansa.deals.said import EVENTS, Happened
from hansa.kernel.ids import public_id

TOLD = frozenset(
    (
        "deal.registered",
        "deal.sent_to_review",
        "deal.approved",
        "deal.rejected",
        "deal.marked_duplicate",
        "deal.stage_moved",
        "deal.lines_changed",
        "deal.extended",
        "deal.end_announced",
        "deal.won",
        "deal.lost",
        "deal.withdrawn",
        "deal.canceled",
        "deal.expired",
        "deal.party_added",
    )
)
ANY_SQL = "SELECT EXISTS (SELECT FROM deals_party WHERE vendor_id = %s AND beside_id = %s)"


@dataclass(frozen=True, slots=True)
class Beside:
    """A deal beside which one stands, whose it is, what one is to its owner, and whether one registered it for them."""

    deal: Deal
    owner: str
    role: str
    registered: bool


def any_query(actor: Actor) -> Query:
    """Whether this partner stands beside any deal, to travel with other statements."""
    return ANY_SQL, (actor.vendor_id, actor.partnership_id)


def beside(actor: Actor, reference: str) -> Beside:
    """The deal of this public id beside which the actor's partner stands. Raises Http404 for any other."""
    deal = Deal.objects.shared_with(actor).named(reference)
    party = Party.objects.get(vendor_id=actor.vendor_id, deal=deal, beside=actor.partnership_id)
    return Beside(as_read_along(deal), deal.whose, str(party), registered_by(deal))


def as_read_along(deal: Deal) -> Deal:
    """The same without the reasons of its decision: why it is a duplicate would say what else its owner holds."""
    if deal.status == Status.DUPLICATE:
        deal.reason = deal.reason_text = ""
    return deal


def registered_by(deal: Deal) -> bool:
    """Whether the company that stands beside the deal has registered it in its owner's name."""
    return bool(deal.registrant) and deal.registrant == deal.beside_name


def happened_beside(actor: Actor, deal: Deal) -> list[Event]:
    """What became of a deal got by `shared_with`, the latest first; not what was asked, answered and noted."""
    rows = Event.objects.filter(vendor_id=actor.vendor_id, subject_id=deal.pk, name__in=TOLD)
    return list(rows.order_by("-at", "-id"))


def told(event: Event) -> Happened:
    """A line of the history as who stands beside reads it: neither by whom nor for which reason."""
    text = EVENTS[event.name]
    if event.name == "deal.registered" and event.on_behalf_of:
        text = f"Registered by you, on behalf of {event.on_behalf_of}"
    elif event.name == "deal.stage_moved":
        text = f"Stage moved to {Stage(event.data['stage']).label}"
    elif event.name == "deal.party_added":
        text = "You read along" if event.on_behalf_of else "You were brought in"
    return Happened(event.at, text, "")


def facts(deal: Deal) -> list[dict[str, str]]:
    """What was registered, for the facts component."""
    today = timezone.localdate()
    said = {
        "Amount": money_in_words(deal.amount_minor, deal.currency),
        "Expected close": date_in_words(deal.expected_close, today),
        "Kind of deal": str(deal.get_deal_type_display()),
        "Product lines": deal.lines_text,
        "Web address": deal.customer_domain,
        "Country": country_name(deal.customer_country),
    }
    return [{"label": label, "value": value} for label, value in said.items() if value]


def parties_of(actor: Actor, deals: Iterable[Deal]) -> dict[UUID, dict[str, Any]]:
    """Who stands beside each of these deals of one's own, as the API says it; asks only if somebody does."""
    named = {deal.pk: deal.beside_name for deal in deals if deal.beside_name}
    rows = Party.objects.visible_to(actor).filter(deal__in=named) if named else ()
    return {
        row.deal_id: {"id": public_id("partner", row.beside_id), "company": named[row.deal_id], "role": str(row.role)}
        for row in rows
    }
