"""Mails as they come in."""

from django.core import mail

from hansa.core.tenancy import acting
from hansa.deals.models import Deal
from hansa.talk.actions import post_message
from hansa.talk.models import Message
from hansa.testing.cast import Cast, Person
from hansa.testing.queue import run_jobs

PLAIN = 'Content-Type: text/plain; charset="utf-8"'


def answerable(cast: Cast, deal: Deal, *, by: Person | None = None) -> dict[str, str]:
    """Somebody writes about the deal; the addresses to which those who are told can answer, by their own."""
    mail.outbox.clear()
    post_message((by or cast.channel_manager).actor, deal, text="Shall I send the security pack?")
    run_jobs()
    return {letter.to[0]: letter.reply_to[0] for letter in mail.outbox if letter.reply_to}


def written(
    sender: str,
    to: str,
    text: str = "Yes please.",
    *,
    id: str = "<one@mailbox.example>",
    head: str = "",
    kind: str = PLAIN,
) -> bytes:
    """One mail as bytes; `head` has further headers, each with its line break."""
    headers = f"From: {sender}\r\nTo: {to}\r\nSubject: Re: about\r\nMessage-ID: {id}\r\n{head}{kind}\r\n\r\n"
    return (headers + text.replace("\n", "\r\n")).encode("utf-8", "surrogateescape")


def filed(cast: Cast) -> list[str]:
    """The texts that came by mail, the oldest first."""
    with acting(cast.system):
        return list(
            Message.objects.filter(vendor_id=cast.system.vendor_id, via="mail")
            .order_by("at", "id")
            .values_list("text", flat=True)
        )
