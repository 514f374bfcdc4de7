"""Changes of an approved deal: the partner changes facts and asks for product lines, the vendor answers."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Field, Query, Schema

from hansa.core.actions import lock
from hansa.core.api.answers import expect
from hansa.core.api.chosen import all_chosen, chosen
from hansa.core.api.entrance import ApiRequest
from hansa.core.api.fields import Amount, Body, Day, OneOf, reference, strict_reference, text
from hansa.core.api.paging import Page, Paging, each, page
from hansa.core.api.routes import Routes
from hansa.deals import actions
from hansa.deals.api import DealId
from hansa.deals.extension_api import Said
from hansa.deals.models import Amendment, Deal
from hansa.deals.representation import show_deal
from hansa.deals.schemas import LINES_AT_MOST, Contact, DealInFull, LineId, Noted
from hansa.kernel.errors import Invalid
from hansa.kernel.ids import public_id
from hansa.programs.models import ProductLine

routes = Routes("Amendments")
router = routes.router

AmendmentId = Annotated[str, reference("amendment")]


class AmendmentShown(Schema):
    """A change that the partner made or asks for; `changes` is {fact: [before, after]}."""

    id: str
    deal: str
    partner: str
    changes: dict[str, list[str]]
    reason: str
    status: Annotated[str, OneOf(Amendment.Status)]
    asked_by: str
    asked_at: datetime
    note: str
    decided_by: str
    decided_at: datetime | None


class AmendmentFilter(Paging):
    """Which changes: each filter that is given narrows the list."""

    status: Annotated[str, OneOf(Amendment.Status)] | None = None
    deal: Annotated[str, Field(max_length=60, description="A deal's id")] = ""


class AmendDeal(Body):
    """What is left out stays as it is."""

    amount: Amount | None = None
    expected_close: Day | None = None
    contact: Contact | None = None
    need: Annotated[str, text(4000, lines=True)] | None = None


class AskForLines(Body):
    deal: Annotated[str, strict_reference("deal")]
    product_lines: Annotated[list[LineId], Field(min_length=1, max_length=LINES_AT_MOST)]
    reason: Said


class DeclineChange(Body):
    note: Said


@routes.patch("/deal-registrations/{deal_id}/facts", DealInFull)
def amend_deal(request: ApiRequest, deal_id: DealId, body: AmendDeal) -> dict[str, Any]:
    """Say what has changed in an approved deal; its protection stays as it is."""
    deal = lock(request.actor, Deal.objects.visible_to(request.actor).named(deal_id))
    expect(request, show_deal(request.actor, deal))
    return show_deal(request.actor, actions.amend_deal(request.actor, deal, **_facts(deal, body)))


@routes.get("/amendments", Page[AmendmentShown])
def list_amendments(request: ApiRequest, wanted: Query[AmendmentFilter]) -> dict[str, Any]:
    """The changes of approved deals that were made or asked for, newest first."""
    rows = Amendment.objects.visible_to(request.actor)
    if wanted.status:
        rows = rows.filter(status=wanted.status)
    if wanted.deal:
        rows = rows.filter(deal=chosen(Deal.objects.visible_to(request.actor), wanted.deal, "deal"))
    return page(request, rows, wanted, each(show_amendment), by="asked_at")


@routes.post("/amendments", AmendmentShown, creates=True)
def request_lines(request: ApiRequest, body: AskForLines) -> dict[str, Any]:
    """Ask for other product lines in an approved deal; those left out are given up."""
    deal = chosen(Deal.objects.visible_to(request.actor), body.deal, "deal")
    lines = all_chosen(ProductLine.objects.visible_to(request.actor), body.product_lines, "product_lines")
    wanted = [line.pk for line in lines]
    return show_amendment(actions.request_lines(request.actor, deal, product_lines=wanted, reason=body.reason))


@routes.get("/amendments/{amendment_id}", AmendmentShown)
def show_one_amendment(request: ApiRequest, amendment_id: AmendmentId) -> dict[str, Any]:
    """One change."""
    return show_amendment(_amendment(request, amendment_id))


@routes.post("/amendments/{amendment_id}/approval", AmendmentShown)
def approve_amendment(request: ApiRequest, amendment_id: AmendmentId, body: Noted) -> dict[str, Any]:
    """Give the deal these product lines. Refused as already_protected when one that is added is held."""
    amendment = _amendment(request, amendment_id)
    return show_amendment(actions.approve_amendment(request.actor, amendment, note=body.note))


@routes.post("/amendments/{amendment_id}/rejection", AmendmentShown)
def decline_amendment(request: ApiRequest, amendment_id: AmendmentId, body: DeclineChange) -> dict[str, Any]:
    """Leave the product lines as they are, for a reason that the partner reads."""
    amendment = _amendment(request, amendment_id)
    return show_amendment(actions.decline_amendment(request.actor, amendment, note=body.note))


@routes.post("/amendments/{amendment_id}/withdrawal", AmendmentShown, side="partner")
def withdraw_amendment(request: ApiRequest, amendment_id: AmendmentId) -> dict[str, Any]:
    """Take back a request that nobody has answered."""
    return show_amendment(actions.withdraw_amendment(request.actor, _amendment(request, amendment_id)))


def show_amendment(amendment: Amendment) -> dict[str, Any]:
    return {
        "id": amendment.public_id,
        "deal": public_id("deal", amendment.deal_id),
        "partner": public_id("partner", amendment.partnership_id),
        "changes": amendment.changes,
        "reason": amendment.reason,
        "status": str(amendment.status),
        "asked_by": amendment.asked_by,
        "asked_at": amendment.asked_at,
        "note": amendment.note,
        "decided_by": amendment.decided_by,
        "decided_at": amendment.decided_at,
    }


def _facts(deal: Deal, body: AmendDeal) -> dict[str, Any]:
    try:
        amount = body.amount.money() if body.amount else deal.amount
    except ValueError as error:
        raise Invalid("amount_unreadable", str(error), "amount") from None
    contact = body.contact or Contact(name=deal.contact_name, email=deal.contact_email)
    return {
        "amount": amount,
        "expected_close": body.expected_close or deal.expected_close,
        "contact_name": contact.name,
        "contact_email": contact.email,
        "need": deal.need if body.need is None else body.need,
    }


def _amendment(request: ApiRequest, amendment_id: str) -> Amendment:
    rows = Amendment.objects.visible_to(request.actor)
    return rows.named(amendment_id)  # type: ignore[no-any-return]
