"""The sealed history: how it stands, its daily heads, and files to keep and to verify elsewhere."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.tenancy import acting
from hansa.core.web.paging import turn
from hansa.history.chain import canonical
from hansa.history.export import entries, head_line
from hansa.history.models import Head
from hansa.history.permissions import READ_AUDIT
from hansa.history.standing import standing


@workspace_page("vendor", to=READ_AUDIT)
def chain(request: WorkspaceRequest) -> HttpResponse:
    """How the chain stands, and the head of each day, newest first."""
    with acting(request.actor):
        page = turn(request.actor, Head.objects.visible_to(request.actor), request.GET, by="-day")
        context = {"title": "Sealed history", "standing": standing(request.actor), "page": page}
    return render(request, "history/chain.html", context)


@require_safe
@workspace_page("vendor", to=READ_AUDIT)
def heads_file(request: WorkspaceRequest) -> HttpResponseBase:
    """Every head, one a line."""
    with acting(request.actor):
        heads = [head_line(head) for head in Head.objects.visible_to(request.actor).order_by("day")]
    return _file(heads, f"{request.workspace.slug}-heads.jsonl")


@require_safe
@workspace_page("vendor", to=READ_AUDIT)
def entries_file(request: WorkspaceRequest) -> HttpResponseBase:
    """The whole chain, one entry a line, without the names and values that are closed in it."""
    return _file(entries(request.actor), f"{request.workspace.slug}-chain.jsonl")


@require_safe
@workspace_page("vendor", to=READ_AUDIT)
def days_entries_file(request: WorkspaceRequest, head: str) -> HttpResponseBase:
    """The entries of one day."""
    with acting(request.actor):
        heads = Head.objects.visible_to(request.actor)
        found = heads.named(head)
        before = heads.filter(day__lt=found.day).order_by("-day").values_list("position", flat=True).first() or 0
    lines = entries(request.actor, after=before, to=found.position)
    return _file(lines, f"{request.workspace.slug}-{found.day}.jsonl")


def _file(lines: Iterable[dict[str, Any]], name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(_written(lines), content_type="application/jsonl")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _written(lines: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    for line in lines:
        yield canonical(line) + b"\n"
