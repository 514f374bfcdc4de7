"""What a release leaves in the database once it is brought to it, beside its schema."""

from collections.abc import Callable

Leave = Callable[[str], None]

_KNOWN: list[Leave] = []


def after_migrating(leave: Leave) -> Leave:
    """Let this be done by each `hansa migrate`, as the owner, by the database connection of the name that it gets."""
    _KNOWN.append(leave)
    return leave


def leave_all(using: str) -> None:
    """Do it; the tables of a room may not be there yet where the database is brought to an earlier state."""
    for leave in _KNOWN:
        leave(using)
