"""The vendor's own sales people over the API: credit for a partner's deal, and direct sales on protected customers."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Query, Schema

from hansa.accounts.person_named import person_named
from hansa.core.api.entrance import ApiRequest
from hansa.core.api.fields import Body, OneOf, reference, strict_reference
from hansa.core.api.paging import Page, Paging, each, page
from hansa.core.api.routes import Routes
from hansa.deals import actions
from hansa.deals.api import DealId
from hansa.deals.models import ChannelConflict, Credit, Deal, EndReason
from hansa.deals.schemas import Note
from hansa.kernel.ids import public_id

routes = Routes("Direct sales")
router = routes.router

CreditId = Annotated[str, reference("credit")]
ConflictId = Annotated[str, reference("conflict")]
NO_SELLER = ("no_direct_sales", "{} is not an account executive or sales engineer here.")


class CreditShown(Schema):
    """One of your own sales people, credited for a partner's deal."""

    id: str
    deal: str
    person: str
    why: str
    status: Annotated[str, OneOf(Credit.Status)]
    given_by: str
    given_at: datetime
    taken_back_at: datetime | None


class GiveCredit(Body):
    person: Annotated[str, strict_reference("member")]
    why: Note = ""


class ConflictShown(Schema):
    """A direct sale on a customer that is protected for a partner."""

    id: str
    deal: str
    partner: str
    opportunity: str
    status: Annotated[str, OneOf(ChannelConflict.Status)]
    result: str
    note: str
    flagged_at: datetime
    settled_by: str
    settled_at: datetime | None


class ConflictFilter(Paging):
    status: Annotated[str, OneOf(ChannelConflict.Status)] | None = None


class Settle(Body):
    """`reason` is asked for where the protection ends; the partner then reads it with the note."""

    result: Annotated[str, OneOf(ChannelConflict.Outcome)]
    reason: Annotated[str, OneOf(EndReason)] | None = None
    note: Note = ""


@routes.get("/deal-registrations/{deal_id}/credits", Page[CreditShown], side="vendor")
def list_credits(request: ApiRequest, deal_id: DealId, paging: Query[Paging]) -> dict[str, Any]:
    """Who of your own sales people is or was credited for a deal, newest first."""
    deal = Deal.objects.visible_to(request.actor).named(deal_id)
    rows = Credit.objects.visible_to(request.actor).filter(deal=deal)
    return page(request, rows, paging, each(show_credit), by="given_at")


@routes.post("/deal-registrations/{deal_id}/credits", CreditShown, creates=True, side="vendor")
def give_credit(request: ApiRequest, deal_id: DealId, body: GiveCredit) -> dict[str, Any]:
    """Credit one of your own sales people for a partner's deal; the partner does not read it."""
    deal = Deal.objects.visible_to(request.actor).named(deal_id)
    fit = actions.sellers(request.actor.vendor_id)
    person = person_named(request.actor, fit, body.person, "person", unfit=NO_SELLER)
    return show_credit(actions.give_credit(request.actor, deal, person=person.pk, why=body.why))


@routes.post("/credits/{credit_id}/withdrawal", CreditShown, side="vendor")
def take_credit_back(request: ApiRequest, credit_id: CreditId) -> dict[str, Any]:
    """Say that a sales person is not credited for a deal after all."""
    credit = Credit.objects.visible_to(request.actor).named(credit_id)
    return show_credit(actions.take_credit_back(request.actor, credit))


@routes.get("/channel-conflicts", Page[ConflictShown], side="vendor", to=actions.settle_conflict)
def list_conflicts(request: ApiRequest, wanted: Query[ConflictFilter]) -> dict[str, Any]:
    """Direct sales on customers that are protected for a partner, newest first."""
    rows = ChannelConflict.objects.visible_to(request.actor).select_related("deal")
    if wanted.status:
        rows = rows.filter(status=wanted.status)
    return page(request, rows, wanted, each(show_conflict), by="flagged_at")


@routes.post("/channel-conflicts/{conflict_id}/settlement", ConflictShown, side="vendor")
def settle_conflict(request: ApiRequest, conflict_id: ConflictId, body: Settle) -> dict[str, Any]:
    """Say what becomes of it; the partner is told the outcome and no more."""
    conflict = ChannelConflict.objects.visible_to(request.actor).named(conflict_id)
    given = {"result": body.result, "reason": body.reason or "", "note": body.note}
    return show_conflict(actions.settle_conflict(request.actor, conflict, **given))


def show_credit(credit: Credit) -> dict[str, Any]:
    return {
        "id": credit.public_id,
        "deal": public_id("deal", credit.deal_id),
        "person": public_id("member", credit.person_id),
        "why": credit.why,
        "status": str(credit.status),
        "given_by": credit.given_by,
        "given_at": credit.given_at,
        "taken_back_at": credit.taken_back_at,
    }


def show_conflict(conflict: ChannelConflict) -> dict[str, Any]:
    return {
        "id": conflict.public_id,
        "deal": public_id("deal", conflict.deal_id),
        "partner": public_id("partner", conflict.deal.partnership_id),
        "opportunity": public_id("opp", conflict.opportunity_id),
        "status": str(conflict.status),
        "result": conflict.result,
        "note": conflict.note,
        "flagged_at": conflict.flagged_at,
        "settled_by": conflict.settled_by,
        "settled_at": conflict.settled_at,
    }
