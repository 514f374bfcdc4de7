"""Decisions that are told with all others, over the API: what they are, and telling them before the set time."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Schema

from hansa.core.api.entrance import ApiRequest
from hansa.core.api.fields import OneOf
from hansa.core.api.routes import Routes
from hansa.deals import actions
from hansa.deals.actions.conclude import verdict_of
from hansa.deals.api import DealId
from hansa.deals.models import Deal, Status, Verdict
from hansa.deals.representation import show_deal
from hansa.deals.schemas import DealInFull
from hansa.programs.api import ProgramId
from hansa.programs.models import Program
from hansa.programs.review_said import show_answers
from hansa.programs.review_terms import calendar_of
from hansa.programs.schemas_review import AnswersShown

routes = Routes("Deal registrations")
router = routes.router


class VerdictShown(Schema):
    """What a registration becomes once its partner is told; `becomes` is null while a person has to decide.

    `told_at` is when the partner was told, `tells_at` when it will be at the latest.
    """

    deal: str
    becomes: Annotated[str, OneOf(Status)] | None
    reason: str
    note: str
    made_by: str
    decided_at: datetime | None
    protected_until: datetime | None
    tells_at: datetime | None
    told_at: datetime | None


@routes.get("/deal-registrations/{deal_id}/verdict", VerdictShown, side="vendor", to=actions.DECISIONS)
def show_verdict(request: ApiRequest, deal_id: DealId) -> dict[str, Any]:
    """What is decided about a registration that is answered with all others. For the vendor alone."""
    return _show(_deal(request, deal_id))


@routes.post("/deal-registrations/{deal_id}/release", DealInFull, side="vendor")
def release_decision(request: ApiRequest, deal_id: DealId) -> dict[str, Any]:
    """Tell the partner now what was decided, without waiting for the time at which all are told."""
    return show_deal(request.actor, actions.release_decision(request.actor, _deal(request, deal_id)))


@routes.post("/programs/{program_id}/release", AnswersShown, side="vendor")
def release_answers(request: ApiRequest, program_id: ProgramId) -> dict[str, Any]:
    """Tell all partners of a program now what was decided."""
    program = Program.objects.visible_to(request.actor).named(program_id)
    return show_answers(actions.release_answers(request.actor, program))


def _show(deal: Deal) -> dict[str, Any]:
    verdict = verdict_of(deal) or Verdict(vendor_id=deal.vendor_id, deal=deal)
    at = verdict.decided_at if verdict.held else None
    return {
        "deal": deal.public_id,
        "becomes": verdict.becomes or None,
        "reason": verdict.reason,
        "note": verdict.note,
        "made_by": verdict.decision.get("made_by", ""),
        "decided_at": verdict.decided_at,
        "protected_until": verdict.protected_until,
        "tells_at": calendar_of(deal.vendor_id).next_of(deal.program.answer_times, at) if at else None,
        "told_at": verdict.told_at,
    }


def _deal(request: ApiRequest, deal_id: str) -> Deal:
    return Deal.objects.visible_to(request.actor).named(deal_id)  # type: ignore[no-any-return]
