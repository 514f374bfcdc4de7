"""The cap on disputes: they are work for people, and must not be a way to try out who is taken."""

from hansa.accounts.models import Workspace
from hansa.core.limits import Attempt, Limit, count

MONTH = 30 * 24 * 60 * 60


def attempt_at(workspace: Workspace) -> Attempt:
    """One more dispute by this partner, to be counted together with other limits."""
    times = workspace.vendor.disputes_per_month
    said = f"Your company has reached its {times:,} dispute{'' if times == 1 else 's'} within 30 days."
    limit = Limit("disputes", times, MONTH, said)
    return limit.attempt(workspace.partnership_id)


def count_attempt(workspace: Workspace) -> int:
    """Count one attempt to open a dispute before it is made; returns how many are left. Raises TooMany past the cap."""
    return count(attempt_at(workspace))[0].left
