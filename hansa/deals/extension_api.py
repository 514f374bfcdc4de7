"""More time for a protection: the partner asks, the vendor answers or extends of its own accord."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Field, Query, Schema

from hansa.core.api.chosen import chosen
from hansa.core.api.entrance import ApiRequest
from hansa.core.api.fields import Body, OneOf, reference, strict_reference, text
from hansa.core.api.paging import Page, Paging, each, page
from hansa.core.api.routes import Routes
from hansa.deals import actions
from hansa.deals.api import DealId
from hansa.deals.models import Deal, ExtensionRequest
from hansa.deals.representation import show_deal
from hansa.deals.schemas import DealInFull, Note
from hansa.kernel.ids import public_id

routes = Routes("Extensions")
router = routes.router

ExtensionId = Annotated[str, reference("extension")]
Days = Annotated[int, Field(ge=1, le=365)]
Said = Annotated[str, text(2000, shortest=1, lines=True)]


class ExtensionShown(Schema):
    """A wish for more time, and what became of it; one that nobody asked for has no `reason`."""

    id: str
    deal: str
    partner: str
    days: int
    reason: str
    status: Annotated[str, OneOf(ExtensionRequest.Status)]
    asked_by: str
    asked_at: datetime
    granted_days: int | None
    until: datetime | None
    note: str
    decided_by: str
    decided_at: datetime | None


class ExtensionFilter(Paging):
    """Which extensions: each filter that is given narrows the list."""

    status: Annotated[str, OneOf(ExtensionRequest.Status)] | None = None
    deal: Annotated[str, Field(max_length=60, description="A deal's id")] = ""


class AskForTime(Body):
    deal: Annotated[str, strict_reference("deal")]
    days: Days
    reason: Said


class GrantTime(Body):
    """Without `days` the request is granted in full."""

    days: Days | None = None
    note: Note = ""


class DeclineTime(Body):
    note: Said


class GiveTime(Body):
    days: Days
    note: Note = ""


@routes.get("/extensions", Page[ExtensionShown])
def list_extensions(request: ApiRequest, wanted: Query[ExtensionFilter]) -> dict[str, Any]:
    """The extensions that were asked for or given, newest first."""
    rows = ExtensionRequest.objects.visible_to(request.actor)
    if wanted.status:
        rows = rows.filter(status=wanted.status)
    if wanted.deal:
        rows = rows.filter(deal=chosen(Deal.objects.visible_to(request.actor), wanted.deal, "deal"))
    return page(request, rows, wanted, each(show_extension), by="asked_at")


@routes.post("/extensions", ExtensionShown, creates=True)
def request_extension(request: ApiRequest, body: AskForTime) -> dict[str, Any]:
    """Ask for more days before a protection ends; one request at a time."""
    deal = chosen(Deal.objects.visible_to(request.actor), body.deal, "deal")
    extension = actions.request_extension(request.actor, deal, days=body.days, reason=body.reason)
    return show_extension(extension)


@routes.get("/extensions/{extension_id}", ExtensionShown)
def show_one_extension(request: ApiRequest, extension_id: ExtensionId) -> dict[str, Any]:
    """One extension."""
    return show_extension(_extension(request, extension_id))


@routes.post("/extensions/{extension_id}/approval", ExtensionShown)
def approve_extension(request: ApiRequest, extension_id: ExtensionId, body: GrantTime) -> dict[str, Any]:
    """Grant a request, in full or for fewer days; every protection of the deal ends so much later."""
    extension = _extension(request, extension_id)
    return show_extension(actions.approve_extension(request.actor, extension, **body.dict()))


@routes.post("/extensions/{extension_id}/rejection", ExtensionShown)
def decline_extension(request: ApiRequest, extension_id: ExtensionId, body: DeclineTime) -> dict[str, Any]:
    """Leave the end as it is, for a reason that the partner reads."""
    extension = _extension(request, extension_id)
    return show_extension(actions.decline_extension(request.actor, extension, note=body.note))


@routes.post("/extensions/{extension_id}/withdrawal", ExtensionShown, side="partner")
def withdraw_extension(request: ApiRequest, extension_id: ExtensionId) -> dict[str, Any]:
    """Take back a request that nobody has answered."""
    return show_extension(actions.withdraw_extension(request.actor, _extension(request, extension_id)))


@routes.post("/deal-registrations/{deal_id}/extension", DealInFull)
def extend_deal(request: ApiRequest, deal_id: DealId, body: GiveTime) -> dict[str, Any]:
    """Give a protection more days without being asked."""
    deal = Deal.objects.visible_to(request.actor).named(deal_id)
    return show_deal(request.actor, actions.extend_deal(request.actor, deal, **body.dict()))


def show_extension(extension: ExtensionRequest) -> dict[str, Any]:
    return {
        "id": extension.public_id,
        "deal": public_id("deal", extension.deal_id),
        "partner": public_id("partner", extension.partnership_id),
        "days": extension.days,
        "reason": extension.reason,
        "status": str(extension.status),
        "asked_by": extension.asked_by,
        "asked_at": extension.asked_at,
        "granted_days": extension.granted_days,
        "until": extension.until,
        "note": extension.note,
        "decided_by": extension.decided_by,
        "decided_at": extension.decided_at,
    }


def _extension(request: ApiRequest, extension_id: str) -> ExtensionRequest:
    rows = ExtensionRequest.objects.visible_to(request.actor)
    return rows.named(extension_id)  # type: ignore[no-any-return]
