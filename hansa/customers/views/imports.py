"""The vendor's pages of imports: upload, say which column is which, look at what would happen, run, and the result."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Min
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.actors import Actor
from hansa.core.tenancy import acting
from hansa.core.web.forms import refuse
from hansa.core.web.paging import turn
from hansa.customers import actions
from hansa.customers.forms import MappingForm, UploadForm
from hansa.customers.imports.columns import FIELDS, unmapped
from hansa.customers.imports.read import read_table
from hansa.customers.imports.run import errors_csv, preview_import
from hansa.customers.imports.table import LARGEST_FILE
from hansa.customers.models import Import, ImportRow
from hansa.kernel.errors import DomainError, Invalid

TONES = {"uploaded": "wait", "running": "wait", "done": "good", "failed": "bad"}
TOLD = {
    "uploaded": "Waits for you",
    "running": "Running",
    "done": "Done",
    "failed": "Stopped",
    "discarded": "Discarded",
}
REMARKS_SHOWN = 50


@workspace_page("vendor", to=actions.IMPORTING)
def imports(request: WorkspaceRequest) -> HttpResponse:
    """Bring in a file; beneath, the imports so far."""
    actor = request.actor
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            file = form.cleaned_data["file"]
            content, kind = file.read(LARGEST_FILE + 1), form.cleaned_data["kind"] or None
            kept = actions.upload_import(
                actor, request.workspace.vendor, file_name=file.name, content=content, kind=kind
            )
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            return redirect("import", request.workspace.slug, kept.public_id)
    with acting(actor):
        page = turn(actor, Import.objects.visible_to(actor), request.GET, by="-created_at")
    context = {"title": "Imports", "form": form, "page": page, "rows": [_said(one) for one in page]}
    return render(request, "customers/imports.html", context, status=422 if form.errors else 200)


@workspace_page("vendor", to=actions.IMPORTING)
@require_safe
def import_(request: WorkspaceRequest, reference: str) -> HttpResponse:
    """An import where it stands: its columns and a preview, its progress, or its result."""
    found = _found(request.actor, reference)
    context: dict[str, Any] = {"title": found.file_name, **_said(found)}
    if found.status == Import.Status.UPLOADED:
        context |= _before(request.actor, found)
    else:
        context |= _result(request.actor, found)
    return render(request, "customers/import.html", context)


@workspace_page("vendor", to=actions.map_import)
@require_POST
def map_columns(request: WorkspaceRequest, reference: str) -> HttpResponse:
    """Keep which column is which, and start if that is asked for."""
    actor, found = request.actor, _found(request.actor, reference)
    form = MappingForm(found, _headers(actor, found), request.POST)
    if form.is_valid():
        try:
            actions.map_import(actor, found, **form.mapping())
            if request.POST.get("then") == "start":
                actions.start_import(actor, found)
        except DomainError as refusal:
            form.add_error(form.field_of(refusal.field), refusal.message)
        else:
            return redirect("import", request.workspace.slug, reference)
    context = {"title": found.file_name, **_said(found), "form": form}
    return render(request, "customers/import.html", context, status=422)


@workspace_page("vendor", to=actions.start_import)
@require_POST
def resume(request: WorkspaceRequest, reference: str) -> HttpResponse:
    """Go on with an import that stopped, from the row where it did."""
    actions.start_import(request.actor, _found(request.actor, reference))
    return redirect("import", request.workspace.slug, reference)


@workspace_page("vendor", to=actions.discard_import)
@require_POST
def discard(request: WorkspaceRequest, reference: str) -> HttpResponse:
    """Throw the file away."""
    actions.discard_import(request.actor, _found(request.actor, reference))
    messages.success(request, "Discarded. The file is not kept.")
    return redirect("imports", request.workspace.slug)


@workspace_page("vendor", to=actions.IMPORTING)
@require_safe
def remarks(request: WorkspaceRequest, reference: str) -> HttpResponse:
    """The rows that were not taken, or taken with a remark, as a file."""
    found = _found(request.actor, reference)
    response = HttpResponse(errors_csv(request.actor, found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.public_id}-remarks.csv"'
    return response


def _before(actor: Actor, found: Import) -> dict[str, Any]:
    """The mapping, and what it would make of the first rows; no preview while a needed column is missing."""
    missing = [one.label for one in FIELDS[found.kind] if one.required and one.name not in found.mapping["columns"]]
    if missing or found.mapping["date_order"] is None:
        form = MappingForm(found, _headers(actor, found))
        return {"form": form, "missing": missing or ["how the dates are written"]}
    try:
        preview = preview_import(actor, found)
    except Invalid as refusal:
        return {"form": MappingForm(found, _headers(actor, found)), "missing": [refusal.message]}
    used = [header for header in preview.headers if header in found.mapping["columns"].values()]
    rows = [
        {"shown": row, "cells": [{"label": header, "value": row.raw.get(header, "")} for header in used]}
        for row in preview.rows
    ]
    form = MappingForm(found, preview.headers)
    return {"form": form, "headers": used, "preview": rows, "unmapped": unmapped(found.mapping)}


def _result(actor: Actor, found: Import) -> dict[str, Any]:
    with acting(actor):
        rows = ImportRow.objects.visible_to(actor).filter(source=found).exclude(message="")
        said = rows.values("outcome", "message").annotate(rows=Count("pk"), first=Min("number"))
        remarked = sorted(said, key=lambda one: (one["outcome"] != ImportRow.Outcome.REJECTED, -one["rows"]))
    return {
        "remarks": remarked[:REMARKS_SHOWN],
        "tiles": [
            {"figure": f"{found.totals.get(outcome, 0):,}", "label": label.lower()}
            for outcome, label in ImportRow.Outcome.choices
            if found.totals
        ],
    }


def _headers(actor: Actor, found: Import) -> tuple[str, ...]:
    with acting(actor):
        content = bytes(Import.objects.visible_to(actor).named(found.pk).content)
    return read_table(content).headers if content else ()


def _found(actor: Actor, reference: str) -> Import:
    with acting(actor):
        return Import.objects.visible_to(actor).named(reference)  # type: ignore[no-any-return]


def _said(one: Import) -> dict[str, Any]:
    return {"import": one, "tone": TONES.get(one.status, "calm"), "told": TOLD[one.status]}
