"""The clock of a dispute: that of registrations, with the time that the program gives to disputes."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from hansa.deals.clocks import go_on, stop
from hansa.deals.models import Deal
from hansa.disputes.models import Dispute
from hansa.programs.models import OnBreach, Program
from hansa.programs.review_terms import ReviewTerms, terms_of


def terms_for(vendor_id: UUID, program_id: UUID) -> ReviewTerms:
    """A program's terms of review with the time for disputes; silence never decides one, so it is escalated instead."""
    hours = Program.objects.values_list("dispute_hours", flat=True).get(vendor_id=vendor_id, pk=program_id)
    terms = terms_of(vendor_id, program_id)
    on_breach = OnBreach.ESCALATE if terms.on_breach == OnBreach.APPROVE else terms.on_breach
    return replace(terms, allowed=timedelta(hours=hours), on_breach=on_breach)


def begin(dispute: Dispute, deal: Deal, at: datetime) -> None:
    """Give the vendor the whole time to decide from now on. Saves nothing."""
    terms = terms_for(deal.vendor_id, deal.program_id)
    dispute.allowed_seconds = dispute.left_seconds = int(terms.allowed.total_seconds())
    go_on(dispute, dispute, terms, at)


def pause(dispute: Dispute, terms: ReviewTerms, at: datetime) -> None:
    """Let the clock stand until the evidence is in, unless it does already. Saves nothing."""
    if dispute.status != Dispute.Status.EVIDENCE:
        Dispute.LIFECYCLE.apply(dispute, "gather")
        stop(dispute, dispute, terms, at)


def resume(dispute: Dispute, terms: ReviewTerms, at: datetime) -> None:
    """Let the clock go on from where it stood. Saves nothing."""
    Dispute.LIFECYCLE.apply(dispute, "resume_appeal" if dispute.appealed_at else "resume")
    go_on(dispute, dispute, terms, at)


def halt(dispute: Dispute) -> None:
    """Take the clock away: nothing is to be decided any more. Saves nothing."""
    dispute.since = dispute.next_step_at = dispute.due_at = dispute.answer_by = None
