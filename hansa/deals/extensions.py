"""More time for a protection, as the pages of a deal show it."""

from dataclasses import dataclass

from hansa.core.actors import Actor
from hansa.core.tenancy import acting, moment
from hansa.deals.actions.extend_deal import (
    approve_extension,
    extend_deal,
    granted_so_far,
    request_extension,
)
from hansa.deals.models import Deal, ExtensionRequest
from hansa.deals.protection import is_in_force
from hansa.deals.terms import ExtensionTerms, extension_terms


@dataclass(frozen=True, slots=True)
class MoreTime:
    """The request that waits for an answer, and whether this person may ask, answer, or extend unasked."""

    waiting: ExtensionRequest | None
    may_ask: bool = False
    may_answer: bool = False
    may_extend: bool = False


def pending(actor: Actor, deal: Deal) -> ExtensionRequest | None:
    """The request about this deal that waits for an answer."""
    rows = ExtensionRequest.objects.visible_to(actor).filter(deal=deal, status=ExtensionRequest.Status.PENDING)
    one: ExtensionRequest | None = rows.first()
    return one


def more_time(actor: Actor, deal: Deal) -> MoreTime:
    """What can be done about the end of this deal's protection now."""
    if not is_in_force(deal, moment()) or deal.notice_given_at:
        return MoreTime(None)
    if waiting := pending(actor, deal):
        return MoreTime(waiting, may_answer=actor.may(approve_extension))
    granted = granted_so_far(deal)
    terms = extension_terms(deal, granted=granted)
    if granted >= terms.times or not terms.longest:
        return MoreTime(None)
    return MoreTime(None, may_ask=actor.may(request_extension), may_extend=actor.may(extend_deal))


def terms_now(actor: Actor, deal: Deal) -> ExtensionTerms:
    """How the deal's protection can be extended now, whatever the days asked for."""
    with acting(actor):
        return extension_terms(deal, granted=granted_so_far(deal))
