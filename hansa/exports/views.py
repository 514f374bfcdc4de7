"""A person's exports: ask for one, watch it being made, fetch the file."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.actions import LOOKS_ONLY
from hansa.core.tenancy import acting
from hansa.core.web.paging import turn
from hansa.exports.actions import request_export
from hansa.exports.files import file_of
from hansa.exports.limits import count_export
from hansa.exports.lists import address_of, list_of
from hansa.exports.models import Export
from hansa.kernel.errors import NotPermitted

TOLD = {
    "running": ("Being made", "wait"),
    "done": ("Ready", "good"),
    "failed": ("Not made", "bad"),
    "removed": ("Gone", "calm"),
}


@workspace_page(to=request_export)
def exports(request: WorkspaceRequest) -> HttpResponse:
    """One's exports so far; what a list's button sends makes a new one."""
    actor = request.actor
    if request.method == "POST":
        return _ask(request)
    with acting(actor):
        page = turn(actor, Export.objects.visible_to(actor), request.GET, by="-created_at")
    context = {"title": "Exports", "page": page, "rows": [_said(request, one) for one in page]}
    return render(request, "exports/exports.html", context)


@workspace_page(to=request_export)
@require_safe
def export(request: WorkspaceRequest, export: str) -> HttpResponse:
    """How far an export is, then its file."""
    with acting(request.actor):
        found = Export.objects.visible_to(request.actor).named(export)
    return render(request, "exports/export.html", {"title": found.get_listing_display(), **_said(request, found)})


@workspace_page(to=request_export)
@require_safe
def export_file(request: WorkspaceRequest, export: str) -> HttpResponse:
    """The file itself."""
    with acting(request.actor):
        content, name = file_of(request.actor, Export.objects.visible_to(request.actor).named(export))
    if request.actor.looks_only:
        raise NotPermitted("looks_only", LOOKS_ONLY)
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _ask(request: WorkspaceRequest) -> HttpResponse:
    actor, listing = request.actor, request.POST.get("listing", "")
    if actor.looks_only:
        raise NotPermitted("looks_only", LOOKS_ONLY)
    wanted = list_of(actor.side, listing)
    asked = wanted.read(QueryDict(request.POST.get("asked", "").replace("\0", "")))
    wanted.check(asked)
    person = next(place.member for place in request.places if place.workspace == request.workspace)
    left = count_export(actor.vendor_id, person.pk)
    made = request_export(actor, person, listing=listing, asked=asked)
    messages.success(request, f"Your export is being made. You can make {left} more within a day.")
    return redirect("export", request.workspace.slug, made.public_id)


def _said(request: WorkspaceRequest, one: Export) -> dict[str, Any]:
    told, tone = TOLD[one.status]
    narrowed = ", ".join(f"{name}: {value}" for name, value in one.asked.items())
    path = address_of(request.actor.side, one.listing, one.asked)
    return {"export": one, "told": told, "tone": tone, "narrowed": narrowed, "list_url": f"../../{path}"}
