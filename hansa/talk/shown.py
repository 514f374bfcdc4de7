"""A conversation as one person reads it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from textwrap import shorten
from typing import Any

from django.conf import settings

from hansa.core.actors import Actor
from hansa.notices.reading import unread_by_topic
from hansa.partnerships.models import Partnership
from hansa.talk.models import Message, Mute, Note, Thread, Via, thread_about
from hansa.talk.subjects import kind_of, subjects_of

SHOWN = 30
NAMED = 2
BEGINNING = 120  # characters of the last message in the list


@dataclass(frozen=True, slots=True)
class Line:
    """A message: who said it, `mine` if the reader did, `new` if the reader has not read it."""

    at: datetime
    name: str
    text: str
    remark: str
    by_mail: bool
    mine: bool
    new: bool = False


@dataclass(frozen=True, slots=True)
class Conversation:
    """What stands beside a record: its latest messages, the newest last, and what the reader can do there."""

    thread: Thread | None
    lines: Sequence[Line]
    is_long: bool
    unread: int
    muted: bool
    who: str
    other: str
    by_mail: bool


@dataclass(frozen=True, slots=True)
class Talk:
    """A line in the list of conversations; `last` is who spoke last, and how that begins."""

    thread: Thread
    title: str
    partner: str
    last: str
    unread: int


def conversation(actor: Actor, subject: Any, partner: Partnership) -> Conversation:
    """The conversation about a record of this partner, whose vendor and organization are read along."""
    thread = thread_about(actor, subject)
    if thread is None:
        return Conversation(None, [], False, 0, False, "", _other(actor, partner), False)
    messages = list(thread_messages(actor, thread).order_by("-at", "-id")[: SHOWN + 1])
    unread = unread_by_topic(actor).get(thread.pk, 0)
    lines = said(actor, partner, messages[:SHOWN], unread)
    return Conversation(
        thread,
        lines,
        len(messages) > SHOWN,
        unread,
        Mute.objects.visible_to(actor).filter(thread=thread).exists(),
        _who(lines),
        _other(actor, partner),
        bool(settings.MAIL_REPLY_DOMAIN),
    )


def thread_messages(actor: Actor, thread: Thread) -> Any:
    """The messages of a thread that the actor sees."""
    return Message.objects.visible_to(actor).filter(thread=thread)


def said(actor: Actor, partner: Partnership, newest_first: Iterable[Message], unread: int = 0) -> list[Line]:
    """Messages as lines, the newest last; the latest `unread` of others are new."""
    company = {"vendor": partner.vendor.name, "partner": partner.organization.name}
    lines = []
    for message in newest_first:
        mine = message.author_id is not None and message.author_id == actor.id
        name = "You" if mine else f"{message.author_name}, {company[message.side]}"
        new = not mine and unread > 0
        unread -= new
        lines.append(Line(message.at, name, message.text, message.remark, message.via == Via.MAIL, mine=mine, new=new))
    return lines[::-1]


def notes_about(actor: Actor, subject: Any) -> list[Note]:
    """The vendor's own notes about a record, the newest last."""
    notes = Note.objects.visible_to(actor).filter(subject_type=subject.id_prefix, subject_id=subject.pk)
    return list(notes.order_by("-at", "-id")[:SHOWN])[::-1]


def talks(actor: Actor, threads: Sequence[Thread], unread: dict[Any, int]) -> list[Talk]:
    """Threads as the list shows them."""
    subjects = subjects_of(threads, actor)
    latest = Message.objects.visible_to(actor).filter(thread__in=threads).order_by("thread", "-at", "-id")
    last = {message.thread_id: message for message in latest.distinct("thread")}
    return [
        Talk(
            thread,
            kind_of(subject).title(subject),
            thread.partnership.organization.name,
            _beginning(actor, last[thread.pk]) if thread.pk in last else "",
            unread.get(thread.pk, 0),
        )
        for thread in threads
        if (subject := subjects.get(thread.subject_id))
    ]


def _beginning(actor: Actor, message: Message) -> str:
    name = "You" if message.author_id is not None and message.author_id == actor.id else message.author_name
    return shorten(f"{name}: {message.text}", BEGINNING, placeholder="…")


def _other(actor: Actor, partner: Partnership) -> str:
    return str(partner.organization.name if actor.side == "vendor" else partner.vendor.name)


def _who(lines: Sequence[Line]) -> str:
    """ "You, Jonas Weber and 1 more": who has spoken lately, the reader first."""
    names = list(dict.fromkeys(line.name.split(", ")[0] for line in reversed(lines)))
    names.sort(key=lambda name: name != "You")
    if len(names) <= NAMED:
        return " and ".join(names)
    return f"{', '.join(names[:NAMED])} and {len(names) - NAMED} more"
