"""What partner and vendor write to each other; other rooms say the same of their own records."""

from typing import Annotated, Any
from uuid import UUID

from ninja import Query

from hansa.accounts.bearer import bearer
from hansa.core.api.entrance import ApiRequest
from hansa.core.api.fields import reference
from hansa.core.api.paging import Page, Paging, each, page
from hansa.core.api.routes import Routes
from hansa.kernel.ids import public_id
from hansa.partnerships.models import Partnership
from hansa.talk.actions import post_message, write_note
from hansa.talk.limits import one_more_by
from hansa.talk.models import Message, Note, Via, thread_about
from hansa.talk.schemas import MessageShown, Written

routes = Routes("Messages")
router = routes.router

PartnerId = Annotated[str, reference("partner")]
EVERY_MESSAGE = bearer(lambda client: one_more_by(client.key_id))


@routes.get("/partners/{partner_id}/messages", Page[MessageShown])
def list_general_messages(request: ApiRequest, partner_id: PartnerId, paging: Query[Paging]) -> dict[str, Any]:
    """What was written in general, newest first."""
    return messages_about(request, _partner(request, partner_id), paging)


@routes.post("/partners/{partner_id}/messages", MessageShown, creates=True, auth=EVERY_MESSAGE)
def post_general_message(request: ApiRequest, partner_id: PartnerId, body: Written) -> dict[str, Any]:
    """Write to the other side in general. Who takes part gets a notice and a mail."""
    return posted(request, _partner(request, partner_id), body)


def messages_about(request: ApiRequest, subject: Any, paging: Paging) -> dict[str, Any]:
    """A page of the messages about a record, newest first."""
    thread = thread_about(request.actor, subject)
    rows = Message.objects.visible_to(request.actor).filter(thread=thread).select_related("thread")
    return page(request, rows, paging, each(show_message), by="at")


def posted(request: ApiRequest, subject: Any, body: Written) -> dict[str, Any]:
    """`MessageShown` of a new message about a record."""
    message = post_message(request.actor, subject, text=body.text, author_id=request.auth.member_id, via=Via.API.value)
    return show_message(message)


def notes_about(request: ApiRequest, subject: Any, paging: Paging) -> dict[str, Any]:
    """A page of the vendor's own notes about a record, newest first."""
    rows = Note.objects.visible_to(request.actor).filter(subject_type=subject.id_prefix, subject_id=subject.pk)
    return page(request, rows, paging, each(show_note), by="at")


def noted(request: ApiRequest, subject: Any, body: Written) -> dict[str, Any]:
    """`NoteShown` of a new note about a record."""
    return show_note(write_note(request.actor, subject, text=body.text, author_id=request.auth.member_id))


def show_message(message: Message) -> dict[str, Any]:
    return {
        "id": message.public_id,
        "about": message.thread.subject,
        "side": message.side,
        "author": _member(message.author_id),
        "author_name": message.author_name,
        "text": message.text,
        "remark": message.remark,
        "via": str(message.via),
        "at": message.at,
    }


def show_note(note: Note) -> dict[str, Any]:
    return {
        "id": note.public_id,
        "about": public_id(note.subject_type, note.subject_id),
        "author": _member(note.author_id),
        "author_name": note.author_name,
        "text": note.text,
        "at": note.at,
    }


def _member(id: UUID | None) -> str | None:
    return public_id("member", id) if id else None


def _partner(request: ApiRequest, reference: str) -> Partnership:
    return Partnership.objects.visible_to(request.actor).named(reference)  # type: ignore[no-any-return]
