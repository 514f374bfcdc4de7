"""The receipt of a registration: its place in the vendor's sealed history."""

from typing import Any

from hansa.core.actors import Actor
from hansa.core.models import Event
from hansa.deals.models import Deal
from hansa.history.export import receipt
from hansa.history.models import Seal


def seal_of(actor: Actor, deal: Deal) -> Seal | None:
    """The seal of the event with which the deal was registered, None while it waits for one."""
    registered = Event.objects.visible_to(actor).filter(
        subject_type=Deal.id_prefix,
        subject_id=deal.pk,
        name="deal.registered",
    )
    found: Seal | None = Seal.objects.visible_to(actor).filter(pk__in=registered.values("pk")).first()
    return found


def show_receipt(actor: Actor, deal: Deal) -> dict[str, Any]:
    """`ReceiptShown` of a deal."""
    seal = seal_of(actor, deal)
    return {"deal": deal.public_id, "sealed": seal is not None, "receipt": receipt(actor, seal) if seal else None}
