"""What follows from deciding in time: who is told, and who moves up when a claim goes to another company."""

from hansa.core.actors import System
from hansa.core.events import on
from hansa.core.models import Event
from hansa.customers.matching.identity import identity_key
from hansa.customers.models import IdentityKey
from hansa.deals.actions import reconsider_deal
from hansa.deals.clocks import BY_DEFAULT
from hansa.deals.models import ClockStep, Question, Status
from hansa.deals.recipients import (
    deal_of,
    decide_anew,
    deciders_of,
    owner_or_admins,
    partnership_named,
    partnership_of,
    still_to_decide,
    whose_turn,
)
from hansa.deals.when import by_when
from hansa.notices.notify import notify
from hansa.programs.review_terms import terms_of

IDENTITY = ("customer", "domain", "country")


@on("review.reminded", "review.escalated", "review.defaulted")
def tell_whose_turn_it_is(event: Event) -> None:
    """Say to the channel manager, then to the deputy, then to those who lead that a registration is to be decided."""
    step = ClockStep.objects.select_related("deal").get(vendor_id=event.vendor_id, pk=event.subject_id)
    deal = step.deal
    terms = terms_of(deal.vendor_id, deal.program_id)
    decided = step.kind == BY_DEFAULT
    if not decided and not still_to_decide(deal):
        return
    partnership = partnership_named(deal.vendor_id, deal.partnership_id)
    until = by_when(deal.due_at, terms.calendar.zone) if deal.due_at else ""
    title, text = f"{deal.customer_name} is to be decided by {until}", "Nobody has decided it yet."
    if event.name == "review.escalated":
        title, text = f"{deal.customer_name} was to be decided by {until}", "Nobody did. Decide it, or see that it is."
    if decided:
        title, text = f"{deal.customer_name} was approved by default", "Nobody decided it in time."
    notify(
        event,
        whose_turn(event, step.kind, partnership, terms, deal),
        title=title,
        text=f"{text} Registered by {partnership.organization.name.removesuffix('.')}.",
        path=f"registrations/{deal.public_id}/",
    )


@on("deal.asked_for_more", "deal.partner_reminded")
def tell_the_partner_what_is_asked(event: Event) -> None:
    """Say to the deal's owner what the vendor needs to know, and until when."""
    deal = deal_of(event)
    asked = Question.objects.filter(vendor_id=deal.vendor_id, deal=deal).last()
    if asked is None or deal.status != Status.ACTION_REQUIRED:
        return
    until = by_when(asked.answer_by, terms_of(deal.vendor_id, deal.program_id).calendar.zone)
    notify(
        event,
        owner_or_admins(deal),
        title=f"{deal.customer_name}: your answer is needed by {until}",
        text=f"{asked.text}\n\nUntil then the registration keeps its place.",
        path=f"deals/{deal.public_id}/answer/",
    )


@on("deal.answered", "deal.question_lapsed")
def tell_the_deciders_that_it_is_theirs_again(event: Event) -> None:
    """Say to the channel manager and the deputy that the partner answered, or did not."""
    deal, partnership = deal_of(event), partnership_of(event)
    if not still_to_decide(deal):
        return
    answered = event.name == "deal.answered"
    notify(
        event,
        deciders_of(deal, partnership),
        title=f"{deal.customer_name}: {'your question is answered' if answered else 'your question was not answered'}",
        text=f"{partnership.organization.name} waits for your decision.",
        path=f"registrations/{deal.public_id}/",
    )


@on("deal.answered", "deal.question_lapsed")
def settle_what_happened_meanwhile(event: Event) -> None:
    """Decide anew what comes back to review: an earlier claim may have been settled while the partner was asked."""
    deal = deal_of(event)
    if deal.status == Status.UNDER_REVIEW:
        reconsider_deal(System("nothing is asked any more", event.vendor_id), deal)


@on("deal.answered")
def settle_those_behind_a_claim_that_moved(event: Event) -> None:
    """Decide anew what waited at the company that the partner named before, if the answer names another."""
    if not any(fact in event.changes for fact in IDENTITY):
        return
    before = [event.changes[fact][0] if fact in event.changes else event.data[fact] for fact in IDENTITY]
    key = IdentityKey.objects.filter(vendor_id=event.vendor_id, key=identity_key(*before)).first()
    if key and key.company_id != deal_of(event).company_id:
        decide_anew("the earlier claim is of another customer", key.company_id, event)
