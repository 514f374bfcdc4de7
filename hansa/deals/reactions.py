"""What deals do when something happened: tell people, and settle what waited."""

from typing import Any

from hansa.accounts.models import Membership
from hansa.accounts.roles import Role
from hansa.core.actors import System
from hansa.core.events import on
from hansa.core.models import Event
from hansa.core.tenancy import moment
from hansa.core.web.said import time_left
from hansa.deals import assignment_reactions as assignment_reactions
from hansa.deals import clock_reactions as clock_reactions
from hansa.deals import direct_reactions as direct_reactions
from hansa.deals import file_reactions as file_reactions
from hansa.deals import party_reactions as party_reactions
from hansa.deals import verdict_reactions as verdict_reactions
from hansa.deals.actions import cancel_deal, hand_over_deal, lapse_amendment, lapse_extension
from hansa.deals.actions.decide_deal import locked
from hansa.deals.actions.hand_over import OPEN, colleagues
from hansa.deals.models import (
    UNDECIDED,
    Amendment,
    Deal,
    DuplicateReason,
    EndReason,
    ExtensionRequest,
    Outcome,
    Status,
)
from hansa.deals.recipients import (
    deal_of,
    decide_anew,
    nothing_asked_any_more,
    owner_or_admins,
    partnership_of,
)
from hansa.deals.when import day_in_full
from hansa.kernel.ids import parse_public_id
from hansa.notices.notify import notify
from hansa.notices.reading import settled
from hansa.partnerships.told import told_of
from hansa.programs.review_terms import zone_of

TOLD = {
    "deal.approved": ("{} is approved", "The customer is yours until {until}."),
    "deal.rejected": ("{} was not approved", "Open the deal to read why."),
    "deal.marked_duplicate": ("{}: this customer is taken", "Open the deal to read how to dispute that."),
    "deal.end_announced": ("{}: protection ends early", "It ends on {until}. Open the deal to read why."),
    "deal.canceled": ("{}: protection ended", "Open the deal to read why."),
    "deal.extended": ("{}: protection extended", "The customer is yours until {until}."),
    "deal.expired": ("{}: protection has run out", "The customer is free for others. Register it again if you go on."),
}
REGISTERED_ALREADY = ("{} is registered by you already", "Open it to go on with your earlier registration.")


@on(*TOLD)
def tell_the_partner(event: Event) -> None:
    """Say to the deal's owner what became of the registration."""
    deal = deal_of(event)
    title, text = TOLD[event.name] if deal.reason != DuplicateReason.OWN_CLAIM else REGISTERED_ALREADY
    until = day_in_full(deal.protected_until, zone_of(event.vendor_id)) if deal.protected_until else ""
    notify(
        event,
        owner_or_admins(deal),
        title=title.format(deal.customer_name),
        text=text.format(until=until),
        path=f"deals/{deal.public_id}/",
    )


@on("deal.ending_soon")
def remind_the_partner(event: Event) -> None:
    """Say to the deal's owner how long the protection still holds; nothing if it was extended or ended meanwhile."""
    deal, at = deal_of(event), moment()
    until = deal.protected_until
    if deal.status != Status.APPROVED or deal.outcome != Outcome.OPEN or not until or until <= at:
        return
    if until.isoformat() != event.data["protected_until"]:
        return
    day = day_in_full(until, zone_of(event.vendor_id))
    notify(
        event,
        owner_or_admins(deal),
        title=f"{deal.customer_name}: {time_left(until, at)}",
        text=f"The protection ends on {day}. Report the result by then, or ask for an extension.",
        path=f"deals/{deal.public_id}/",
    )


@on("extension.requested")
def tell_who_extends(event: Event) -> None:
    """Say to the channel manager and the deputy that a partner asks for more time, or has it by the rules."""
    extension, partnership = _extension(event), partnership_of(event)
    given = event.data.get("status") == ExtensionRequest.Status.APPROVED
    more = "1 more day" if extension.days == 1 else f"{extension.days} more days"
    asks = f"has {more} by the rules" if given else f"asks for {more}"
    notify(
        event,
        told_of(partnership),
        title=f"{extension.deal.customer_name}: {partnership.organization.name} {asks}",
        text=extension.reason,
        path=f"registrations/{extension.deal.public_id}/",
    )


@on("extension.withdrawn", "amendment.withdrawn")
def nothing_to_answer_any_more(event: Event) -> None:
    """Mark as read, in everybody's inbox, that the partner asks for something."""
    asked = Event.objects.filter(vendor_id=event.vendor_id, subject_id=event.subject_id)
    asked = asked.filter(name__in=("extension.requested", "amendment.requested"))
    settled(event.vendor_id, asked.values_list("pk", flat=True))


@on("extension.declined")
def tell_who_asked_for_more_time(event: Event) -> None:
    """Say to the deal's owner that the end of its protection stays as it was."""
    extension = _extension(event)
    notify(
        event,
        owner_or_admins(extension.deal),
        title=f"{extension.deal.customer_name}: no extension",
        text=extension.note,
        path=f"deals/{extension.deal.public_id}/",
    )


@on("deal.won", "deal.lost", "deal.withdrawn", "deal.canceled", "deal.expired", "deal.protection_moved")
def close_what_was_asked_for(event: Event) -> None:
    """Close the requests that nobody answered before the deal ended."""
    actor = System("the deal has ended", event.vendor_id)
    for extension in ExtensionRequest.objects.filter(**_pending(event)):
        lapse_extension(actor, extension)
    for amendment in Amendment.objects.filter(**_pending(event)):
        lapse_amendment(actor, amendment)


@on("deal.end_announced")
def close_what_the_notice_settles(event: Event) -> None:
    """Close the request for more time: a protection whose end is announced is not extended."""
    actor = System("the end of the protection is announced", event.vendor_id)
    for extension in ExtensionRequest.objects.filter(**_pending(event)):
        lapse_extension(actor, extension)


@on("deal.handed_over")
def tell_both_owners(event: Event) -> None:
    """Say to who has the deal now, and to who had it, whose it is."""
    deal, (before, after) = deal_of(event), map(_member, event.changes["owner"])
    path = f"deals/{deal.public_id}/"
    by = "Its owner has left." if event.actor_kind == "system" else f"{event.actor_label} handed it over."
    notify(event, [after], title=f"{deal.customer_name} is yours now", text=by, path=path)
    if before and after:
        notify(event, [before], title=f"{deal.customer_name} belongs to {after.user.name} now", text=by, path=path)


@on("member.offboarded")
def give_what_is_left_to_an_administrator(event: Event) -> None:
    """Give the open deals of who has left, if nobody was named, to an administrator of the partner."""
    actor = System("the owner has left", event.vendor_id)
    left = Deal.objects.filter(OPEN, vendor_id=event.vendor_id, owner=event.subject_id, owner__status="deprovisioned")
    for deal in locked(left.select_related("partnership")):
        admin = colleagues(deal.partnership).filter(roles__contains=[Role.PARTNER_ADMIN]).first()
        if admin:
            hand_over_deal(actor, deal, to=admin.pk)


@on("amendment.requested")
def tell_who_decides_changes(event: Event) -> None:
    """Say to the channel manager and the deputy that a partner asks for other product lines."""
    deal, partnership = _amendment(event).deal, partnership_of(event)
    notify(
        event,
        told_of(partnership),
        title=f"{deal.customer_name}: {partnership.organization.name} asks for other product lines",
        text=event.data["reason"],
        path=f"registrations/{deal.public_id}/",
    )


@on("amendment.approved", "amendment.declined")
def tell_who_asked_for_a_change(event: Event) -> None:
    """Say to the deal's owner what became of the product lines that were asked for."""
    amendment = _amendment(event)
    deal, approved = amendment.deal, amendment.status == Amendment.Status.APPROVED
    notify(
        event,
        owner_or_admins(deal),
        title=f"{deal.customer_name}: product lines {'changed' if approved else 'stay as they are'}",
        text=amendment.note or f"It is protected for {deal.lines_text}.",
        path=f"deals/{deal.public_id}/",
    )


@on("deal.sent_to_review")
def tell_the_deciders(event: Event) -> None:
    """Say to the channel manager and the deputy that a registration waits, unless it was decided meanwhile."""
    deal, partnership = deal_of(event), partnership_of(event)
    if deal.status not in UNDECIDED or deal.program.answer_times:
        return
    notify(
        event,
        told_of(partnership),
        title=f"{deal.customer_name} waits for a decision",
        text=f"Registered by {partnership.organization.name.removesuffix('.')}.",
        path=f"registrations/{deal.public_id}/",
    )


@on("deal.approved", "deal.rejected", "deal.withdrawn", "deal.canceled", "deal.marked_duplicate", "deal.lost")
def take_back_what_was_asked(event: Event) -> None:
    """Mark as read, in everybody's inbox, that somebody is to decide or to answer: it is done."""
    nothing_asked_any_more(event.vendor_id, event.subject_id)


@on("deal.registered")
def greet_the_first_registration(event: Event) -> None:
    """Say to the channel manager that a new partner registered its first deal."""
    deals = Deal.objects.filter(vendor_id=event.vendor_id, partnership=event.partnership_id)
    if deals.order_by("submitted_at", "id").values_list("pk", flat=True).first() != event.subject_id:
        return
    deal, partnership = deal_of(event), partnership_of(event)
    notify(
        event,
        told_of(partnership),
        title=f"{partnership.organization.name} registered its first deal",
        text=f"{deal.customer_name}. A word of thanks now pays off.",
        path=f"registrations/{deal.public_id}/",
    )


@on(
    "deal.approved",
    "deal.rejected",
    "deal.withdrawn",
    "deal.canceled",
    "deal.marked_duplicate",
    "deal.lost",
    "deal.lines_changed",
    "deal.protection_granted",
    "deal.protection_moved",
)
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


def _pending(event: Event) -> dict[str, Any]:
    return {"vendor_id": event.vendor_id, "deal": event.subject_id, "status": "pending"}


def _amendment(event: Event) -> Amendment:
    rows = Amendment.objects.select_related("deal__owner__user")
    amendment: Amendment = rows.get(vendor_id=event.vendor_id, pk=event.subject_id)
    return amendment


def _member(reference: str | None) -> Membership | None:
    if not reference:
        return None
    return Membership.objects.select_related("user").filter(pk=parse_public_id("member", reference)).first()


def _extension(event: Event) -> ExtensionRequest:
    rows = ExtensionRequest.objects.select_related("deal__owner__user")
    extension: ExtensionRequest = rows.get(vendor_id=event.vendor_id, pk=event.subject_id)
    return extension
