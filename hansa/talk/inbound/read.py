"""A mail as it came, taken apart within limits: whatever is in it, time and memory stay small."""

import hashlib
import re
from dataclasses import dataclass
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesFeedParser
from email.policy import EmailPolicy
from typing import Any, cast

from hansa.kernel.errors import Invalid
from hansa.notices.replies import addressed
from hansa.talk.actions import LONGEST
from hansa.talk.inbound.authentication import failed
from hansa.talk.inbound.html import words_of
from hansa.talk.inbound.trim import answer_of

LARGEST = 10 * 1024 * 1024  # bytes of a whole mail, attachments and all
HEAD = 256 * 1024  # bytes of its headers
LINES = 160_000  # ten megabytes of an attachment are fewer
PARTS = 30  # however deep they stand in each other
HEADER = 2_000  # characters of one header, of any part
TEXT = 256 * 1024  # bytes of the text that is read

# What may go wrong within the standard library while it reads what somebody made on purpose.
ODD = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError, MessageError)

# Others are slow to read, or say something else than they seem to.
CHARSETS = re.compile(
    r"(utf-?(8|16|16le|16be)|us-?ascii|ascii|iso-?8859-?\d{1,2}|latin-?\d|windows-?125\d|cp125\d|cp932|koi8-[ru]"
    r"|iso-2022-(jp|kr)|shift_?jis|euc-?(jp|kr)|gb2312|gbk|gb18030|big5)",
    re.IGNORECASE,
)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
MACHINES = frozenset(["bulk", "junk", "list", "auto_reply", "auto-reply"])
LISTED = ("List-Id", "List-Unsubscribe", "X-Autoreply", "X-Autorespond")


@dataclass(frozen=True, slots=True)
class Mail:
    """What matters of a mail. `sender` is one address in small letters, empty unless there is exactly one.

    It is `disowned` where a mail server found that the sender's domain did not send it.
    """

    sender: str
    tokens: frozenset[str]
    key: str
    automatic: bool
    disowned: bool
    text: str
    remark: str


class Bounded(EmailPolicy):
    """The library's modern policy, which reads no more of a header than anybody writes."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:HEADER]


class Parts:
    """Makes the parts of one mail, and not too many."""

    made = 0

    def __call__(self, policy: Any = None) -> EmailMessage:
        self.made += 1
        if self.made > PARTS:
            raise Invalid("too_many_parts", "This mail has too many parts. Send the answer as plain text.")
        return EmailMessage(policy)


def read(raw: bytes) -> Mail:
    """Take a mail apart. Raises Invalid for one that is beyond the limits."""
    head = _head(raw)
    message = _parsed(raw)
    text = _text(message)
    remarks = [_left_out(message)]
    if len(text) > LONGEST:
        text = text[:LONGEST]
        remarks.append(f"The mail was longer: its first {LONGEST:,} characters are here.")
    return Mail(
        sender=_sender(message),
        tokens=frozenset(addressed(head)),
        key=_header(message, "Message-ID") or hashlib.sha256(raw).hexdigest(),
        automatic=_is_automatic(message),
        disowned=failed(head),
        text=text,
        remark=" ".join(filter(None, remarks)),
    )


def _head(raw: bytes) -> str:
    """The headers as one text. Raises Invalid where a mail is too big or has no end of headers."""
    if len(raw) > LARGEST:
        raise Invalid("too_big", f"This mail is bigger than {LARGEST // 1024 // 1024} MB. Send it without attachments.")
    if raw.count(b"\n") > LINES or raw.count(b"\r") > LINES:
        raise Invalid("too_long", "This mail has too many lines. Send the answer as plain text.")
    ends = [end for mark in (b"\n\n", b"\n\r\n", b"\r\r") if (end := raw.find(mark, 0, HEAD)) >= 0]
    if not ends:
        raise Invalid("malformed", "This mail has no readable headers.")
    return raw[: min(ends)].decode("utf-8", "replace")


def _parsed(raw: bytes) -> EmailMessage:
    parser = BytesFeedParser(cast(Any, Parts()), policy=Bounded())
    try:
        parser.feed(raw)
        return cast(EmailMessage, parser.close())
    except ODD as odd:
        raise Invalid("malformed", "This mail could not be read.") from odd


def _header(message: EmailMessage, name: str) -> str:
    """A header's words on one line, empty where there is none that can be read."""
    try:
        return " ".join(CONTROL.sub(" ", str(message.get(name, ""))).split())
    except ODD:
        return ""


def _sender(message: EmailMessage) -> str:
    try:
        fields = message.get_all("From", [])
        addresses = [address for field in fields for address in field.addresses]
    except ODD:
        return ""
    sender = str(addresses[0].addr_spec).lower() if len(fields) == len(addresses) == 1 else ""
    return CONTROL.sub("\N{REPLACEMENT CHARACTER}", sender)


def _is_automatic(message: EmailMessage) -> bool:
    """Whether a program sent it: a notice of absence, a report of delivery, a list, or Hansa itself."""
    submitted = _header(message, "Auto-Submitted").lower()
    return bool(
        (submitted and not re.match(r"no\b", submitted))
        or _header(message, "Precedence").lower() in MACHINES
        or any(_header(message, name) for name in LISTED)
        or _header(message, "Return-Path") == "<>"
        or _kind(message) in ("multipart/report", "message/delivery-status", "message/disposition-notification")
        or _sender(message).startswith(("mailer-daemon@", "postmaster@"))
    )


def _text(message: EmailMessage) -> str:
    """The new words: of the plain text, else of the HTML."""
    try:
        body = cast(EmailMessage | None, message.get_body(("plain", "html")))
        content = body.get_payload(decode=True) if body is not None else b""
    except ODD:
        return ""
    if body is None or not isinstance(content, bytes):
        return ""
    words = _decoded(body, content[:TEXT])
    if _kind(body) == "text/html":
        words = words_of(words)
    lines = words.replace("\r\n", "\n").replace("\r", "\n")
    return answer_of(CONTROL.sub("", lines))


def _decoded(part: EmailMessage, content: bytes) -> str:
    try:
        charset = part.get_content_charset() or ""
        return content.decode(charset if CHARSETS.fullmatch(charset) else "utf-8", "replace")
    except ODD:
        return content.decode("utf-8", "replace")


def _left_out(message: EmailMessage) -> str:
    """What is said of attachments."""
    count = 0
    for part in message.walk():
        try:
            count += part.get_content_disposition() == "attachment" or bool(part.get_filename())
        except ODD:
            count += 1
    return f"{count} {'attachment was' if count == 1 else 'attachments were'} left out." if count else ""


def _kind(message: EmailMessage) -> str:
    try:
        return message.get_content_type()
    except ODD:
        return ""
