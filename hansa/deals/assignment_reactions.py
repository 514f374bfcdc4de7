"""What follows when registrations are given to a colleague: who is told, and what becomes of it when they leave."""

from hansa.core.actors import System
from hansa.core.events import on
from hansa.core.models import Event
from hansa.deals.actions import end_assignment, reviewers
from hansa.deals.bulk import progress_of
from hansa.deals.models import UNDECIDED, Assignment, BulkDecision
from hansa.notices.notify import notify

NO_MORE = "the reviewer may not decide any more"
IN_BULK = ("bulk.started", "bulk.resumed")


@on("registration.assigned")
def tell_the_reviewer(event: Event) -> None:
    """Say to a colleague that a registration is theirs to decide; of many given in one go they are told once."""
    if _in_bulk(event):
        return
    assignments = Assignment.objects.select_related("deal__partnership__organization", "reviewer")
    assignment = assignments.get(vendor_id=event.vendor_id, pk=event.subject_id)
    if assignment.ended_at:
        return
    notify(
        event,
        [assignment.reviewer],
        title=f"{assignment.deal.customer_name} is yours to decide",
        text=f"{assignment.given_by} gave it to you. Registered by {assignment.deal.partnership.organization.name}.",
        path=f"registrations/{assignment.deal.public_id}/",
    )


@on("bulk.finished", "bulk.stopped")
def tell_the_reviewer_of_many(event: Event) -> None:
    """Say once to a colleague that many registrations are theirs to decide, also where not all could be given."""
    run = BulkDecision.objects.select_related("assignee").get(vendor_id=event.vendor_id, pk=event.subject_id)
    given = progress_of(run).decided
    if run.assignee is None or not given:
        return
    many = f"{given:,} registration{'' if given == 1 else 's'}"
    notify(
        event,
        [run.assignee],
        title=f"{many} {'is' if given == 1 else 'are'} yours to decide",
        text=f"{run.by_label} gave them to you.",
        path="registrations/?show=mine",
    )


@on("member.offboarded", "member.roles_changed", "vendor.permissions_changed")
def free_what_the_reviewer_had(event: Event) -> None:
    """Leave what is given to somebody who may not decide any more to whoever looks after the partner."""
    actor = System(NO_MORE, event.vendor_id)
    standing = Assignment.objects.filter(vendor_id=event.vendor_id, ended_at=None, deal__status__in=UNDECIDED)
    standing = standing.exclude(reviewer__in=reviewers(event.vendor_id).values("pk"))
    for assignment in standing.select_related("deal", "reviewer__user").order_by("id"):
        end_assignment(actor, assignment)


def _in_bulk(event: Event) -> bool:
    cause = Event.objects.filter(vendor_id=event.vendor_id, id=event.cause_id) if event.cause_id else None
    return bool(cause and cause.filter(name__in=IN_BULK).exists())
