"""When a job that failed is tried again."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone
from procrastinate.jobs import Job

from hansa.core.retries import TryAgain

TWICE = TryAgain(2, base=10)


def waits(error: Exception, attempts: int) -> timedelta | None:
    """How long until the next attempt, None where there is none."""
    job = Job(queue="q", lock=None, queueing_lock=None, task_name="t", attempts=attempts)
    decided = TWICE.get_retry_decision(exception=error, job=job)
    return decided.retry_at - timezone.now() if decided and decided.retry_at else None


def test_each_attempt_waits_longer_and_then_it_is_given_up() -> None:
    first, second, third = (waits(ValueError(), attempts) for attempts in range(3))
    assert first == pytest.approx(timedelta(seconds=10), abs=timedelta(seconds=5))
    assert second == pytest.approx(timedelta(seconds=100), abs=timedelta(seconds=5))
    assert third is None


@pytest.mark.parametrize("attempts", [0, 2, 19])
def test_after_the_database_was_lost_it_is_tried_within_a_minute_up_to_twenty_times(attempts: int) -> None:
    assert (waits(OperationalError(), attempts) or timedelta.max) <= timedelta(seconds=60)


def test_what_always_loses_the_database_is_given_up_too() -> None:
    assert waits(OperationalError(), 20) is None
