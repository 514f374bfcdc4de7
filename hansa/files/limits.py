"""How many files come in: attempts are counted before the action, what is kept is counted by it."""

from hansa.core.actors import Actor
from hansa.core.limits import Attempt, Limit

DAY = 24 * 60 * 60
MOST_PER_RECORD = 20
A_DAY = 200
MOST_A_DAY = 100 * 1024 * 1024  # bytes that one partner attaches within a day

FILES = Limit("files", A_DAY, DAY, f"{A_DAY} files were sent within a day, which is the most. Try again tomorrow.")


def one_more_by(actor: Actor) -> Attempt:
    """One file by this partner, or by this person or key of the vendor, to be counted."""
    return FILES.attempt(actor.partnership_id or actor.id)
