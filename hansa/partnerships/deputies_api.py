"""Who stands in for a channel manager for a time, over the API. For the vendor alone."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Query, Schema

from hansa.core.api.chosen import chosen
from hansa.core.api.entrance import ApiRequest
from hansa.core.api.fields import Body, Day, reference, strict_reference
from hansa.core.api.paging import Page, Paging, each, page
from hansa.core.api.routes import Routes
from hansa.core.tenancy import moment
from hansa.kernel.ids import public_id
from hansa.partnerships import actions
from hansa.partnerships.models import Deputyship, Partnership

routes = Routes("Deputies")
router = routes.router

DeputyshipId = Annotated[str, reference("deputyship")]


class AppointDeputy(Body):
    """`deputy` stands in for `manager` from the day `starts_on` to the end of the day `ends_on`, by the vendor's clock.

    Without `partner` it is with all partners of this manager.
    """

    manager: Annotated[str, strict_reference("member")]
    deputy: Annotated[str, strict_reference("member")]
    partner: Annotated[str, strict_reference("partner")] | None = None
    starts_on: Day
    ends_on: Day


class DeputyshipShown(Schema):
    """Somebody stands in for a channel manager, with one partner or, without `partner`, with all of theirs."""

    id: str
    manager: str
    deputy: str
    partner: str | None
    starts_on: Day
    ends_on: Day
    status: Literal["coming", "running", "over", "revoked"]
    created_at: datetime
    revoked_at: datetime | None


@routes.get("/deputyships", Page[DeputyshipShown], side="vendor", to=actions.appoint_deputy)
def list_deputyships(request: ApiRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Who stands in for whom, or did, the last appointed first."""
    rows = Deputyship.objects.visible_to(request.actor)
    return page(request, rows, paging, each(show_deputyship), by="created_at")


@routes.post("/deputyships", DeputyshipShown, creates=True, side="vendor")
def appoint_deputy(request: ApiRequest, body: AppointDeputy) -> dict[str, Any]:
    """Let somebody stand in for a channel manager for a time: they get the notices, and it ends by itself."""
    team = actions.channel_team(request.auth.workspace.vendor)
    partners = Partnership.objects.visible_to(request.actor).select_related("organization")
    made = actions.appoint_deputy(
        request.actor,
        chosen(team, body.manager, "manager"),
        deputy=chosen(team, body.deputy, "deputy"),
        partnership=chosen(partners, body.partner, "partner") if body.partner else None,
        starts_on=body.starts_on,
        ends_on=body.ends_on,
    )
    return show_deputyship(_found(request, made.public_id))


@routes.get("/deputyships/{deputyship_id}", DeputyshipShown, side="vendor", to=actions.appoint_deputy)
def show_one_deputyship(request: ApiRequest, deputyship_id: DeputyshipId) -> dict[str, Any]:
    """Who stands in for whom, from when to when."""
    return show_deputyship(_found(request, deputyship_id))


@routes.post("/deputyships/{deputyship_id}/revocation", DeputyshipShown, side="vendor")
def revoke_deputy(request: ApiRequest, deputyship_id: DeputyshipId) -> dict[str, Any]:
    """Let somebody no longer stand in, from now on."""
    return show_deputyship(actions.revoke_deputy(request.actor, _found(request, deputyship_id)))


def show_deputyship(cover: Deputyship) -> dict[str, Any]:
    return {
        "id": cover.public_id,
        "manager": public_id("member", cover.manager_id),
        "deputy": public_id("member", cover.deputy_id),
        "partner": public_id("partner", cover.partnership_id) if cover.partnership_id else None,
        "starts_on": cover.starts_on,
        "ends_on": cover.ends_on,
        "status": cover.state(moment()),
        "created_at": cover.created_at,
        "revoked_at": cover.revoked_at,
    }


def _found(request: ApiRequest, reference: str) -> Deputyship:
    return Deputyship.objects.visible_to(request.actor).named(reference)  # type: ignore[no-any-return]
