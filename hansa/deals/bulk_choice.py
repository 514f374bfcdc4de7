"""Which registrations a decision about many is about: those ticked one by one, or all that the queue shows."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.http import Http404

from hansa.core.actors import Actor
from hansa.core.tenancy import moment
from hansa.deals.actions.decide_many import MOST
from hansa.deals.models import Deal
from hansa.deals.queue import ORDERS, Day, narrowed
from hansa.kernel.ids import parse_public_id
from hansa.partnerships.models import Partnership
from hansa.programs.review_terms import calendar_of


def ticked(actor: Actor, references: Sequence[str]) -> list[UUID]:
    """The registrations of these public ids, each once, in this order. Raises Http404 where one is not to be seen."""
    try:
        ids = [parse_public_id(Deal.id_prefix, reference) for reference in dict.fromkeys(references)]
    except ValueError:
        raise Http404 from None
    if Deal.objects.visible_to(actor).filter(pk__in=ids).count() != len(ids):
        raise Http404
    return ids


def all_shown(actor: Actor, asked: Mapping[str, str], until: datetime | None = None) -> list[UUID]:
    """The registrations that the queue shows at this address and that were there `until` then, as it sorts them.

    One more than go at once at most. Raises Http404 for a partner whom the actor does not see.
    """
    partner, show = asked.get("partner"), asked.get("show", "all")
    sender = Partnership.objects.visible_to(actor).named(partner).pk if partner else None
    shown = "all" if show == "held" else show  # held back is what is decided: nothing is left to decide of it
    rows = narrowed(actor, shown, sender, Day.of(calendar_of(actor.vendor_id), moment()))
    order = ORDERS.get(asked.get("sort", ""), ORDERS[""])[1]
    rows = rows.filter(submitted_at__lte=until or moment(), **{f"{order}__isnull": False}).order_by(order, "id")
    return list(rows.values_list("pk", flat=True)[: MOST + 1])
