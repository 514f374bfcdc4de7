"""An answer as a mailbox would send it, for a demonstration without one."""

from email.message import EmailMessage
from email.utils import make_msgid


def answer_to(sender: str, to: str, subject: str, quoted: str, text: str) -> bytes:
    """The RFC 5322 message with which `sender` answers a mail, quoting it below."""
    answer = EmailMessage()
    answer["From"], answer["To"] = sender, to
    answer["Subject"] = f"Re: {' '.join(subject.split())}"
    answer["Message-ID"] = make_msgid(domain="demonstration.example")
    history = "\n".join(f"> {line}" for line in quoted.splitlines())
    answer.set_content(f"{text}\n\nOn that day, Hansa wrote:\n{history}\n")
    return answer.as_bytes()
