"""How much one person, or one program, may write: every message goes out as mail to several people."""

from uuid import UUID

from hansa.core.limits import Attempt, Limit

HOUR = 60 * 60
MESSAGES = Limit("messages", 120, HOUR, "You have written a great deal within an hour. Please wait a little.")


def one_more_by(writer: UUID | None) -> Attempt:
    """One message or note by this member or key, to be counted."""
    return MESSAGES.attempt(writer)
