"""Filters of the console's lists: those of the person who made the key, and the team's."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any
from urllib.parse import parse_qsl

from ninja import Query

from hansa.accounts.models import Membership
from hansa.core.actors import Actor
from hansa.core.api.entrance import ApiRequest
from hansa.core.api.fields import reference
from hansa.core.api.paging import Page, page
from hansa.core.api.routes import Routes
from hansa.filters import actions
from hansa.filters.lists import NARROWED_BY
from hansa.filters.models import SavedFilter, person_of
from hansa.filters.schemas import FilterShown, SaveFilter, WantedFilters
from hansa.kernel.errors import Invalid, NotPermitted

routes = Routes("Saved filters")
router = routes.router

FilterId = Annotated[str, reference("filter")]


@routes.get("/filters", Page[FilterShown], side="vendor", to=actions.save_filter)
def list_filters(request: ApiRequest, wanted: Query[WantedFilters]) -> dict[str, Any]:
    """The saved filters of the person who made the key, and those of the team, newest first."""
    rows = SavedFilter.objects.visible_to(request.actor)
    if wanted.list:
        rows = rows.filter(place=wanted.list)
    return page(request, rows, wanted, partial(show_filters, request.actor), by="created_at")


@routes.post("/filters", FilterShown, creates=True, side="vendor")
def save_filter(request: ApiRequest, body: SaveFilter) -> dict[str, Any]:
    """Keep a filter under a name; it stands above the list as if it had been saved there."""
    given = body.filter.given()
    for name in given:
        if name not in NARROWED_BY[body.list]:
            raise Invalid("unknown_filter", f"This list cannot be narrowed by {name}.", name)
    person = Membership.objects.select_related("user").filter(pk=person_of(request.actor)).first()
    if person is None:
        raise NotPermitted("not_permitted", "A filter belongs to a person, and this key to none.")
    facts = {"place": body.list, "name": body.name, "common": body.common}
    saved = actions.save_filter(request.actor, person, given=given, **facts)
    saved.refresh_from_db(fields=["created_at"])
    return show_filters(request.actor, [saved])[0]


@routes.post("/filters/{filter_id}/deletion", FilterShown, side="vendor")
def delete_filter(request: ApiRequest, filter_id: FilterId) -> dict[str, Any]:
    """Give a filter up; answers with what it was."""
    saved = SavedFilter.objects.visible_to(request.actor).named(filter_id)
    shown = show_filters(request.actor, [saved])[0]
    actions.delete_filter(request.actor, saved)
    return shown


def show_filters(actor: Actor, saved: Sequence[SavedFilter]) -> list[dict[str, Any]]:
    """`FilterShown` of each."""
    person = person_of(actor)
    return [
        {
            "id": one.public_id,
            "list": str(one.place),
            "name": one.name,
            "filter": dict(parse_qsl(one.asked)),
            "common": one.common,
            "owner_name": one.owner_name,
            "mine": one.owner_id == person,
            "created_at": one.created_at,
        }
        for one in saved
    ]
