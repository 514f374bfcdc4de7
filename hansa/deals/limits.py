"""The cap on registrations: a partner that tries out names learns who is taken, so attempts are counted.

So are answers to a question, which may name another customer.
"""

from hansa.accounts.models import Workspace
from hansa.core.limits import Attempt, Limit, count

DAY = 24 * 60 * 60


def attempt_at(workspace: Workspace) -> Attempt:
    """One registration, or one answer about it, by this partner, to be counted together with other limits."""
    times = workspace.vendor.registrations_per_day
    limit = Limit("registrations", times, DAY, f"Your company has reached its {times:,} registrations for today.")
    return limit.attempt(workspace.partnership_id)


def count_attempt(workspace: Workspace) -> int:
    """Count one attempt to register or to answer before it is made, outside any transaction; returns how many are left.

    Raises TooMany past the vendor's daily cap.
    """
    return count(attempt_at(workspace))[0].left
