"""The second company on a deal: who it is, and what it reads of the deals beside which it stands."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from typing import Annotated, Any

from ninja import Query, Schema

from hansa.core.actors import Actor
from hansa.core.api.entrance import ApiRequest
from hansa.core.api.fields import Body, MoneyShown, OneOf, money_shown, strict_reference
from hansa.core.api.paging import Page, Paging, page
from hansa.core.api.routes import Routes
from hansa.deals import actions
from hansa.deals.api import EVERY_REGISTRATION, DealId, facts_of, id_of
from hansa.deals.models import Deal, DealLine, DealType, Outcome, Party, Stage, Status
from hansa.deals.representation import show_deal
from hansa.deals.schemas import CustomerShown, DealInFull, RegisteredLine, RegisterInName
from hansa.deals.shared_deals import happened_beside, registered_by
from hansa.kernel.errors import Invalid
from hansa.kernel.ids import parse_public_id, public_id
from hansa.partnerships.models import Partnership

routes = Routes("Shared deals")
router = routes.router


class SharedHappening(Schema):
    """Something that became of the deal."""

    name: str
    at: datetime


class SharedDeal(Schema):
    """A deal of another partner, `owner`, beside which you stand: to be read, not to be worked on.

    `role` is what you are to its owner, and `registered_by_you` says that you registered it in that one's name.
    """

    id: str
    owner: str
    role: Annotated[str, OneOf(Party.Role)]
    since: datetime
    registered_by_you: bool
    customer: CustomerShown
    type: Annotated[str, OneOf(DealType)]
    product_lines: list[RegisteredLine]
    amount: MoneyShown
    expected_close: date
    status: Annotated[str, OneOf(Status)]
    stage: Annotated[str, OneOf(Stage)]
    outcome: Annotated[str, OneOf(Outcome)]
    protected_until: datetime | None
    submitted_at: datetime
    decided_at: datetime | None
    closed_at: datetime | None


class SharedInFull(SharedDeal):
    """A shared deal with what became of it, the latest first."""

    happened: list[SharedHappening]


class BringIn(Body):
    """The distributor or reseller that shall read along."""

    beside: Annotated[str, strict_reference("partner")]


@routes.get("/shared-deals", Page[SharedDeal], side="partner")
def list_shared_deals(request: ApiRequest, paging: Query[Paging]) -> dict[str, Any]:
    """The deals of other partners beside which you stand, newest first."""
    rows = Deal.objects.shared_with(request.actor)
    return page(request, rows, paging, partial(show_shared, request.actor), by="submitted_at")


@routes.get("/shared-deals/{deal_id}", SharedInFull, side="partner")
def show_shared_deal(request: ApiRequest, deal_id: DealId) -> dict[str, Any]:
    """One deal beside which you stand, with what became of it."""
    return _in_full(request.actor, Deal.objects.shared_with(request.actor).named(deal_id))


@routes.post("/shared-deals", SharedInFull, creates=True, side="partner", auth=EVERY_REGISTRATION)
def register_in_name(request: ApiRequest, body: RegisterInName) -> dict[str, Any]:
    """Claim a customer in the name of a partner that buys through you.

    The deal is theirs in everything, and decided as if they had registered it; you read along. It counts as one of your
    registrations of the day.
    """
    reseller = id_of(Partnership, body.reseller, "reseller")
    deal = actions.register_in_name(request.actor, reseller=reseller, **facts_of(body))
    return _in_full(request.actor, Deal.objects.shared_with(request.actor).named(deal.pk))


@routes.post("/deal-registrations/{deal_id}/party", DealInFull)
def add_party(request: ApiRequest, deal_id: DealId, body: BringIn) -> dict[str, Any]:
    """Let a distributor, or a reseller, stand beside a deal: it reads along and changes nothing."""
    deal = Deal.objects.visible_to(request.actor).named(deal_id)
    try:
        beside = parse_public_id("partner", body.beside)
    except ValueError:
        raise Invalid("not_found", "There is no such partner.", "beside") from None
    return show_deal(request.actor, actions.add_party(request.actor, deal, beside=beside))


@routes.post("/deal-registrations/{deal_id}/party-removal", DealInFull)
def remove_party(request: ApiRequest, deal_id: DealId) -> dict[str, Any]:
    """Take the company that stands beside a deal off it: it reads nothing of it from that moment."""
    deal = Deal.objects.visible_to(request.actor).named(deal_id)
    return show_deal(request.actor, actions.remove_party(request.actor, deal))


def _in_full(actor: Actor, deal: Any) -> dict[str, Any]:
    happened = [{"name": event.name, "at": event.at} for event in happened_beside(actor, deal)]
    return {**show_shared(actor, [deal])[0], "happened": happened}


def show_shared(actor: Actor, deals: Sequence[Any]) -> list[dict[str, Any]]:
    """`SharedDeal` of each, from `shared_with` rows."""
    standing = {"vendor_id": actor.vendor_id, "deal__in": [deal.pk for deal in deals]}
    parties = {row.deal_id: row for row in Party.objects.filter(**standing, beside=actor.partnership_id)}
    lines = defaultdict(list)
    for row in DealLine.objects.filter(**standing).select_related("product_line").order_by("product_line__name"):
        lines[row.deal_id].append({"id": public_id("line", row.product_line_id), "name": row.product_line.name})
    return [_show(deal, parties[deal.pk], lines[deal.pk]) for deal in deals]


def _show(deal: Any, party: Party, lines: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "id": deal.public_id,
        "owner": deal.whose,
        "role": str(party.role),
        "since": party.since,
        "registered_by_you": registered_by(deal),
        "customer": {"name": deal.customer_name, "domain": deal.customer_domain, "country": deal.customer_country},
        "type": str(deal.deal_type),
        "product_lines": lines,
        "amount": money_shown(deal.amount),
        "expected_close": deal.expected_close,
        "status": str(deal.status),
        "stage": str(deal.stage),
        "outcome": str(deal.outcome),
        "protected_until": deal.protected_until,
        "submitted_at": deal.submitted_at,
        "decided_at": deal.decided_at,
        "closed_at": deal.closed_at,
    }
