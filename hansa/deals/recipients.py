"""What reactions to events about deals share: whose deal it is, who is told, and who moves up."""

from typing import Any
from uuid import UUID

from hansa.accounts.models import Membership
from hansa.accounts.roles import Role
from hansa.core.actors import System
from hansa.core.models import Event
from hansa.deals.actions import reconsider_deal
from hansa.deals.actions.conclude import verdict_of
from hansa.deals.actions.decide_deal import locked
from hansa.deals.clocks import ESCALATION
from hansa.deals.models import Assignment, ClockStep, Deal, Status, Verdict
from hansa.deals.verdicts import HELD
from hansa.notices.reading import settled
from hansa.partnerships.care import managers_of
from hansa.partnerships.models import Partnership
from hansa.partnerships.told import told_of
from hansa.programs.review_terms import ReviewTerms

ASKING = (
    "deal.sent_to_review",
    "deal.asked_for_more",
    "deal.partner_reminded",
    "deal.answered",
    "deal.question_lapsed",
    "review.reminded",
    "review.escalated",
    "verdict.reviewed",
)


def decide_anew(why: str, company_id: UUID, event: Event, **further: Any) -> None:
    """Reconsider what waits at a company, in the order in which it came."""
    waiting = Deal.objects.filter(vendor_id=event.vendor_id, company=company_id, status=Status.UNDER_REVIEW, **further)
    for deal in locked(waiting.exclude(HELD)):
        reconsider_deal(System(why, event.vendor_id), deal)


def nothing_asked_any_more(vendor_id: UUID, deal_id: UUID) -> None:
    """Mark as read, in everybody's inbox, that somebody is to decide about a deal or to answer."""
    about = [deal_id]
    for model in (ClockStep, Verdict):
        about += model.objects.filter(vendor_id=vendor_id, deal=deal_id).values_list("pk", flat=True)
    asked = Event.objects.filter(vendor_id=vendor_id, subject_id__in=about, name__in=ASKING)
    settled(vendor_id, asked.values_list("pk", flat=True))


def still_to_decide(deal: Deal) -> bool:
    """Whether a person has to decide it, and nobody has."""
    return deal.status == Status.UNDER_REVIEW and not ((verdict := verdict_of(deal)) and verdict.held)


def deal_of(event: Event) -> Deal:
    """The deal that an event is about, with its owner."""
    deal: Deal = Deal.objects.select_related("owner__user").get(vendor_id=event.vendor_id, pk=event.subject_id)
    return deal


def partnership_of(event: Event) -> Partnership:
    """The partner that an event is about."""
    return partnership_named(event.vendor_id, event.partnership_id)


def partnership_named(vendor_id: UUID, id: UUID | None) -> Partnership:
    """A partner with its company, channel manager and deputy."""
    partnerships = Partnership.objects.select_related("organization", "channel_manager", "deputy")
    partnership: Partnership = partnerships.get(vendor_id=vendor_id, pk=id)
    return partnership


def owner_or_admins(deal: Deal) -> list[Membership | None]:
    """Whom to tell on the partner's side: whose deal it is while they work there, else its administrators."""
    if deal.owner and deal.owner.status == Membership.Status.ACTIVE:
        return [deal.owner]
    organization = Partnership.objects.values("organization").get(vendor_id=deal.vendor_id, pk=deal.partnership_id)
    admins = Membership.objects.active().filter(organization=organization["organization"])
    return list(admins.filter(roles__contains=[Role.PARTNER_ADMIN]))


def deciders_of(deal: Deal, partnership: Partnership) -> list[Membership | None]:
    """To whom a registration is assigned, else who is told of what the partner asks for."""
    return _reviewer_of(deal) or told_of(partnership)


def whose_turn(
    event: Event, kind: str, partnership: Partnership, terms: ReviewTerms, assigned: Deal | None = None
) -> list[Membership | None]:
    """Those whose turn it is at this step; where nobody is, those who come next, and last who may name somebody.

    To whom a registration is `assigned` takes the first step in place of who looks after the partner.
    """
    *first, deputy = managers_of(partnership)
    steps: list[list[Membership | None]] = [
        (assigned and _reviewer_of(assigned)) or first,
        [deputy],
        [*_leaders(event, terms)],
    ]
    turn = 0 if event.name.endswith(".reminded") else 2 if kind == ESCALATION else 1
    for last, people in enumerate(steps[turn:], turn + 1):
        if any(map(_works, people)):
            return [one for step in steps[:last] for one in step]
    everyone = [one for step in steps for one in step]
    return everyone if any(map(_works, everyone)) else told_of(partnership)


def _reviewer_of(deal: Deal) -> list[Membership | None]:
    rows = Assignment.objects.filter(vendor_id=deal.vendor_id, deal=deal, ended_at=None).select_related("reviewer")
    return [assignment.reviewer for assignment in rows if _works(assignment.reviewer)]


def _leaders(event: Event, terms: ReviewTerms) -> list[Membership]:
    if not terms.escalation_role:
        return []
    vendor = event.vendor_id
    people = Membership.objects.active().filter(organization__vendor=vendor, roles__contains=[terms.escalation_role])
    return list(people)


def _works(person: Membership | None) -> bool:
    return person is not None and person.status == Membership.Status.ACTIVE
