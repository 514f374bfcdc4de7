"""Decisions about many registrations: begun, watched, stopped and gone on with."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import Http404
from ninja import Field, Query, Schema

from hansa.core.api.entrance import ApiRequest
from hansa.core.api.fields import Body, OneOf, reference, strict_reference
from hansa.core.api.paging import Page, Paging, each, page
from hansa.core.api.routes import Routes
from hansa.deals import actions
from hansa.deals.actions.decide_many import MOST
from hansa.deals.assignment_api import reviewer_named
from hansa.deals.bulk import not_decided, progress_of
from hansa.deals.bulk_choice import all_shown, ticked
from hansa.deals.models import BulkDecision, BulkItem, RejectReason
from hansa.deals.schemas import Note
from hansa.kernel.errors import Invalid
from hansa.kernel.ids import public_id

routes = Routes("Bulk decisions")
router = routes.router

BulkId = Annotated[str, reference("bulk")]


class QueueFilter(Body):
    """What the queue is narrowed to, in the words of its page."""

    show: Literal["mine", "all", "overdue", "today", "asked", "alike"] = "all"
    partner: Annotated[str, strict_reference("partner")] | None = None


class DecideMany(Body):
    """Either `registrations`, which are done in this order, or a `filter`: all that the queue shows of it now.

    `mine` are those of the partners that a person manages, so it is empty for a key. `reject` needs a `reason`
    that the program of every one of them offers, `assign` the `person` who is to decide them.
    """

    decision: Annotated[str, OneOf(BulkDecision.Kind)]
    registrations: Annotated[list[Annotated[str, strict_reference("deal")]], Field(max_length=MOST)] = []
    filter: QueueFilter | None = None
    reason: Annotated[str, OneOf(RejectReason)] | None = None
    note: Note = ""
    person: Annotated[str, strict_reference("member")] | None = None


class BulkShown(Schema):
    """A decision about many registrations. `decided` and `refused` of `total` are done with; `problem` says why it
    stopped by itself."""

    id: str
    decision: str
    reason: str
    note: str
    person: str | None
    status: str
    problem: str
    total: int
    started_by: str
    created_at: datetime


class BulkInFull(BulkShown):
    decided: int
    refused: int


class RefusalShown(Schema):
    """A registration that was not decided, and why."""

    registration: str
    code: str
    reason: str


@routes.get("/bulk-decisions", Page[BulkShown], side="vendor", to=actions.decide_in_bulk)
def list_bulk_decisions(request: ApiRequest, paging: Query[Paging]) -> dict[str, Any]:
    """The decisions about many registrations, newest first. For the vendor alone."""
    rows = BulkDecision.objects.visible_to(request.actor)
    return page(request, rows, paging, each(show_bulk), by="created_at")


@routes.post("/bulk-decisions", BulkInFull, creates=True, side="vendor")
def create_bulk_decision(request: ApiRequest, body: DecideMany) -> dict[str, Any]:
    """Approve, reject or assign many registrations in one go, each as if by itself.

    A job does it, in the name of this key; read the progress at the address of what is returned.
    """
    actor = request.actor
    if bool(body.registrations) == (body.filter is not None):
        raise Invalid("nothing_chosen", "Give either registrations or a filter.", "registrations")
    try:
        asked = body.filter.dict(exclude_none=True) if body.filter else {}
        deals = all_shown(actor, asked) if body.filter else ticked(actor, body.registrations)
    except Http404:
        raise Invalid("not_found", "There is no such registration or partner.", "registrations") from None
    person = reviewer_named(actor, body.person).pk if body.person else None
    given = {"kind": body.decision, "deals": deals, "reason": body.reason or "", "note": body.note, "to": person}
    return show_in_full(actions.decide_in_bulk(actor, request.auth.workspace.vendor, **given))


@routes.get("/bulk-decisions/{bulk_id}", BulkInFull, side="vendor", to=actions.decide_in_bulk)
def show_one_bulk_decision(request: ApiRequest, bulk_id: BulkId) -> dict[str, Any]:
    """How far one decision about many registrations is."""
    return show_in_full(_run(request, bulk_id))


@routes.get("/bulk-decisions/{bulk_id}/refusals", Page[RefusalShown], side="vendor", to=actions.decide_in_bulk)
def list_refusals(request: ApiRequest, bulk_id: BulkId, paging: Query[Paging]) -> dict[str, Any]:
    """The registrations that were not decided, each with the reason; they wait as before, or somebody was faster."""
    return page(request, not_decided(request.actor, _run(request, bulk_id)), paging, each(show_refusal), by="done_at")


@routes.post("/bulk-decisions/{bulk_id}/cancellation", BulkInFull, side="vendor")
def stop_bulk_decision(request: ApiRequest, bulk_id: BulkId) -> dict[str, Any]:
    """Stop it midway; what is decided stays so."""
    return show_in_full(actions.stop_bulk(request.actor, _run(request, bulk_id)))


@routes.post("/bulk-decisions/{bulk_id}/continuation", BulkInFull, side="vendor")
def resume_bulk_decision(request: ApiRequest, bulk_id: BulkId) -> dict[str, Any]:
    """Go on with one that was stopped, in the name of this key."""
    return show_in_full(actions.resume_bulk(request.actor, _run(request, bulk_id)))


def show_bulk(run: BulkDecision) -> dict[str, Any]:
    plain = ("reason", "note", "status", "problem", "total", "created_at")
    return {
        "id": run.public_id,
        "decision": run.kind,
        "started_by": run.by_label,
        "person": public_id("member", run.assignee_id) if run.assignee_id else None,
        **{name: getattr(run, name) for name in plain},
    }


def show_in_full(run: BulkDecision) -> dict[str, Any]:
    run.refresh_from_db(fields=["created_at"])
    progress = progress_of(run)
    return {**show_bulk(run), "decided": progress.decided, "refused": progress.refused}


def show_refusal(item: BulkItem) -> dict[str, Any]:
    return {"registration": public_id("deal", item.deal_id), "code": item.code, "reason": item.refusal}


def _run(request: ApiRequest, bulk_id: str) -> BulkDecision:
    return BulkDecision.objects.visible_to(request.actor).named(bulk_id)  # type: ignore[no-any-return]
