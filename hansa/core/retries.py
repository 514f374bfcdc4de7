"""When a job that failed is tried again."""

from dataclasses import dataclass

import psycopg
from django.db import InterfaceError, OperationalError
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

LOST = (OperationalError, InterfaceError, psycopg.OperationalError)
"""The database went away, or two writers met: the work itself did not fail."""

LOST_AT_MOST = 20  # attempts; a statement that always runs out of time is such a loss, too
WAIT_AT_MOST = 60  # seconds after a loss


@dataclass(frozen=True, slots=True)
class TryAgain(BaseRetryStrategy):
    """Try again up to `times` times, after `base`, base², base³ seconds and so on.

    After a loss it is tried again within a minute, up to `LOST_AT_MOST` times: the database is back, or this could not
    be noted. Losses count among the times.
    """

    times: int
    base: int = 3

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When to try again; None to give the job up."""
        is_lost = isinstance(exception, LOST)
        if job.attempts >= (LOST_AT_MOST if is_lost else self.times):
            return None
        wait: int = self.base ** (job.attempts + 1)
        return RetryDecision(retry_in={"seconds": min(wait, WAIT_AT_MOST) if is_lost else wait})
