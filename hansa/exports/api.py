"""Lists as files: asked for, made by a job, fetched within a day by the person who made the key."""

from dataclasses import replace
from typing import Annotated, Any

from django.http import HttpResponse

from hansa.accounts.actors import client_actor
from hansa.accounts.models import Membership
from hansa.core.actors import Actor
from hansa.core.api.chosen import chosen
from hansa.core.api.entrance import ApiRequest
from hansa.core.api.fields import reference
from hansa.core.api.routes import Routes
from hansa.customers.models import Company
from hansa.exports.actions import request_export
from hansa.exports.files import file_of
from hansa.exports.limits import ExportBearer, attempt_of
from hansa.exports.lists import list_of
from hansa.exports.models import Export
from hansa.exports.schemas import ExportShown, RequestExport
from hansa.kernel.errors import NotPermitted
from hansa.partnerships.models import Partnership

routes = Routes("Exports")
router = routes.router

ExportId = Annotated[str, reference("export")]
EVERY_EXPORT = ExportBearer(client_actor, attempt_of)


@routes.post("/exports", ExportShown, creates=True, auth=EVERY_EXPORT)
def create_export(request: ApiRequest, body: RequestExport) -> dict[str, Any]:
    """Take a list of deals out as a file, narrowed as on its page. At most 20 a day for each person."""
    actor, asked = request.actor, body.asked()
    list_of(actor.side, body.list).check(asked)
    if body.partner:
        chosen(Partnership.objects.visible_to(actor), body.partner, "partner")
    if body.company:
        chosen(Company.objects.visible_to(actor), body.company, "company")
    person = Membership.objects.select_related("user").filter(pk=request.auth.member_id).first()
    if person is None:
        raise NotPermitted("not_permitted", "An export belongs to a person, and this key to none.")
    return show_export(request_export(actor, person, listing=body.list, asked=asked))


@routes.get("/exports/{export_id}", ExportShown, to=request_export)
def show_one_export(request: ApiRequest, export_id: ExportId) -> dict[str, Any]:
    """How far one export is."""
    return show_export(_own(request, export_id))


@routes.file("/exports/{export_id}/file", "text/csv", to=request_export)
def fetch_export(request: ApiRequest, export_id: ExportId) -> HttpResponse:
    """The file, as CSV in UTF-8. Refused as export_running until it is there, as export_gone after a day."""
    content, name = file_of(_person(request), _own(request, export_id))
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def show_export(export: Export) -> dict[str, Any]:
    plain = ("status", "problem", "rows_total", "rows_done", "created_at", "until")
    return {
        "id": export.public_id,
        "list": export.listing,
        "filter": export.asked,
        **{name: getattr(export, name) for name in plain},
    }


def _person(request: ApiRequest) -> Actor:
    """The person who made the key."""
    return replace(request.actor, id=request.auth.member_id)


def _own(request: ApiRequest, export_id: str) -> Export:
    return Export.objects.visible_to(_person(request)).named(export_id)  # type: ignore[no-any-return]
