"""Asking for more over the API: the vendor's question, the partner's answer."""

from typing import Any

from hansa.core.api.entrance import ApiRequest
from hansa.core.api.routes import Routes
from hansa.deals import actions
from hansa.deals.api import EVERY_REGISTRATION, DealId
from hansa.deals.models import Deal, Question
from hansa.deals.questions_schemas import Answer, AskForMore, QuestionList
from hansa.deals.representation import show_deal
from hansa.deals.schemas import DealInFull
from hansa.kernel.errors import Invalid

routes = Routes("Deal registrations")
router = routes.router


@routes.get("/deal-registrations/{deal_id}/questions", QuestionList)
def list_questions(request: ApiRequest, deal_id: DealId) -> dict[str, Any]:
    """What the vendor asked about a registration and what was answered, the latest first."""
    deal = Deal.objects.visible_to(request.actor).named(deal_id)
    asked = Question.objects.visible_to(request.actor).filter(deal=deal).order_by("-number")
    return {"data": [_show(one) for one in asked]}


@routes.post("/deal-registrations/{deal_id}/question", DealInFull, side="vendor")
def ask_for_more(request: ApiRequest, deal_id: DealId, body: AskForMore) -> dict[str, Any]:
    """Ask the partner for more and open some fields for it; the clock stands until the answer or its deadline."""
    deal = Deal.objects.visible_to(request.actor).named(deal_id)
    return show_deal(request.actor, actions.ask_for_more(request.actor, deal, **body.dict()))


@routes.post("/deal-registrations/{deal_id}/answer", DealInFull, auth=EVERY_REGISTRATION)
def answer_question(request: ApiRequest, deal_id: DealId, body: Answer) -> dict[str, Any]:
    """Answer what the vendor asked, and change what it opened.

    Where the rules read what changed, they decide anew: `status` says what came of it. Who names another customer than
    before begins a new place with it, so an answer counts like a registration towards the cap of a day.
    """
    deal = Deal.objects.visible_to(request.actor).named(deal_id)
    changes = body.changes.dict(exclude_unset=True, exclude_none=True)
    if body.changes.amount:
        try:
            changes["amount"] = body.changes.amount.money()
        except ValueError as error:
            raise Invalid("amount_unreadable", str(error), "amount") from None
    return show_deal(request.actor, actions.answer_question(request.actor, deal, note=body.note, changes=changes))


def _show(asked: Question) -> dict[str, Any]:
    return {
        "id": asked.public_id,
        "number": asked.number,
        "question": asked.text,
        "fields": asked.fields,
        "asked_at": asked.asked_at,
        "answer_by": asked.answer_by,
        "note": asked.note,
        "answered_at": asked.answered_at,
        "closed_at": asked.closed_at,
    }
