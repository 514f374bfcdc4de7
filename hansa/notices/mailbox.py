"""Where the demonstration's mail goes: a table with a page, and nowhere else."""

from collections.abc import Sequence

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from hansa.notices.models import SentMail


class DemonstrationBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep each mail for the page of sent mail."""
        SentMail.objects.bulk_create(
            SentMail(
                to=", ".join(mail.to),
                reply_to=", ".join(mail.reply_to),
                subject=str(mail.subject),
                text=str(mail.body),
                html=_html(mail),
            )
            for mail in email_messages
        )
        return len(email_messages)


def _html(mail: EmailMessage) -> str:
    if isinstance(mail, EmailMultiAlternatives):
        return next((str(content) for content, kind in mail.alternatives if kind == "text/html"), "")
    return ""
