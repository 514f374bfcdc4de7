"""Who is told when a tier moves, or waits for somebody's word."""

from datetime import datetime

from hansa.accounts.models import Membership
from hansa.accounts.roles import Role
from hansa.core.events import on
from hansa.core.models import Event
from hansa.kernel.ids import public_id
from hansa.notices.notify import notify
from hansa.partnerships.models import Enrollment, Partnership
from hansa.partnerships.told import told_of
from hansa.programs.review_terms import calendar_of
from hansa.tiers import actions as actions
from hansa.tiers.evaluate import look_again
from hansa.tiers.models import TierException, TierStanding
from hansa.tiers.periods import last_day

TOLD = {
    "tier.promoted": ("You have the tier {tier}", "Open the page of your tier to read what it brings."),
    "tier.demoted": ("Your tier is {tier} now", "Open the page of your tier to read why, and what leads up again."),
    "tier.slipped": (
        "You are below what {tier} asks for",
        "You keep the tier for now. Open its page to read what is missing.",
    ),
    "tier.grace_began": (
        "You keep {tier} until {until}",
        "By then you have to meet its criteria again. Open the page of your tier to read what is missing.",
    ),
    "tier.recovered": ("You are no longer below {tier}", "The tier stays yours. Open its page to read why."),
}


@on(*TOLD)
def tell_the_partner(event: Event) -> None:
    """Say to the partner's administrators what became of its tier."""
    title, text = TOLD[event.name]
    until = event.data["grace_until"]
    said = title.format(tier=event.data["tier"] or "none", until=_day(event, until) if until else "")
    notify(event, _admins(event), title=said, text=text, path=_path(event, TierStanding))


@on("tier.proposed")
def tell_who_decides(event: Event) -> None:
    """Say to the channel manager that a change of tier waits; not where it waits no longer."""
    rows = TierStanding.objects.select_related("proposed", "partnership__organization")
    standing = rows.get(vendor_id=event.vendor_id, pk=event.subject_id)
    tier = event.data["proposed_tier"]
    if standing.proposed is None or standing.proposed.name != tier:
        return
    rises = standing.proposed.rank > standing.held
    notify(
        event,
        told_of(standing.partnership),
        title=f"{standing.partnership} {'qualifies for' if rises else 'is to fall to'} {tier}",
        text="Approve it, or say why not.",
        path=f"tiers/{event.subject}/",
    )


@on("tier.declined")
def tell_the_partner_why_not(event: Event) -> None:
    """Say to the partner's administrators that its tier stays as it is."""
    title = f"Your tier stays {event.data['tier'] or 'as it is'}"
    notify(event, _admins(event), title=title, text="Open its page to read why.", path=_path(event, TierStanding))


@on("tier.exception_granted", "tier.exception_ended")
def tell_the_partner_of_an_exception(event: Event) -> None:
    """Say to the partner's administrators up to which day it has a tier, whatever the criteria say."""
    tier = event.data["tier"]
    title, text = f"The exception for {tier} has ended", "From now on the criteria decide again."
    if event.name == "tier.exception_granted":
        title, text = f"You have {tier} up to and including {_day(event, event.data['until'])}", event.data["reason"]
    notify(event, _admins(event), title=title, text=text, path=_path(event, TierException))


@on("enrollment.changed", "partner.resumed", "partner.accepted", "partner.suspended", "partner.ended")
def look_at_the_tier_again(event: Event) -> None:
    """Evaluate a partner whose place has changed."""
    if event.partnership_id:
        look_again(event.vendor_id, [event.partnership_id])


def _day(event: Event, until: str) -> str:
    """The last day before a moment that an event carries, where the vendor works."""
    return f"{last_day(datetime.fromisoformat(until), calendar_of(event.vendor_id).zone):%-d %B %Y}"


def _path(event: Event, model: type[TierStanding | TierException]) -> str:
    """The page of the partner's tier in the program that the event is about."""
    place = model.objects.values_list("enrollment_id", flat=True).get(vendor_id=event.vendor_id, pk=event.subject_id)
    return f"tier/?place={public_id(Enrollment.id_prefix, place)}"


def _admins(event: Event) -> list[Membership]:
    there = Partnership.objects.filter(vendor_id=event.vendor_id, pk=str(event.partnership_id))
    people = Membership.objects.active().filter(organization__in=there.values("organization"))
    return list(people.filter(roles__overlap=[Role.PARTNER_ADMIN]).order_by("id"))
