"""Writing to each other, and writing for oneself."""

from typing import Any
from uuid import UUID

from hansa.accounts.roles import EVERYONE, VENDOR_ROLES
from hansa.core.actions import action
from hansa.core.actors import Actor
from hansa.core.tenancy import moment
from hansa.kernel.errors import DomainError, Invalid
from hansa.partnerships.models import Partnership
from hansa.talk.models import Message, Note, Thread, Via, partner_of, thread_about

LONGEST = 10_000
SILENT = (Partnership.Status.DECLINED, Partnership.Status.ENDED)


@action("message.post", emits="message.posted", by=EVERYONE, creates=True)
def post_message(
    actor: Actor,
    subject: Any,
    *,
    text: str,
    author_id: UUID | None = None,
    via: str = Via.PAGE,
    mail_key: UUID | None = None,
    remark: str = "",
) -> Message:
    """Say something to the other side about a record; both sides read it."""
    partner = Partnership.objects.visible_to(actor).named(partner_of(subject))
    if partner.status in SILENT:
        raise DomainError("partnership_ended", "This partnership has ended: nobody would read it.")
    thread = thread_about(actor, subject) or _begun(actor, subject)
    message = Message(
        vendor_id=thread.vendor_id,
        partnership_id=thread.partnership_id,
        thread=thread,
        author_id=_author(actor, author_id),
        author_name=actor.label,
        side=actor.side,
        text=_said(text),
        remark=remark,
        via=via,
        mail_key=mail_key,
        at=moment(),
    )
    message.save(force_insert=True)
    Thread.objects.visible_to(actor).filter(pk=thread.pk).update(last_at=message.at)
    return message


@action("note.write", emits="note.written", by=VENDOR_ROLES, creates=True)
def write_note(actor: Actor, subject: Any, *, text: str, author_id: UUID | None = None) -> Note:
    """Write something about a record that the vendor's people alone read."""
    note = Note(
        vendor_id=actor.vendor_id,
        subject_type=subject.id_prefix,
        subject_id=subject.pk,
        author_id=_author(actor, author_id),
        author_name=actor.label,
        text=_said(text),
        at=moment(),
    )
    note.save(force_insert=True)
    return note


@action("reply.refuse", emits="reply.refused", by=frozenset())
def refuse_reply(actor: Actor, thread: Thread, *, reason: str) -> None:
    """Say that an answer by mail was turned away although its address was genuine."""
    thread.refused = reason


def _said(text: str) -> str:
    said = text.strip()
    if not said:
        raise Invalid("text_missing", "Write something first.", "text")
    if len(said) > LONGEST:
        raise Invalid("text_too_long", f"That is too long: {LONGEST:,} characters fit.", "text")
    return said


def _author(actor: Actor, author_id: UUID | None) -> UUID | None:
    """The person who speaks: the actor, or for a program the one who made its key."""
    return actor.id if actor.kind == "person" else author_id


def _begun(actor: Actor, subject: Any) -> Thread:
    """A new conversation, or the one that somebody else began in this very moment."""
    thread = Thread(
        vendor_id=actor.vendor_id,
        partnership_id=partner_of(subject),
        subject_type=subject.id_prefix,
        subject_id=subject.pk,
        last_at=moment(),
    )
    Thread.objects.bulk_create([thread], ignore_conflicts=True)
    begun = thread_about(actor, subject)
    assert begun is not None
    return begun
