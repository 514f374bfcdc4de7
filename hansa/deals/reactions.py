"""What deals do when something happened: tell people, and settle what waited."""

from hansa.core.actors import System
from hansa.core.events import on
from hansa.core.models import Event
from hansa.deals import clock_reactions as clock_reactions
from hansa.deals.actions import cancel_deal
from hansa.deals.actions.decide_deal import locked
from hansa.deals.models import UNDECIDED, ClockStep, Deal, DuplicateReason, EndReason, Outcome, Status
from hansa.deals.recipients import deal_of, decide_anew, managers_of, owner_or_admins, partnership_of
from hansa.notices.notify import notify
from hansa.notices.reading import settled

TOLD = {
    "deal.approved": ("{} is approved", "The customer is yours until {until}."),
    "deal.rejected": ("{} was not approved", "Open the deal to read why."),
    "deal.marked_duplicate": ("{}: this customer is taken", "Open the deal to read how to appeal."),
    "deal.canceled": ("{}: protection ended", "Open the deal to read why."),
    "deal.expired": ("{}: protection has run out", "The customer is free for others. Register it again if you go on."),
}
REGISTERED_ALREADY = ("{} is registered by you already", "Open it to go on with your earlier registration.")
ASKING = (
    "deal.sent_to_review",
    "deal.asked_for_more",
    "deal.partner_reminded",
    "deal.answered",
    "deal.question_lapsed",
    "review.reminded",
    "review.escalated",
)


@on(*TOLD)
def tell_the_partner(event: Event) -> None:
    """Say to the deal's owner what became of the registration."""
    deal = deal_of(event)
    title, text = TOLD[event.name] if deal.reason != DuplicateReason.OWN_CLAIM else REGISTERED_ALREADY
    until = f"{deal.protected_until:%-d %B %Y}" if deal.protected_until else ""
    notify(
        event,
        owner_or_admins(deal),
        title=title.format(deal.customer_name),
        text=text.format(until=until),
        path=f"deals/{deal.public_id}/",
    )


@on("deal.sent_to_review")
def tell_the_deciders(event: Event) -> None:
    """Say to the channel manager and the deputy that a registration waits, unless it was decided meanwhile."""
    deal, partnership = deal_of(event), partnership_of(event)
    if deal.status not in UNDECIDED:
        return
    notify(
        event,
        managers_of(partnership),
        title=f"{deal.customer_name} waits for a decision",
        text=f"Registered by {partnership.organization.name.removesuffix('.')}.",
        path=f"registrations/{deal.public_id}/",
    )


@on("deal.approved", "deal.rejected", "deal.withdrawn", "deal.canceled", "deal.marked_duplicate", "deal.lost")
def take_back_what_was_asked(event: Event) -> None:
    """Mark as read, in everybody's inbox, that somebody is to decide or to answer: it is done."""
    steps = ClockStep.objects.filter(vendor_id=event.vendor_id, deal=event.subject_id).values_list("pk", flat=True)
    asked = Event.objects.filter(vendor_id=event.vendor_id, subject_id__in=[event.subject_id, *steps], name__in=ASKING)
    settled(event.vendor_id, asked.values_list("pk", flat=True))


@on("deal.registered")
def greet_the_first_registration(event: Event) -> None:
    """Say to the channel manager that a new partner registered its first deal."""
    deals = Deal.objects.filter(vendor_id=event.vendor_id, partnership=event.partnership_id)
    if deals.order_by("submitted_at", "id").values_list("pk", flat=True).first() != event.subject_id:
        return
    deal, partnership = deal_of(event), partnership_of(event)
    notify(
        event,
        managers_of(partnership),
        title=f"{partnership.organization.name} registered its first deal",
        text=f"{deal.customer_name}. A word of thanks now pays off.",
        path=f"registrations/{deal.public_id}/",
    )


@on("deal.approved", "deal.rejected", "deal.withdrawn", "deal.canceled", "deal.marked_duplicate", "deal.lost")
def settle_those_that_waited(event: Event) -> None:
    """Decide anew the registrations that came later for the same customer, in the order in which they came."""
    settled = deal_of(event)
    decide_anew("an earlier registration is settled", settled.company_id, event, submitted_at__gt=settled.submitted_at)


@on("company.took_over")
def settle_those_of_both_companies(event: Event) -> None:
    """Decide anew the registrations that wait at two companies merged, as if they had always been one."""
    decide_anew("two companies are one", event.subject_id, event)


@on("partner.ended")
def release_what_the_partner_held(event: Event) -> None:
    """End every registration of a partner that is no longer one."""
    actor = System("the partnership ended", event.vendor_id)
    held = Deal.objects.filter(
        vendor_id=event.vendor_id,
        partnership_id=event.subject_id,
        status__in=[*UNDECIDED, Status.APPROVED],
        outcome=Outcome.OPEN,
    )
    for deal in locked(held):
        cancel_deal(actor, deal, reason=EndReason.PARTNER_ENDED)
