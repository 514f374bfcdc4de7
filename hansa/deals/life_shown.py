"""The life of an approved deal as the pages show it: its end, what may still be changed, and whose it is."""

from datetime import datetime
from typing import Any

from hansa.core.actors import Actor
from hansa.deals.actions.end_deal import needs_notice
from hansa.deals.actions.hand_over import may_hand_over
from hansa.deals.actions.share_deal import LIVE, add_party, remove_party
from hansa.deals.amendments import changing
from hansa.deals.cooling_off import Pause, pause_of
from hansa.deals.extensions import more_time
from hansa.deals.models import Deal, DealLine, Outcome
from hansa.deals.said import reason_in_words
from hansa.deals.terms import terms_of_deal
from hansa.partnerships.ties import ties_of


def life_of(actor: Actor, deal: Deal, now: datetime) -> dict[str, Any]:
    """`more` time, `changing`, `announced` as the reason, `needs_notice`, `may_hand_over`, `may_bring_in`, and `pause`.

    Inside acting(); at most six queries, with the deal's program at hand.
    """
    return {
        "more": more_time(actor, deal),
        "changing": changing(actor, deal),
        "announced": reason_in_words(deal.reason, deal.reason_text) if deal.notice_given_at else "",
        "needs_notice": needs_notice(deal, now),
        "may_hand_over": deal.outcome == Outcome.OPEN and deal.status in LIVE and may_hand_over(actor, deal),
        "may_bring_in": _may_bring_in(actor, deal),
        "may_take_off": bool(deal.beside_name) and actor.may(remove_party),
        "pause": _pause(actor, deal, now) if actor.side == "partner" else None,
    }


def _may_bring_in(actor: Actor, deal: Deal) -> bool:
    """Whether there is a company that this person could let read along."""
    if deal.beside_name or deal.status not in LIVE or not actor.may(add_party):
        return False
    return bool(ties_of(deal.vendor_id, deal.partnership_id))


def _pause(actor: Actor, deal: Deal, now: datetime) -> Pause | None:
    """Until when the partner cannot register this customer again; None while the protection holds."""
    if deal.protected_until is None or deal.protected_until > now:
        return None
    days = terms_of_deal(deal).pause_days(deal.program.cooling_off_days)
    if not days:
        return None
    lines = list(DealLine.objects.visible_to(actor).filter(deal=deal).values_list("product_line", flat=True))
    given = (actor.vendor_id, deal.partnership_id, deal.company_id, lines)
    return pause_of(*given, days=days, at=now)
