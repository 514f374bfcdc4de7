"""Who decides a registration, over the API."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Query, Schema

from hansa.accounts.person_named import person_named
from hansa.core.actors import Actor
from hansa.core.api.entrance import ApiRequest
from hansa.core.api.fields import Body, reference, strict_reference
from hansa.core.api.paging import Page, Paging, each, page
from hansa.core.api.routes import Routes
from hansa.deals import actions
from hansa.deals.api import DealId
from hansa.deals.models import Assignment, Deal
from hansa.kernel.ids import public_id

routes = Routes("Assignments")
router = routes.router

AssignmentId = Annotated[str, reference("assignment")]
NO_REVIEWER = ("may_not_decide", "{} may not decide registrations here.")


class AssignmentShown(Schema):
    """A registration given to one of your people; it counts until `ended_at`."""

    id: str
    deal: str
    person: str
    given_by: str
    given_at: datetime
    ended_at: datetime | None


class AssignRegistration(Body):
    person: Annotated[str, strict_reference("member")]


@routes.get("/deal-registrations/{deal_id}/assignments", Page[AssignmentShown], side="vendor")
def list_assignments(request: ApiRequest, deal_id: DealId, paging: Query[Paging]) -> dict[str, Any]:
    """Who was or is to decide a registration in place of whoever looks after the partner, newest first."""
    deal = Deal.objects.visible_to(request.actor).named(deal_id)
    rows = Assignment.objects.visible_to(request.actor).filter(deal=deal)
    return page(request, rows, paging, each(show_assignment), by="given_at")


@routes.post("/deal-registrations/{deal_id}/assignments", AssignmentShown, creates=True, side="vendor")
def assign_registration(request: ApiRequest, deal_id: DealId, body: AssignRegistration) -> dict[str, Any]:
    """Give an undecided registration to one of your people; they are told, the partner is not."""
    deal = Deal.objects.visible_to(request.actor).named(deal_id)
    person = reviewer_named(request.actor, body.person)
    return show_assignment(actions.assign_registration(request.actor, deal, to=person.pk))


@routes.post("/assignments/{assignment_id}/withdrawal", AssignmentShown, side="vendor")
def end_assignment(request: ApiRequest, assignment_id: AssignmentId) -> dict[str, Any]:
    """Leave a registration again to whoever looks after the partner."""
    assignment = Assignment.objects.visible_to(request.actor).named(assignment_id)
    return show_assignment(actions.end_assignment(request.actor, assignment))


def reviewer_named(actor: Actor, reference: str) -> Any:
    """The one of the vendor's people to whom registrations are given. Raises Invalid, also for who may not decide."""
    return person_named(actor, actions.reviewers(actor.vendor_id), reference, "person", unfit=NO_REVIEWER)


def show_assignment(assignment: Assignment) -> dict[str, Any]:
    return {
        "id": assignment.public_id,
        "deal": public_id("deal", assignment.deal_id),
        "person": public_id("member", assignment.reviewer_id),
        "given_by": assignment.given_by,
        "given_at": assignment.given_at,
        "ended_at": assignment.ended_at,
    }
