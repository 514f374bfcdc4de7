"""What happened: the audit for the vendor, a partner's own share for the partner."""

from functools import partial
from typing import Annotated, Any

from ninja import Query

from hansa.core.actors import Actor
from hansa.core.api.entrance import ApiRequest
from hansa.core.api.fields import reference
from hansa.core.api.paging import Page, Paging, each, page
from hansa.core.api.routes import Routes
from hansa.core.models import Event
from hansa.deals.history import history
from hansa.deals.models import Deal
from hansa.history.permissions import READ_AUDIT
from hansa.kernel.errors import Invalid, NotPermitted
from hansa.kernel.ids import parse_public_id, public_id
from hansa.portal.schemas import EventFilter, EventShown

routes = Routes("Events")
router = routes.router

ACTORS = {"person": "member", "client": "key"}
DealId = Annotated[str, reference("deal")]


@routes.get("/events", Page[EventShown])
def list_events(request: ApiRequest, wanted: Query[EventFilter]) -> dict[str, Any]:
    """What happened, newest first: all of it for those who audit a vendor, a partner's own share for the partner."""
    if request.actor.side == "vendor" and not request.actor.may(READ_AUDIT):
        raise NotPermitted("not_permitted", "Your role may not read the audit.")
    rows = Event.objects.visible_to(request.actor)
    if wanted.name:
        rows = rows.filter(name=wanted.name.replace("\0", ""))
    if wanted.subject:
        rows = rows.filter(**_subject(wanted.subject))
    return page(request, rows, wanted, each(partial(show_event, request.actor)), by="at")


@routes.get("/deal-registrations/{deal_id}/events", Page[EventShown])
def list_deal_events(request: ApiRequest, deal_id: DealId, paging: Query[Paging]) -> dict[str, Any]:
    """What happened to one deal and to what was asked about it, newest first."""
    deal = Deal.objects.visible_to(request.actor).named(deal_id)
    return page(request, history(request.actor, deal), paging, each(partial(show_event, request.actor)), by="at")


def show_event(reader: Actor, event: Event) -> dict[str, Any]:
    """`EventShown`. Why Hansa itself did something, and what caused it, may rest on a rival: the vendor reads that."""
    prefix = ACTORS.get(event.actor_kind)
    told = reader.side == "vendor" or event.actor_kind != "system"
    return {
        "id": event.public_id,
        "name": event.name,
        "at": event.at,
        "actor": {
            "kind": event.actor_kind,
            "id": public_id(prefix, event.actor_id) if prefix and event.actor_id else None,
            "label": event.actor_label if told else "",
        },
        "subject": event.subject,
        "partner": public_id("partner", event.partnership_id) if event.partnership_id else None,
        "data": event.data,
        "changes": event.changes,
        "cause": public_id("evt", event.cause_id) if event.cause_id and reader.side == "vendor" else None,
    }


def _subject(reference: str) -> dict[str, Any]:
    prefix = reference.rpartition("_")[0]
    try:
        return {"subject_type": prefix, "subject_id": parse_public_id(prefix, reference)}
    except ValueError:
        raise Invalid("subject_malformed", "This is no id.", "subject") from None
