"""`hansa mail receive`, as a mail server calls it."""

import io
import json
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError

from hansa.talk.management.commands import mail as command
from hansa.testing.cast import Cast
from hansa.testing.mails import filed, written

MARA = "mara@fabrikam.example"


def piped(monkeypatch: pytest.MonkeyPatch, raw: bytes) -> tuple[int, dict[str, Any]]:
    """The exit code, and what it says in JSON."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
    out = io.StringIO()
    try:
        call_command("mail", "receive", "--json", stdout=out)
    except SystemExit as end:
        return int(end.code or 0), json.loads(out.getvalue())
    return 0, json.loads(out.getvalue())


def test_what_is_filed_or_needs_no_answer_ends_well(cast: Cast, address: str, monkeypatch) -> None:
    code, said = piped(monkeypatch, written(MARA, address))
    assert (code, said["outcome"]) == (0, "filed")
    assert said["message"].startswith("message_")
    for raw, outcome in (
        (written(MARA, address), "already_filed"),
        (written(MARA, address, head="Auto-Submitted: auto-replied\r\n"), "automatic"),
    ):
        code, said = piped(monkeypatch, raw)
        assert (code, said["outcome"], said["message"]) == (0, outcome, None)
    assert filed(cast) == ["Yes please."]


def test_what_is_refused_goes_back_with_a_sentence(address: str, monkeypatch) -> None:
    for raw, outcome in ((written("x@elsewhere.example", address), "other_sender"), (b"", "malformed")):
        code, said = piped(monkeypatch, raw)
        assert (code, said["outcome"]) == (1, outcome)
        assert said["text"].endswith(".")


def test_a_mail_waits_while_the_database_is_away(address: str, monkeypatch) -> None:
    def away(raw: bytes) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(command, "receive", away)
    assert piped(monkeypatch, written(MARA, address))[0] == 75
