"""Refusals: what a user may be told. Rendered by `core.web` and `core.api`, never elsewhere."""

from collections.abc import Sequence
from typing import Any


class DomainError(Exception):
    """A rule of the business said no.

    `code` is stable and meant for machines, `message` is for the person, `field` names the input at fault, if any.
    """

    def __init__(self, code: str, message: str, field: str | None = None):
        super().__init__(message)
        self.code, self.message, self.field = code, message, field


class NotPermitted(DomainError):
    """The actor sees the thing but may not do this to it."""


class Invalid(DomainError):
    """The input is incomplete or malformed. `parts` are all that is wrong with a large one, as place and message."""

    def __init__(self, code: str, message: str, field: str | None = None, parts: Sequence[tuple[str, str]] = ()):
        super().__init__(code, message, field)
        self.parts = tuple(parts)


class TooMany(DomainError):
    """A limit is reached; `retry_after` says in how many seconds another attempt is counted anew.

    `allowances` is what is left of each limit that was counted.
    """

    def __init__(self, code: str, message: str, retry_after: int, allowances: Sequence[Any] = ()):
        super().__init__(code, message)
        self.retry_after, self.allowances = retry_after, allowances
