"""Jobs that were begun and whose worker, or its connection, is gone."""

from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from hansa.core.jobs import ENDS, end_given_up, rescue_orphans, was_interrupted

pytestmark = pytest.mark.django_db

SOME = UUID(int=1)


def job(worker_silent_for: str | None, begun: str) -> int:
    """A job that is being done, by a worker with a heartbeat of that age or by none, since a while."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('q', 'anything') RETURNING id")
        [number] = cursor.fetchone()
        worker = None
        if worker_silent_for is not None:
            cursor.execute(
                "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval) RETURNING id",
                [worker_silent_for],
            )
            [worker] = cursor.fetchone()
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s", [worker, number])
        cursor.execute(
            "UPDATE procrastinate_events SET at = now() - %s::interval WHERE job_id = %s AND type = 'started'",
            [begun, number],
        )
    return int(number)


def status(number: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text FROM procrastinate_jobs WHERE id = %s", [number])
        return str(cursor.fetchone()[0])


@pytest.mark.parametrize(
    ("silent", "begun", "then"),
    [
        ("1 second", "1 minute", "doing"),
        ("1 second", "11 minutes", "todo"),
        ("31 seconds", "1 minute", "todo"),
        (None, "1 minute", "todo"),
    ],
    ids=["at work", "connection lost under a living worker", "worker dead", "worker gone"],
)
def test_a_job_is_put_back_when_nobody_works_on_it(silent: str | None, begun: str, then: str) -> None:
    number = job(silent, begun)
    assert rescue_orphans.func(0) == (then == "todo")
    assert status(number) == then


def test_one_that_cannot_be_put_back_keeps_no_other_from_it() -> None:
    stuck, other = job(None, "1 minute"), job(None, "1 minute")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET queueing_lock = 'taken' WHERE id = %s", [stuck])
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock) VALUES ('q', 'anything', 'taken')"
        )
    assert rescue_orphans.func(0) == 1
    assert (status(stuck), status(other)) == ("doing", "todo")


def failed_job(task: str, id: UUID) -> None:
    """A job whose last attempt has just failed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, args)"
            " VALUES ('q', %s, 'doing', jsonb_build_object('id', %s::text))",
            [task, id],
        )
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE task_name = %s", [task])


def test_what_the_last_attempt_left_open_is_ended_whatever_becomes_of_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended: list[Any] = []
    monkeypatch.setitem(ENDS, "broken", lambda id: 1 / 0)
    monkeypatch.setitem(ENDS, "given", lambda **args: ended.append(args))
    for task in ("broken", "given", "anything"):
        failed_job(task, SOME)
    end_given_up.func(0)
    assert ended == [{"id": str(SOME)}]


@pytest.mark.parametrize(
    ("status", "attempts", "told"), [("todo", 0, False), ("todo", 1, True), ("doing", 1, True), ("failed", 5, False)]
)
def test_a_job_that_waits_for_another_attempt_was_interrupted(status: str, attempts: int, told: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, attempts, args)"
            " VALUES ('q', 'given', %s, %s, jsonb_build_object('id', %s::text, 'more', 1))",
            [status, attempts, SOME],
        )
    assert was_interrupted("given", id=SOME) is told
    assert not was_interrupted("given", id=UUID(int=2))
