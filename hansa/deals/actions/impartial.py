"""Nobody grants what is their own: who registered a deal, owns it, or works for its partner leaves it to others."""

from uuid import UUID

from django.db.models import Q

from hansa.accounts.models import ApiKey, Membership
from hansa.core.actors import Actor
from hansa.core.models import Event
from hansa.deals.models import Deal
from hansa.kernel.errors import DomainError


def refuse_own_interest(actor: Actor, deal: Deal) -> None:
    """Raises `own_interest` for a person, or the maker of a key, who works at the deal's partner, or made the deal."""
    person = _person_of(actor)
    if person is None:
        return
    organization = deal.partnership.organization_id
    mine = Membership.objects.filter(user=person, organization=organization).values_list("pk", "status")
    places = {pk for pk, _ in mine}
    works_there = any(status == Membership.Status.ACTIVE for _, status in mine)
    if works_there or deal.owner_id in places or (places and _registered_by(deal, places)):
        raise DomainError(
            "own_interest", "This deal is your own, or that of a partner for whom you work. Let a colleague decide."
        )


def _person_of(actor: Actor) -> UUID | None:
    """The person behind the actor in any of their workspaces; None for the system and its keys."""
    if actor.id is None:
        return None
    made_by = Q(pk=actor.id)
    if actor.kind == "client":
        made_by = Q(pk__in=ApiKey.objects.filter(pk=actor.id).values("created_by"))
    return Membership.objects.filter(made_by).values_list("user", flat=True).first()


def _registered_by(deal: Deal, places: set[UUID]) -> bool:
    """Whether the deal was registered from one of these memberships, or by a key made there."""
    keys = ApiKey.objects.filter(created_by__in=places).values_list("pk", flat=True)
    registered = Event.objects.filter(vendor_id=deal.vendor_id, subject_id=deal.pk, name="deal.registered")
    return registered.filter(actor_id__in=[*places, *keys]).exists()
