"""The page that posts what somebody wrote: below a record, and by itself where something was wrong."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from hansa.accounts.entrance import WorkspaceRequest
from hansa.core.actors import Actor
from hansa.core.limits import count
from hansa.core.web.forms import refuse
from hansa.kernel.errors import DomainError
from hansa.notices.reading import mark_topic_read
from hansa.talk.actions import post_message, write_note
from hansa.talk.forms import NoteForm, WriteForm
from hansa.talk.limits import one_more_by
from hansa.talk.subjects import kind_of


def post(request: WorkspaceRequest, subject: Any) -> HttpResponse:
    """Post a message about a record and go back to it. Who answers has read."""

    def answer(actor: Actor, subject: Any, *, text: str) -> None:
        mark_topic_read(actor, post_message(actor, subject, text=text).thread_id)

    return _write(request, subject, WriteForm, answer, "conversation")


def note(request: WorkspaceRequest, subject: Any) -> HttpResponse:
    """Keep an internal note about a record and go back to it."""
    return _write(request, subject, NoteForm, write_note, "notes")


def _write(
    request: WorkspaceRequest, subject: Any, form_class: type[WriteForm], act: Callable[..., Any], part: str
) -> HttpResponse:
    kind, actor, slug = kind_of(subject), request.actor, request.workspace.slug
    back = f"/w/{slug}/{kind.page(subject, actor.side)}#{part}"
    form = form_class(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            count(one_more_by(actor.id))
            act(actor, subject, text=form.cleaned_data["text"])
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            return redirect(back)
    context = {"title": kind.title(subject), "form": form, "back": back, "is_note": part == "notes"}
    return render(request, "talk/write.html", context, status=422 if form.errors else 200)
