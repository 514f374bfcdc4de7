"""Give an undecided registration to a colleague, who decides it instead of whoever looks after the partner."""

from uuid import UUID

from hansa.accounts.people import people_who_may
from hansa.accounts.roles import DEAL_DESK
from hansa.core.actions import action, also
from hansa.core.actors import Actor
from hansa.core.models import RecordQuerySet
from hansa.core.tenancy import moment
from hansa.deals.actions.decide_deal import approve_deal
from hansa.deals.models import UNDECIDED, Assignment, Deal
from hansa.kernel.errors import DomainError, Invalid

NOT_THEIRS = "Choose one of your people who may decide registrations."


@action("registration.assign", emits="registration.assigned", by=DEAL_DESK)
def assign_registration(actor: Actor, deal: Deal, *, to: UUID) -> Assignment:
    """Let this colleague decide a registration; who had it before is relieved of it.

    Raises `already_decided`, `not_found`, `nothing_changed`.
    """
    if deal.status not in UNDECIDED:
        raise DomainError("already_decided", "This registration is decided; there is nothing left to assign.")
    reviewer = reviewers(actor.vendor_id).filter(pk=to).first()
    if reviewer is None:
        raise Invalid("not_found", NOT_THEIRS, "person")
    if standing := assignment_of(actor, deal):
        if standing.reviewer_id == to:
            raise Invalid("nothing_changed", f"{reviewer.user.name} decides it already.", "person")
        _end(standing)
        also("registration.unassigned", actor, standing)
    assignment: Assignment = Assignment.objects.create(
        vendor_id=actor.vendor_id, deal=deal, reviewer=reviewer, given_by=actor.label, given_at=moment()
    )
    return assignment


@action("registration.unassign", emits="registration.unassigned", by=DEAL_DESK)
def end_assignment(actor: Actor, assignment: Assignment) -> None:
    """Leave a registration again to whoever looks after the partner.

    Raises `already_ended`.
    """
    if assignment.ended_at:
        raise DomainError("already_ended", "It is assigned to nobody, or to somebody else, meanwhile.")
    _end(assignment)


def assignment_of(actor: Actor, deal: Deal) -> Assignment | None:
    """To whom a registration is given now. Inside `acting`."""
    rows = Assignment.objects.visible_to(actor).filter(deal=deal, ended_at=None)
    found: Assignment | None = rows.select_related("reviewer__user").first()
    return found


def reviewers(vendor_id: UUID) -> RecordQuerySet:
    """The vendor's people who may decide registrations, by name."""
    people: RecordQuerySet = people_who_may(vendor_id, approve_deal).select_related("user").order_by("user__name", "id")
    return people


def _end(assignment: Assignment) -> None:
    assignment.ended_at = moment()
    assignment.save(update_fields=["ended_at"])
