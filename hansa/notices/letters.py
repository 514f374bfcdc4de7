"""A letter: MJML for those who look, plain text for those who read."""

from dataclasses import dataclass
from typing import Any

import mrml
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from hansa.accounts.models import ACCENT


@dataclass(frozen=True, slots=True)
class Letter:
    """What one mail says: subjects are single lines, `url` is where its button leads. Without a vendor Hansa speaks."""

    subject: str
    title: str
    text: str
    button: str
    url: str
    vendor_name: str = ""
    accent: str = ACCENT


def send(to: str, letter: Letter, **facts: Any) -> None:
    """Send one letter to one person. For jobs alone: it talks to the mail server."""
    context = {"letter": letter, **facts}
    mail = EmailMultiAlternatives(
        subject=" ".join(letter.subject.split()),
        body=render_to_string("notices/letter.txt", context),
        to=[to],
    )
    mail.attach_alternative(mrml.to_html(render_to_string("notices/letter.mjml", context)).content, "text/html")
    mail.send()
