"""What follows for who stands beside a deal: it hears what becomes of it, and goes with either partnership."""

from django.db.models import Q, QuerySet

from hansa.accounts.models import Membership, Workspace
from hansa.accounts.roles import Role
from hansa.core.actors import System
from hansa.core.events import on
from hansa.core.models import Event
from hansa.deals.actions import remove_party
from hansa.deals.actions.decide_deal import locked
from hansa.deals.models import Deal, Party
from hansa.deals.recipients import deal_of, owner_or_admins
from hansa.notices.notify import notify
from hansa.partnerships.ties import names_of

TOLD = {
    "deal.party_added": "{owner} brings you in at {customer}",
    "deal.approved": "{customer} is approved for {owner}",
    "deal.rejected": "{customer} was not approved for {owner}",
    "deal.marked_duplicate": "{customer} is taken: {owner} is not protected",
    "deal.end_announced": "{customer}: the protection of {owner} ends early",
    "deal.extended": "{customer}: the protection of {owner} is extended",
    "deal.canceled": "{customer}: the protection of {owner} has ended",
    "deal.expired": "{customer}: the protection of {owner} has run out",
    "deal.withdrawn": "{owner} has withdrawn {customer}",
    "deal.won": "{owner} has won {customer}",
    "deal.lost": "{owner} has lost {customer}",
}


@on(*TOLD)
def tell_who_stands_beside(event: Event) -> None:
    """Say to the company beside a deal what became of it: to who registered it there, else to its administrators."""
    party = Party.objects.filter(vendor_id=event.vendor_id, deal=event.subject_id).first()
    if party is None or _brought_itself_in(event):
        return
    deal = deal_of(event)
    owner = names_of(event.vendor_id, [deal.partnership_id]).get(deal.partnership_id, "a partner")
    notify(
        event,
        _told_there(party),
        title=TOLD[event.name].format(owner=owner, customer=deal.customer_name),
        text=f"{deal.lines_text}. You stand beside this deal; it is theirs to work on.",
        path=f"deals/{deal.public_id}/",
        partnership_id=party.beside_id,
    )


@on("deal.party_added", "deal.party_removed")
def tell_the_owner(event: Event) -> None:
    """Say to the deal's owner who reads along now, or no longer, where somebody else has seen to it."""
    deal, (before, after) = deal_of(event), event.changes["beside"]
    title = f"{after} reads along at {deal}" if after else f"{before} no longer reads along at {deal}"
    text = f"{event.actor_label} has seen to it."
    if _brought_itself_in(event):
        title, text = f"{after} registered {deal} in your name", "The deal is yours. Say who of you works on it."
    notify(event, owner_or_admins(deal), title=title, text=text, path=f"deals/{deal.public_id}/")


@on("partner.ended")
def part_what_stood_together(event: Event) -> None:
    """Take the partner that is none any more off the deals of others, and others off its own."""
    actor = System("the partnership ended", event.vendor_id)
    gone = Q(parties__beside=event.subject_id) | Q(parties__partnership=event.subject_id)
    for deal in locked(Deal.objects.filter(gone, vendor_id=event.vendor_id)):
        remove_party(actor, deal)


def _brought_itself_in(event: Event) -> bool:
    """Whether the company stands beside the deal because it has registered it in its owner's name."""
    return event.name == "deal.party_added" and bool(event.on_behalf_of)


def _told_there(party: Party) -> QuerySet[Membership]:
    """Whom to tell in the company beside a deal."""
    open_ = Workspace.objects.filter(vendor_id=party.vendor_id, partnership_id=party.beside_id, closed=False)
    there = Membership.objects.active().filter(organization__in=open_.values("organization")).select_related("user")
    registered_it = there.filter(pk=party.person_id)
    return registered_it if registered_it.exists() else there.filter(roles__contains=[Role.PARTNER_ADMIN])
