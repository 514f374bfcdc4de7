"""Let the distributor of a deal's reseller read along, or the reseller of its distributor; the deal stays one's own."""

from typing import Any
from uuid import UUID

from hansa.accounts.roles import CHANNEL_TEAM, PARTNER_SALES
from hansa.core.actions import action, instead
from hansa.core.actors import Actor
from hansa.core.tenancy import acting, moment
from hansa.deals.actions.register_deal import register_deal
from hansa.deals.models import UNDECIDED, Deal, Party, Status
from hansa.kernel.errors import DomainError, Invalid
from hansa.kernel.ids import public_id
from hansa.partnerships.models import Partnership
from hansa.partnerships.ties import ties_of

LIVE = (*UNDECIDED, Status.APPROVED)


@action("deal.add_party", emits="deal.party_added", by=PARTNER_SALES | CHANNEL_TEAM)
def add_party(actor: Actor, deal: Deal, *, beside: UUID) -> None:
    """Let a distributor, or a reseller, stand beside a deal: it reads along and changes nothing."""
    if deal.status not in LIVE:
        raise DomainError("already_closed", "This registration is closed; nobody can join it.")
    tie = next((tie for tie in ties_of(deal.vendor_id, deal.partnership_id) if tie.id == beside), None)
    if tie is None:
        raise Invalid("not_found", "Choose a company that this one buys through, or that buys through it.", "beside")
    Party.objects.create(
        vendor_id=deal.vendor_id,
        partnership_id=deal.partnership_id,
        deal=deal,
        beside_id=tie.id,
        role=tie.role,
        since=moment(),
    )
    deal.beside_name = tie.name
    deal.save(update_fields=["beside_name"])


@action("deal.remove_party", emits="deal.party_removed", by=PARTNER_SALES | CHANNEL_TEAM)
def remove_party(actor: Actor, deal: Deal) -> None:
    """Take the company that stands beside a deal off it: it reads nothing of it from that moment."""
    party = Party.objects.visible_to(actor).filter(deal=deal).first()
    if party is None:
        raise DomainError("nobody_beside", "Nobody stands beside this deal.")
    gone = {
        "beside": [deal.beside_name, ""],
        "beside_partner": [public_id(Partnership.id_prefix, party.beside_id), None],
    }
    party.delete()
    deal.beside_name = ""
    deal.save(update_fields=["beside_name"])
    instead("deal.party_removed", actor, deal, gone)


def register_beside(actor: Actor, partnership: Partnership, *, beside: UUID | None, **facts: Any) -> Deal:
    """Register a deal, and with `beside` let that company read along: both or neither.

    Of a registration that is a duplicate there is nothing to read, so nobody joins it.
    """
    with acting(actor):
        deal: Deal = register_deal(actor, partnership, **facts)
        if beside and deal.status in LIVE:
            deal.beside_name = add_party(actor, deal, beside=beside).beside_name
    return deal
