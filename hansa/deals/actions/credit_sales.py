"""Credit the vendor's own sales people for a partner's deal, so that they gain by working with partners."""

from typing import Any
from uuid import UUID

from hansa.accounts.models import Membership, Vendor
from hansa.accounts.roles import CHANNEL_TEAM, DIRECT_SALES
from hansa.core.actions import action
from hansa.core.actors import Actor
from hansa.core.tenancy import moment
from hansa.deals.actions.work_deal import CLOSED
from hansa.deals.models import Credit, Deal
from hansa.kernel.errors import DomainError, Invalid


@action("credit.give", emits="credit.given", by=CHANNEL_TEAM, creates=True)
def give_credit(actor: Actor, deal: Deal, *, person: UUID, why: str = "") -> Credit:
    """Credit one of the vendor's own sales people for a partner's deal; the partner does not read it."""
    if deal.status in CLOSED:
        raise DomainError("already_closed", "This registration is closed; there is nothing to be credited for.")
    seller = sellers(actor.vendor_id).filter(pk=person).first()
    if seller is None:
        raise Invalid("not_found", "Choose one of your own sales people.", "person")
    credit: Credit = Credit.objects.create(
        vendor_id=actor.vendor_id, deal=deal, person=seller, why=why.strip(), given_by=actor.label, given_at=moment()
    )
    return credit


@action("credit.take_back", emits="credit.taken_back", by=CHANNEL_TEAM)
def take_credit_back(actor: Actor, credit: Credit) -> None:
    """Say that a sales person is not credited for a deal after all."""
    Credit.LIFECYCLE.apply(credit, "take_back")
    credit.taken_back_at = moment()
    credit.save(update_fields=["status", "taken_back_at"])


def sellers(vendor_id: UUID) -> Any:
    """The vendor's own sales people by name."""
    own = Vendor.objects.filter(pk=vendor_id).values("organization")
    people = Membership.objects.active().filter(organization__in=own, roles__overlap=sorted(DIRECT_SALES))
    return people.select_related("user").order_by("user__name", "id")
