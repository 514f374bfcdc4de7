"""The page that takes a file: posted to from beside a record, and by itself where something was wrong."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render

from hansa.accounts.entrance import WorkspaceRequest
from hansa.core.actions import Action
from hansa.core.limits import count
from hansa.core.web.forms import refuse
from hansa.files.actions import attach_file, attach_internal_file
from hansa.files.content import ACCEPT, LARGEST, REFUSED
from hansa.files.limits import one_more_by
from hansa.files.models import ALREADY_CODE
from hansa.files.subjects import kind_of
from hansa.kernel.errors import DomainError


class AttachForm(forms.Form):
    file = forms.FileField(
        label="Which file?",
        help_text=f"At most {LARGEST // 1024 // 1024} MB. {REFUSED.partition('. ')[2]}",
        error_messages={"required": "Choose a file first.", "empty": "The file is empty. Choose another one."},
        widget=forms.FileInput({"accept": ACCEPT}),
    )


def attach(request: WorkspaceRequest, subject: Any) -> HttpResponse:
    """Attach a file to a record for both sides and go back to it."""
    return _attach(request, subject, attach_file, "files")


def attach_internally(request: WorkspaceRequest, subject: Any) -> HttpResponse:
    """Attach a file to a record for the vendor's people and go back to it."""
    return _attach(request, subject, attach_internal_file, "internal-files")


def _attach(request: WorkspaceRequest, subject: Any, act: Action, part: str) -> HttpResponse:
    kind, actor, slug = kind_of(subject), request.actor, request.workspace.slug
    back = f"/w/{slug}/{kind.page(subject, actor.side)}#{part}"
    form = AttachForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            count(one_more_by(actor))
            act(actor, subject, name=file.name, content=file.read(LARGEST + 1))
        except DomainError as refusal:
            if refusal.code == ALREADY_CODE:  # the second of two clicks
                return redirect(back)
            refuse(form, refusal)
        else:
            return redirect(back)
    context = {"title": "Add a file", "about": kind.title(subject), "form": form, "back": back, "part": part}
    return render(request, "files/attach.html", context, status=422 if form.errors else 200)
