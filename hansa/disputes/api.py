"""Disputes: a partner contests a decision, the vendor hears both sides and decides, who lost appeals once."""

from typing import Annotated, Any

from ninja import Query

from hansa.accounts.bearer import bearer
from hansa.core.actors import Actor
from hansa.core.api.chosen import chosen
from hansa.core.api.entrance import ApiRequest
from hansa.core.api.fields import reference
from hansa.core.api.paging import Page, Paging, each, page
from hansa.core.api.routes import Routes
from hansa.deals.models import Deal
from hansa.disputes import actions
from hansa.disputes.limits import attempt_at
from hansa.disputes.models import Dispute, Entry, Hearing
from hansa.disputes.schemas import (
    AskForEvidence,
    DecideDispute,
    DisputeFilter,
    DisputeInFull,
    DisputeShown,
    HearingInFull,
    HearingList,
    HearingShown,
    OpenDispute,
    State,
)
from hansa.disputes.shown import entries_of
from hansa.disputes.sides import hearings_of
from hansa.kernel.errors import NotPermitted
from hansa.kernel.ids import public_id

routes = Routes("Disputes")
router = routes.router

DisputeId = Annotated[str, reference("dispute")]
HearingId = Annotated[str, reference("hearing")]
EVERY_DISPUTE = bearer(lambda client: attempt_at(client.workspace) if client.workspace.partnership_id else None)
PLAIN = ("contested", "wish", "reason", "note", "opened_at", "answer_by", "decided_by", "decided_at", "appeal_until")
PLAIN_OF_HEARING = ("reason", "note", "opened_at", "answer_by", "decided_at", "appeal_until", "appealed_at")


@routes.get("/disputes", Page[DisputeShown])
def list_disputes(request: ApiRequest, wanted: Query[DisputeFilter]) -> dict[str, Any]:
    """The disputes that you opened, for the vendor all of them, newest first."""
    rows = Dispute.objects.visible_to(request.actor)
    if wanted.status:
        rows = rows.filter(status=wanted.status)
    if wanted.deal:
        rows = rows.filter(deal=chosen(Deal.objects.visible_to(request.actor), wanted.deal, "deal"))
    return page(request, rows, wanted, each(show_dispute), by="opened_at")


@routes.post("/disputes", DisputeInFull, creates=True, auth=EVERY_DISPUTE)
def open_dispute(request: ApiRequest, body: OpenDispute) -> dict[str, Any]:
    """Contest that a registration was turned down or its protection ended. No other partner reads what you write."""
    if request.actor.partnership_id is None:
        raise NotPermitted("not_permitted", "Partners open disputes.")
    deal = chosen(Deal.objects.visible_to(request.actor), body.deal, "deal")
    dispute = actions.open_dispute(request.actor, deal, statement=body.statement, wish=body.wish)
    return _in_full(request.actor, dispute)


@routes.get("/disputes/{dispute_id}", DisputeInFull)
def show_one_dispute(request: ApiRequest, dispute_id: DisputeId) -> dict[str, Any]:
    """One dispute, as who opened it reads it."""
    return _in_full(request.actor, _dispute(request, dispute_id))


@routes.post("/disputes/{dispute_id}/statements", DisputeInFull)
def add_statement(request: ApiRequest, dispute_id: DisputeId, body: State) -> dict[str, Any]:
    """Add to your side while it is looked at; it answers what was asked."""
    dispute = actions.add_statement(request.actor, _dispute(request, dispute_id), statement=body.statement)
    return _in_full(request.actor, dispute)


@routes.post("/disputes/{dispute_id}/withdrawal", DisputeInFull)
def withdraw_dispute(request: ApiRequest, dispute_id: DisputeId) -> dict[str, Any]:
    """Take a dispute back, or your appeal; what was decided stands."""
    return _in_full(request.actor, actions.withdraw_dispute(request.actor, _dispute(request, dispute_id)))


@routes.post("/disputes/{dispute_id}/appeal", DisputeInFull)
def appeal_dispute(request: ApiRequest, dispute_id: DisputeId, body: State) -> dict[str, Any]:
    """Ask somebody else to decide what was not granted; once."""
    dispute = actions.appeal_dispute(request.actor, _dispute(request, dispute_id), statement=body.statement)
    return _in_full(request.actor, dispute)


@routes.get("/disputes/{dispute_id}/hearings", HearingList, side="vendor")
def list_other_sides(request: ApiRequest, dispute_id: DisputeId) -> dict[str, Any]:
    """The other sides that were asked, with what they said. For the vendor alone."""
    return {"data": [_heard(request.actor, one) for one in hearings_of(_dispute(request, dispute_id))]}


@routes.post("/disputes/{dispute_id}/question", DisputeInFull, side="vendor")
def ask_for_evidence(request: ApiRequest, dispute_id: DisputeId, body: AskForEvidence) -> dict[str, Any]:
    """Ask one side for evidence; the clock stands until the answer or its deadline."""
    dispute = _dispute(request, dispute_id)
    act = actions.ask_opener if body.of == "opener" else actions.ask_other_side
    act(request.actor, dispute, question=body.question, answer_by=body.answer_by)
    return _in_full(request.actor, _dispute(request, dispute_id))


@routes.post("/disputes/{dispute_id}/decision", DisputeInFull, side="vendor")
def decide_dispute(request: ApiRequest, dispute_id: DisputeId, body: DecideDispute) -> dict[str, Any]:
    """Uphold what was decided, or move the protection to who disputes it.

    Refused as decided_before for who decided it already, as not_heard before a protection moves from a side that
    nobody asked, and as already_protected where another protection stands in the way.
    """
    return _in_full(request.actor, actions.decide_dispute(request.actor, _dispute(request, dispute_id), **body.dict()))


@routes.get("/hearings", Page[HearingShown])
def list_hearings(request: ApiRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Where the protection of your deals is disputed, newest first."""
    return page(request, Hearing.objects.visible_to(request.actor), paging, each(show_hearing), by="opened_at")


@routes.get("/hearings/{hearing_id}", HearingInFull)
def show_one_hearing(request: ApiRequest, hearing_id: HearingId) -> dict[str, Any]:
    """One hearing."""
    return _heard(request.actor, _hearing(request, hearing_id))


@routes.post("/hearings/{hearing_id}/statements", HearingInFull)
def answer_hearing(request: ApiRequest, hearing_id: HearingId, body: State) -> dict[str, Any]:
    """Say what your side knows; it answers what was asked."""
    hearing = actions.answer_hearing(request.actor, _hearing(request, hearing_id), statement=body.statement)
    return _heard(request.actor, hearing)


@routes.post("/hearings/{hearing_id}/appeal", HearingInFull)
def appeal_hearing(request: ApiRequest, hearing_id: HearingId, body: State) -> dict[str, Any]:
    """Ask somebody else to decide about a protection of yours that was ended; once."""
    hearing = actions.appeal_hearing(request.actor, _hearing(request, hearing_id), statement=body.statement)
    return _heard(request.actor, hearing)


def show_dispute(dispute: Dispute) -> dict[str, Any]:
    return {
        "id": dispute.public_id,
        "deal": public_id("deal", dispute.deal_id),
        "partner": public_id("partner", dispute.partnership_id),
        "status": str(dispute.status),
        "result": str(dispute.result),
        "due_at": dispute.due_at if dispute.status != Dispute.Status.EVIDENCE else None,
        "appealed_at": dispute.appealed_at,
        "closed_at": dispute.closed_at,
        **{name: getattr(dispute, name) for name in PLAIN},
    }


def show_hearing(hearing: Hearing) -> dict[str, Any]:
    return {
        "id": hearing.public_id,
        "deal": public_id("deal", hearing.deal_id) if hearing.deal_id else None,
        "partner": public_id("partner", hearing.partnership_id) if hearing.partnership_id else None,
        "status": str(hearing.status),
        "result": str(hearing.result),
        **{name: getattr(hearing, name) for name in PLAIN_OF_HEARING},
    }


def _in_full(actor: Actor, dispute: Dispute) -> dict[str, Any]:
    return {**show_dispute(dispute), "entries": [_entry(one) for one in entries_of(actor, dispute)]}


def _heard(actor: Actor, hearing: Hearing) -> dict[str, Any]:
    return {**show_hearing(hearing), "entries": [_entry(one) for one in entries_of(actor, hearing)]}


def _entry(entry: Entry) -> dict[str, Any]:
    facts = {"kind": str(entry.kind), "text": entry.text, "by": entry.author_name, "at": entry.at}
    return {"id": entry.public_id, **facts}


def _dispute(request: ApiRequest, dispute_id: str) -> Dispute:
    return Dispute.objects.visible_to(request.actor).select_related("deal").named(dispute_id)  # type: ignore[no-any-return]


def _hearing(request: ApiRequest, hearing_id: str) -> Hearing:
    return Hearing.objects.visible_to(request.actor).named(hearing_id)  # type: ignore[no-any-return]
