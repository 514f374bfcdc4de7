"""The pages of one file: its download, and taking it away."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.actions import Action
from hansa.core.actors import Actor
from hansa.core.tenancy import acting
from hansa.files.actions import remove_file, remove_internal_file
from hansa.files.models import Attachment, File, InternalFile
from hansa.files.serving import download
from hansa.files.subjects import kind_of, subject_of


@workspace_page()
@require_safe
def file(request: WorkspaceRequest, file: str) -> HttpResponse:
    """A file that both sides see, as a download."""
    return _served(request.actor, Attachment, file)


@workspace_page("vendor")
@require_safe
def internal_file(request: WorkspaceRequest, internal_file: str) -> HttpResponse:
    """A file of the vendor's own, as a download."""
    return _served(request.actor, InternalFile, internal_file)


@workspace_page(to=remove_file)
def remove(request: WorkspaceRequest, file: str) -> HttpResponse:
    """Say what removing means, then remove."""
    return _remove(request, Attachment, file, remove_file)


@workspace_page("vendor", to=remove_internal_file)
def remove_internal(request: WorkspaceRequest, internal_file: str) -> HttpResponse:
    """Say what removing means, then remove a file of the vendor's own."""
    return _remove(request, InternalFile, internal_file, remove_internal_file)


def _served(actor: Actor, model: type[Attachment] | type[InternalFile], reference: str) -> HttpResponse:
    with acting(actor):
        found = _found(actor, model, reference)
        subject_of(found, actor)
        return download(actor, found)


def _remove(
    request: WorkspaceRequest, model: type[Attachment] | type[InternalFile], reference: str, act: Action
) -> HttpResponse:
    actor = request.actor
    with acting(actor):
        found = _found(actor, model, reference)
        subject = subject_of(found, actor)
        keeps = model is Attachment and kind_of(subject).keeps(subject)
    back = f"/w/{request.workspace.slug}/{kind_of(subject).page(subject, actor.side)}"
    if request.method == "POST":
        act(actor, found)
        messages.success(request, f"Removed {found.name}.")
        return redirect(back)
    context = {"title": "Remove this file?", "file": found, "about": kind_of(subject).title(subject), "back": back}
    context["stays_with_vendor"] = keeps
    return render(request, "files/remove.html", context)


def _found(actor: Actor, model: type[Attachment] | type[InternalFile], reference: str) -> File:
    return model.objects.visible_to(actor).named(reference)  # type: ignore[no-any-return]
