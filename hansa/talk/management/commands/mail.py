"""`hansa mail`: the mail that comes in."""

import sys
from typing import Any

from django.db import Error

from hansa.core.operator import DONE, REFUSED, Answer, NounCommand
from hansa.talk.inbound.read import LARGEST
from hansa.talk.inbound.receive import Outcome, receive

LATER = 75  # what mail servers take as: keep it, and try again


class Command(NounCommand):
    help = "Mail that comes in."

    def add_verbs(self) -> None:
        self.verb("receive", receive_mail, "File the one mail on standard input; mail servers pipe it here.")


def receive_mail(**_: Any) -> Answer:
    """File or turn away one mail. The exit code is 75 where the mail server should try again."""
    try:
        outcome = receive(sys.stdin.buffer.read(LARGEST + 1))
    except Error:
        outcome = Outcome("unavailable", "The database did not answer.")
        return Answer(_data(outcome), outcome.text, LATER)
    return Answer(_data(outcome), outcome.text, _code(outcome))


def _code(outcome: Outcome) -> int:
    if outcome.later:
        return LATER
    return DONE if outcome.filed or outcome.dropped else REFUSED


def _data(outcome: Outcome) -> dict[str, str | None]:
    message = outcome.message.public_id if outcome.message else None
    return {"outcome": outcome.code, "text": outcome.text, "message": message}
