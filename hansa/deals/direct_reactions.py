"""What follows where the vendor's own people sell: who is told of it, and what is looked for."""

from hansa.core.actors import System
from hansa.core.events import on
from hansa.core.models import Event
from hansa.deals.conflicts import clear_those_of, look_again
from hansa.deals.models import ChannelConflict, Credit
from hansa.deals.recipients import deal_of, owner_or_admins, partnership_named
from hansa.notices.notify import notify
from hansa.notices.reading import settled
from hansa.partnerships.told import told_of

LOOKING = "a direct sale on a protected customer"
SETTLED = {
    "deal.left_to_partner": ("{} is left to you", "Our own sales people leave this customer to you."),
    "deal.sold_together": ("{}: let us sell together", "Our own sales people work on it too, and will get in touch."),
}


@on("import.finished", "company.took_over")
def look_for_direct_sales(event: Event) -> None:
    """Compare the vendor's open opportunities with what is protected, once the CRM has told something new."""
    look_again(System(LOOKING, event.vendor_id))


@on("deal.approved", "deal.lines_changed", "deal.protection_granted")
def look_at_what_is_protected_now(event: Event) -> None:
    """The same for one customer, which became protected although the vendor's own people sell to it."""
    look_again(System(LOOKING, event.vendor_id), deal_of(event).company_id)


@on("deal.lost", "deal.withdrawn", "deal.canceled", "deal.expired", "deal.protection_moved")
def clear_what_is_over(event: Event) -> None:
    """Nothing is left to settle about a deal that protects the customer no more."""
    clear_those_of(event.vendor_id, event.subject_id)


@on("conflict.flagged")
def tell_who_settles(event: Event) -> None:
    """Say to channel manager and deputy, else to those who lead, that direct sales meet a protected customer."""
    conflicts = ChannelConflict.objects.select_related("deal", "opportunity__owner")
    conflict = conflicts.get(vendor_id=event.vendor_id, pk=event.subject_id)
    if conflict.status != ChannelConflict.Status.OPEN:
        return
    deal, direct = conflict.deal, conflict.opportunity
    partnership = partnership_named(event.vendor_id, deal.partnership_id)
    seller = direct.owner.name if direct.owner else "Somebody of yours"
    notify(
        event,
        told_of(partnership),
        title=f"{deal.customer_name}: a direct sale on a protected customer",
        text=f"{seller} works on {direct.name or 'a sale'}; it is protected for {partnership.organization.name}.",
        path=f"channel-conflicts/{conflict.public_id}/settle/",
    )


@on("conflict.settled", "conflict.cleared")
def take_back_the_alarm(event: Event) -> None:
    """Mark as read, in everybody's inbox, that there is something to settle."""
    flagged = Event.objects.filter(vendor_id=event.vendor_id, subject_id=event.subject_id, name="conflict.flagged")
    settled(event.vendor_id, flagged.values_list("pk", flat=True))


@on(*SETTLED)
def tell_the_partner_the_outcome(event: Event) -> None:
    """Say to the deal's owner what becomes of the customer, and nothing of the vendor's own sale."""
    deal, (title, text) = deal_of(event), SETTLED[event.name]
    path = f"deals/{deal.public_id}/"
    notify(event, owner_or_admins(deal), title=title.format(deal.customer_name), text=text, path=path)


@on("credit.given", "credit.taken_back")
def tell_the_sales_person(event: Event) -> None:
    """Say to one of the vendor's own people that they are credited for a partner's deal, or no longer."""
    credit = Credit.objects.select_related("deal", "person").get(vendor_id=event.vendor_id, pk=event.subject_id)
    if (credit.status == Credit.Status.GIVEN) != (event.name == "credit.given"):
        return
    partnership = partnership_named(event.vendor_id, credit.deal.partnership_id)
    given = event.name == "credit.given"
    notify(
        event,
        [credit.person],
        title=f"{credit.deal.customer_name}: you are {'credited' if given else 'no longer credited'}",
        text=f"A deal of {partnership.organization.name}. {credit.why}".strip(),
        path=f"registrations/{credit.deal.public_id}/",
    )
