"""Changes of an approved deal, as its pages show them."""

from dataclasses import dataclass

from hansa.core.actors import Actor
from hansa.core.tenancy import moment
from hansa.deals.actions.amend_deal import amend_deal, approve_amendment
from hansa.deals.models import Amendment, Deal
from hansa.deals.protection import is_in_force


@dataclass(frozen=True, slots=True)
class Changing:
    """The change that waits for an answer, and whether this person may change, ask, or answer."""

    waiting: Amendment | None = None
    may_amend: bool = False
    may_answer: bool = False


def asked_for(actor: Actor, deal: Deal) -> Amendment | None:
    """The change of this deal that waits for an answer."""
    rows = Amendment.objects.visible_to(actor).filter(deal=deal, status=Amendment.Status.PENDING)
    one: Amendment | None = rows.first()
    return one


def changing(actor: Actor, deal: Deal) -> Changing:
    """What can be done about the facts of this deal now."""
    if not is_in_force(deal, moment()):
        return Changing()
    return Changing(asked_for(actor, deal), actor.may(amend_deal), actor.may(approve_amendment))
