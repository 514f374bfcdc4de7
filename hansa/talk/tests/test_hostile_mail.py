"""Mails that somebody made on purpose: each is filed rightly or turned away, with little time and memory."""

import base64
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hansa.kernel.errors import Invalid
from hansa.talk.inbound.read import LARGEST, PARTS, read
from hansa.talk.inbound.receive import receive
from hansa.testing.cast import Cast
from hansa.testing.mails import filed, written

MARA = "mara@fabrikam.example"
pytestmark = pytest.mark.usefixtures("reply_domain")
READER = """
import resource, sys
import django
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
django.setup()
from hansa.kernel.errors import Invalid
from hansa.talk.inbound.read import read
for name in sys.argv[1:]:
    with open(name, "rb") as file:
        try:
            assert len(read(file.read()).text) <= 10_000
        except Invalid:
            pass
    print("read")
"""

PADDING = f"X-Padding: {'x' * 200}\n"
FIVE_MB = 5 * 1024 * 1024


def nested(depth: int, size: int = 0, *, inner: str = "Yes please.", head: str = "") -> bytes:
    """A multipart within a multipart, and so on; `size` bytes of lines in the innermost, `head` in each."""
    opening = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n{head}\n--b{n}\n" for n in range(depth))
    closing = "".join(f"\n--b{n}--\n" for n in reversed(range(depth)))
    body = "Content-Type: text/plain\n\n" + inner + "\n" + ("x" * 70 + "\n") * (size // 71)
    return (opening + body + closing).encode()


def of(sender: str, to: str, rest: bytes, head: str = "") -> bytes:
    return f"From: {sender}\r\nTo: {to}\r\nMessage-ID: <h@x>\r\n{head}".encode() + rest


ATTACHED = "multipart/mixed; boundary=x"
BIG_FILE = base64.encodebytes(b"\0" * 3_500_000).decode()

# What is filed as "Yes please." whatever stands around it.
HARMLESS: dict[str, Callable[[str], bytes]] = {
    "nested twenty deep": lambda to: of(MARA, to, nested(20)),
    "a file of five megabytes": lambda to: written(
        MARA,
        to,
        "--x\nContent-Type: text/plain\n\nYes please.\n--x\nContent-Type: application/pdf\n"
        f"Content-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=a.pdf\n\n{BIG_FILE}\n--x--\n",
        kind=f"Content-Type: {ATTACHED}",
    ),
    "an unknown charset": lambda to: written(MARA, to, kind="Content-Type: text/plain; charset=klingon"),
    "a charset that is code": lambda to: written(MARA, to, kind="Content-Type: text/plain; charset=unicode_escape"),
    "base64": lambda to: written(
        MARA,
        to,
        base64.b64encode(b"Yes please.").decode(),
        kind="Content-Type: text/plain\r\nContent-Transfer-Encoding: base64",
    ),
    "an unknown encoding": lambda to: written(
        MARA, to, kind="Content-Type: text/plain\r\nContent-Transfer-Encoding: 9bit-turbo"
    ),
    "NULs and escapes": lambda to: written(MARA, to, "Yes \0\x1b\x07please.\0"),
    "UTF-16": lambda to: of(
        MARA, to, b"Content-Type: text/plain; charset=utf-16le\r\n\r\n" + "Yes please.".encode("utf-16le")
    ),
    "no type at all": lambda to: of(MARA, to, b"\r\nYes please.\r\n"),
    "bare line feeds": lambda to: of(MARA, to, b"\r\nYes please.\r\n").replace(b"\r\n", b"\n"),
    "a type that is none": lambda to: written(MARA, to, kind="Content-Type: nonsense;;;=;\r\n =="),
    "a folded sender": lambda to: written(f"Mara\r\n Lindqvist\r\n\t<{MARA}>", to),
    "a sender with comments": lambda to: written(f'"Lindqvist, Mara (x)" <{MARA}> (really)', to),
    "an encoded name": lambda to: written(f"=?utf-8?b?TcOkcmE=?= <{MARA}>", to),
    "a name in raw bytes": lambda to: of(f"Mära <{MARA}>", to, b"\r\nYes please.\r\n"),
    "a broken encoded name": lambda to: written(f"=?klingon?q?=FF=F?= <{MARA}>", to),
    "many recipients": lambda to: written(MARA, ", ".join([f"p{n}@x.example" for n in range(2_000)] + [to])),
    "the address in the envelope alone": lambda to: written(
        MARA, "undisclosed-recipients:;", head=f"Delivered-To: {to}\r\n"
    ),
    "HTML alone": lambda to: written(
        MARA, to, "<p>Yes please.</p><script>x()</script>", kind="Content-Type: text/html"
    ),
    "HTML after plain": lambda to: written(
        MARA,
        to,
        "--x\nContent-Type: text/plain\n\nYes please.\n--x\nContent-Type: text/html\n\n<p>Other words</p>\n--x--\n",
        kind="Content-Type: multipart/alternative; boundary=x",
    ),
    "a mail within the mail": lambda to: written(
        MARA,
        to,
        "--x\n\nYes please.\n--x\nContent-Type: message/rfc822\n\nFrom: remo@proseware.example\n\nNot me\n--x--\n",
        kind=f"Content-Type: {ATTACHED}",
    ),
    "no end of the parts": lambda to: written(
        MARA, to, "--x\nContent-Type: text/plain\n\nYes please.", kind=f"Content-Type: {ATTACHED}"
    ),
}

# What is turned away, with the code that says why.
HARMFUL: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "five megabytes of nesting": ("too_many_parts", lambda to: of(MARA, to, nested(FIVE_MB // 280, head=PADDING))),
    "five megabytes of tiny parts": (
        "too_many_parts",
        lambda to: written(MARA, to, f"--x\n{PADDING}\ny\n" * (FIVE_MB // 220), kind=f"Content-Type: {ATTACHED}"),
    ),
    "mails in mails": (
        "too_many_parts",
        lambda to: of(MARA, to, f"Content-Type: message/rfc822\n{PADDING}\n".encode() * (FIVE_MB // 240)),
    ),
    "more than a mail may weigh": ("too_big", lambda to: written(MARA, to, "x" * LARGEST)),
    "millions of lines": ("too_long", lambda to: written(MARA, to, "\n" * 1_000_000)),
    "headers without end": ("malformed", lambda to: of(MARA, to, b"X: y\r\n" * 100_000)),
    "nothing": ("malformed", lambda to: b""),
    "noise": ("malformed", lambda to: bytes(range(256)) * 100),
    "no sender": ("sender_unclear", lambda to: f"To: {to}\r\n\r\nYes".encode()),
    "two senders": ("sender_unclear", lambda to: of(f"{MARA}\r\nFrom: remo@proseware.example", to, b"\r\nYes")),
    "two senders in one": ("sender_unclear", lambda to: written(f"{MARA}, remo@proseware.example", to)),
    "a group as the sender": ("sender_unclear", lambda to: written(f"all: {MARA}, remo@proseware.example;", to)),
    "a sender without a domain": ("other_sender", lambda to: written("mara", to)),
    "a sender that only looks like hers": ("other_sender", lambda to: written("m\u0430ra@fabrikam.example", to)),
    "her address as the name": ("other_sender", lambda to: written(f'"{MARA}" <remo@proseware.example>', to)),
    "her address behind a NUL": ("other_sender", lambda to: written(f"remo@proseware.example\0<{MARA}", to)),
    "a thousand brackets": ("sender_unclear", lambda to: written("(" * 1_900 + MARA, to)),
    "an attachment alone": (
        "empty",
        lambda to: written(MARA, to, "%PDF", kind="Content-Type: application/pdf\r\nContent-Disposition: attachment"),
    ),
    "only other bytes": ("empty", lambda to: written(MARA, to, "\0\x01\x02\x1b\x7f")),
}

# What is slow to read for a reader that goes back and forth.
SLOW: dict[str, bytes] = {
    "deep, with five megabytes of lines": of(MARA, "x@y", nested(PARTS - 5, FIVE_MB)),
    "lines that begin as boundaries do": of(MARA, "x@y", nested(PARTS - 5, inner="--b\r\n" * 150_000)),
    "one line of five megabytes": of(MARA, "x@y", b"\r\n" + b"x" * FIVE_MB),
    "a type of five megabytes within": of(
        MARA,
        "x@y",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain;" + b" a=b;" * 10**6,
    ),
    "open marks": written(MARA, "x@y", "<" * 2_000_000, kind="Content-Type: text/html"),
    "open comments": written(MARA, "x@y", "<!--" * 500_000, kind="Content-Type: text/html"),
    "open scripts": written(MARA, "x@y", "<script>" * 250_000, kind="Content-Type: text/html"),
    "broken entities": written(MARA, "x@y", "&#x" * 600_000, kind="Content-Type: text/html"),
    "lines of quotes": written(MARA, "x@y", "> \n" * 80_000 + "On x wrote:\n" * 20_000),
    "announcements": written(MARA, "x@y", "On Friday and so on he wrote\n" * 9_000 + ">"),
    "encoded words": written("=?utf-8?q?a?=" * 150 + f"<{MARA}>", "x@y"),
    "headers that look alike": of(MARA, "x@y", b"\r\n", "".join(f"From{n}: From: To: Sent:\r\n" for n in range(9_000))),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_odd_but_honest_mail_is_filed(cast: Cast, address: str, name: str) -> None:
    outcome = receive(HARMLESS[name](address))
    assert (outcome.code, filed(cast)) == ("filed", ["Yes please."])


@pytest.mark.parametrize("name", HARMFUL)
def test_hostile_mail_is_turned_away(cast: Cast, address: str, name: str) -> None:
    code, make = HARMFUL[name]
    assert receive(make(address)).code == code
    assert filed(cast) == []


def test_the_worst_mails_are_read_with_little_time_and_memory(tmp_path: Path) -> None:
    """By a process that is killed beyond its limits: a reader that went back and forth would need hours."""
    for number, raw in enumerate(SLOW.values()):
        (tmp_path / f"{number}.eml").write_bytes(raw)
    done = subprocess.run(
        [sys.executable, "-c", READER, *map(str, tmp_path.iterdir())], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    assert done.stdout.decode().split() == ["read"] * len(SLOW)


@pytest.mark.parametrize(("given", "read_as"), [("\0", "\ufffd"), ("a\0b@c.example", "a\ufffdb@c.example")])
def test_what_no_address_has_is_replaced(given: str, read_as: str) -> None:
    assert read(f"From: {given}\r\n\r\nYes.".encode()).sender == read_as


HEADERS = st.lists(
    st.tuples(
        st.sampled_from(["From", "To", "Content-Type", "Content-Transfer-Encoding", "Message-ID", "Precedence", "X"]),
        st.text(max_size=60)
        | st.sampled_from(["multipart/mixed; boundary=x", "text/html", "message/rfc822", "base64"]),
    ),
    max_size=8,
)
PIECES = st.lists(
    st.sampled_from(
        ["--x\r\n", "--x--\r\n", "\r\n", "Content-Type: text/plain\r\n", "Content-Type: message/rfc822\r\n"]
    )
    | st.text(max_size=40),
    max_size=20,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HEADERS, PIECES)
def test_whatever_comes_in_is_read_or_refused(headers: list[tuple[str, str]], pieces: list[str]) -> None:
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    raw = f"{head}\r\n{''.join(pieces)}".encode("utf-8", "surrogatepass")
    try:
        mail = read(raw)
    except Invalid:
        return
    assert len(mail.text) <= 10_000
    assert "\0" not in mail.text + mail.key + mail.remark + mail.sender


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=600))
def test_no_bytes_are_too_odd(raw: bytes) -> None:
    try:
        mail = read(b"From: a@b.example\n" + raw)
    except Invalid:
        return
    assert "\0" not in mail.text
