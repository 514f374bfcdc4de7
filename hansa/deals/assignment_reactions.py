"""What follows when registrations are given to a colleague: who is told, and what becomes of it when they leave."""

from hansa.accounts.models import Membership
from hansa.core.actors import System
from hansa.core.events import on
from hansa.core.models import Event
from hansa.deals.actions import end_assignment
from hansa.deals.models import Assignment, BulkDecision
from hansa.notices.notify import notify

LEFT = "the reviewer has left"
IN_BULK = ("bulk.started", "bulk.resumed")


@on("registration.assigned")
def tell_the_reviewer(event: Event) -> None:
    """Say to a colleague that a registration is theirs to decide; of many given in one go they are told once."""
    assignment = Assignment.objects.select_related("deal__partnership__organization", "reviewer").get(
        vendor_id=event.vendor_id, pk=event.subject_id
    )
    if assignment.ended_at or _in_bulk(event):
        return
    notify(
        event,
        [assignment.reviewer],
        title=f"{assignment.deal.customer_name} is yours to decide",
        text=f"{assignment.given_by} gave it to you. Registered by {assignment.deal.partnership.organization.name}.",
        path=f"registrations/{assignment.deal.public_id}/",
    )


@on("bulk.finished")
def tell_the_reviewer_of_many(event: Event) -> None:
    """Say once to a colleague that many registrations are theirs to decide."""
    run = BulkDecision.objects.select_related("assignee").get(vendor_id=event.vendor_id, pk=event.subject_id)
    if run.assignee is None or not run.decided:
        return
    many = f"{run.decided:,} registration{'' if run.decided == 1 else 's'}"
    notify(
        event,
        [run.assignee],
        title=f"{many} {'is' if run.decided == 1 else 'are'} yours to decide",
        text=f"{run.by_label} gave them to you.",
        path="registrations/?show=mine",
    )


@on("member.offboarded")
def free_what_the_reviewer_had(event: Event) -> None:
    """Leave what somebody was to decide, who has left, to whoever looks after the partners."""
    actor = System(LEFT, event.vendor_id)
    standing = Assignment.objects.filter(
        vendor_id=event.vendor_id,
        reviewer=event.subject_id,
        reviewer__status=Membership.Status.DEPROVISIONED,
        ended_at=None,
    )
    for assignment in standing.order_by("id"):
        end_assignment(actor, assignment)


def _in_bulk(event: Event) -> bool:
    cause = Event.objects.filter(vendor_id=event.vendor_id, id=event.cause_id) if event.cause_id else None
    return bool(cause and cause.filter(name__in=IN_BULK).exists())
