"""Who is told when a tier moves, or waits for somebody's word."""

from hansa.accounts.models import Membership
from hansa.accounts.roles import Role
from hansa.core.events import on
from hansa.core.models import Event
from hansa.notices.notify import notify
from hansa.partnerships.care import managers_of
from hansa.partnerships.models import Partnership
from hansa.tiers import actions as actions
from hansa.tiers.evaluate import look_again
from hansa.tiers.models import TierException, TierStanding

PATH = "tier/"
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
    "tier.recovered": ("You meet what {tier} asks for again", "The tier stays yours."),
}


@on(*TOLD)
def tell_the_partner(event: Event) -> None:
    """Say to the partner's administrators what became of its tier."""
    standing = _standing(event)
    title, text = TOLD[event.name]
    until = f"{standing.grace_until:%-d %B %Y}" if standing.grace_until else ""
    said = title.format(tier=standing.tier or "none", until=until)
    notify(event, _admins(standing.partnership), title=said, text=text, path=PATH)


@on("tier.proposed")
def tell_who_decides(event: Event) -> None:
    """Say to the channel manager that a change of tier waits."""
    standing = _standing(event)
    if standing.proposed is None:
        return
    company = standing.partnership.organization.name
    rises = standing.proposed.rank > standing.held
    notify(
        event,
        managers_of(standing.partnership),
        title=f"{company} {'qualifies for' if rises else 'is to fall to'} {standing.proposed}",
        text="Approve it, or say why not.",
        path=f"tiers/{standing.public_id}/",
    )


@on("tier.declined")
def tell_the_partner_why_not(event: Event) -> None:
    """Say to the partner's administrators that its tier stays as it is."""
    standing = _standing(event)
    title = f"Your tier stays {standing.tier or 'as it is'}"
    notify(event, _admins(standing.partnership), title=title, text="Open its page to read why.", path=PATH)


@on("tier.exception_granted", "tier.exception_ended")
def tell_the_partner_of_an_exception(event: Event) -> None:
    """Say to the partner's administrators until when it has a tier, whatever the criteria say."""
    rows = TierException.objects.select_related("tier", "partnership__organization")
    granted = rows.get(vendor_id=event.vendor_id, pk=event.subject_id)
    if event.name == "tier.exception_ended":
        title = f"The exception for {granted.tier} has ended"
        text = "From now on the criteria decide again."
    else:
        title, text = f"You have {granted.tier} up to {granted.until:%-d %B %Y}", granted.reason
    notify(event, _admins(granted.partnership), title=title, text=text, path=PATH)


@on("enrollment.changed", "partner.resumed", "partner.accepted")
def look_at_the_tier_again(event: Event) -> None:
    """Evaluate a partner whose place has changed."""
    if event.partnership_id:
        look_again(event.vendor_id, [event.partnership_id])


def _standing(event: Event) -> TierStanding:
    rows = TierStanding.objects.select_related("tier", "proposed", "partnership__organization")
    found: TierStanding = rows.get(vendor_id=event.vendor_id, pk=event.subject_id)
    return found


def _admins(partnership: Partnership) -> list[Membership]:
    people = Membership.objects.active().filter(organization=partnership.organization_id)
    return list(people.filter(roles__overlap=[Role.PARTNER_ADMIN]).order_by("id"))
