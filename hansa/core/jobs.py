"""Work done outside a request: reactions to events, and the watchdog over the queue."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from json import dumps, loads
from typing import Any
from uuid import UUID

import structlog
from django.db import DatabaseError, connection, transaction
from procrastinate.contrib.django import app

from hansa.core.actions import caused_by
from hansa.core.actors import Actor, System
from hansa.core.events import HANDLERS, find_event
from hansa.core.models import Reaction
from hansa.core.retries import LOST, TryAgain
from hansa.core.tenancy import acting

log = structlog.get_logger()

End = Callable[..., None]
"""Ends the row that a job was to finish; takes the job's own arguments."""

ENDS: dict[str, End] = {}
"""What ends the work of a task when its last attempt has failed, by the task's name."""

LONGEST_JOB = timedelta(minutes=10)
SILENT_WORKER = timedelta(seconds=30)

ORPHANS = """
SELECT job.id FROM procrastinate_jobs job LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
WHERE job.status = 'doing' AND (
    worker.id IS NULL OR worker.last_heartbeat < now() - %(silent)s::interval
    OR (SELECT max(at) FROM procrastinate_events WHERE job_id = job.id AND type = 'started')
        < now() - %(longest)s::interval)
"""

GIVEN_UP = """
SELECT task_name, args::text FROM procrastinate_jobs job
WHERE status = 'failed' AND task_name = ANY(%(tasks)s) AND EXISTS (
    SELECT FROM procrastinate_events WHERE job_id = job.id AND type = 'failed' AND at > now() - interval '1 day')
AND NOT EXISTS (
    SELECT FROM procrastinate_jobs again
    WHERE again.task_name = job.task_name AND again.args = job.args AND again.status IN ('todo', 'doing'))
"""

INTERRUPTED = """
SELECT EXISTS (
    SELECT FROM procrastinate_jobs
    WHERE task_name = %s AND args @> %s::jsonb AND status IN ('todo', 'doing') AND attempts > 0)
"""


@app.task(name="react", retry=TryAgain(8))
def react(event_id: str, vendor_id: str) -> None:
    """Run the handlers of one event, each once, each in a transaction of its own."""
    with acting(System("reaction", UUID(vendor_id))):
        event = find_event(UUID(event_id))
    failures = []
    for name, handler in HANDLERS.get(event.name, {}).items():
        try:
            with acting(System(f"reaction to {event.name}", event.vendor_id)), caused_by(event.id):
                _, is_first = Reaction.objects.get_or_create(vendor_id=event.vendor_id, event_id=event.id, handler=name)
                if is_first:
                    handler(event)
        except Exception as error:  # one handler's failure must not keep the others from their work
            log.exception("reaction failed", handler=name, event_id=str(event.id))
            failures.append(error)
    if failures:
        raise failures[0]


@contextmanager
def ended_by(fail: Callable[..., Any], actor: Actor, model: Any, id: UUID, problem: str) -> Iterator[None]:
    """What breaks inside is logged and ends the row that is at work by the action `fail`, with the problem in words.

    Where the database went away or two writers met, the error goes on to the queue, and another attempt begins; after
    the last, what `given_up` declares ends the row.
    """
    try:
        yield
    except LOST:
        raise
    except Exception:  # whatever it was, who waits for the row is told
        log.exception("job failed", about=model._meta.label, id=str(id))
        end_running(fail, actor, model, id, problem)


def end_running(fail: Callable[..., Any], actor: Actor, model: Any, id: UUID, problem: str) -> None:
    """End a row that is at work by the action `fail`, with the problem in words; one that has ended stays as it is."""
    with acting(actor):
        row = model.objects.visible_to(actor).named(id)
        if row.status == "running":
            fail(actor, row, problem=problem)


def given_up(task: str) -> Callable[[End], End]:
    """Let this end what the task was to do, once its last attempt has failed and could not say so itself.

    What somebody has begun again meanwhile, by another job with the same arguments, goes on.
    """

    def declare(end: End) -> End:
        ENDS[task] = end
        return end

    return declare


@app.periodic(cron="* * * * *")
@app.task(name="end_given_up", pass_context=False)
def end_given_up(timestamp: int) -> None:
    """End what no attempt will finish any more, so that who waits for it is told within a minute."""
    with connection.cursor() as cursor:
        cursor.execute(GIVEN_UP, {"tasks": [*ENDS]})
        jobs = [(task, loads(args)) for task, args in cursor.fetchall()]
    for task, args in jobs:
        try:
            ENDS[task](**args)
        except Exception:  # whatever one room's end meets, the others' rows are ended; this one again in a minute
            log.exception("job could not be ended", task=task, **args)


def was_interrupted(task: str, **args: UUID) -> bool:
    """Whether a job with these arguments was begun before, and waits for another attempt or is at it."""
    with connection.cursor() as cursor:
        cursor.execute(INTERRUPTED, [task, dumps({name: str(value) for name, value in args.items()})])
        [(found,)] = cursor.fetchall()
    return bool(found)


@app.periodic(cron="* * * * * */15")  # every fifteen seconds: within a minute nobody waits for the dead
@app.task(name="rescue_orphans", pass_context=False)
def rescue_orphans(timestamp: int) -> int:
    """Put back jobs whose worker died, or whose connection died under a live worker; returns how many.

    The queue finds only the first kind by itself.
    """
    with connection.cursor() as cursor:
        cursor.execute(ORPHANS, {"silent": str(SILENT_WORKER), "longest": str(LONGEST_JOB)})
        orphans = [row[0] for row in cursor.fetchall()]
    rescued = 0
    for orphan in orphans:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)", [orphan])
            rescued += 1
        except DatabaseError:
            log.exception("job could not be rescued", job=orphan)
    return rescued
