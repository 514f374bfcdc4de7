"""A letter: MJML for those who look, plain text for those who read."""

from dataclasses import dataclass
from typing import Any

import mrml
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from hansa.accounts.models import ACCENT

# Of an answer only what stands above this line is taken.
ABOVE = "Write your answer above this line"

# Programs that answer mail by themselves must not answer ours.
AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


@dataclass(frozen=True, slots=True)
class Letter:
    """What one mail says: subjects are single lines, `url` is where its button leads. Without a vendor Hansa speaks.

    With `reply_to` it can be answered, and says so; `thread` is what the mails of one conversation have in common.
    `settings_url` is where the reader chooses which mails to get, empty where there is no choice.
    """

    subject: str
    title: str
    text: str
    button: str
    url: str
    vendor_name: str = ""
    accent: str = ACCENT
    reply_to: str = ""
    thread: str = ""
    settings_url: str = ""


def send(to: str, letter: Letter, **facts: Any) -> None:
    """Send one letter to one person. For jobs alone: it talks to the mail server."""
    context = {"letter": letter, "above": ABOVE, **facts}
    mail = EmailMultiAlternatives(
        subject=" ".join(letter.subject.split()),
        body=render_to_string("notices/letter.txt", context),
        to=[to],
        reply_to=[letter.reply_to] if letter.reply_to else None,
        headers=AUTOMATIC | ({"References": f"<{letter.thread}@hansa>"} if letter.thread else {}),
    )
    mail.attach_alternative(mrml.to_html(render_to_string("notices/letter.mjml", context)).content, "text/html")
    mail.send()
