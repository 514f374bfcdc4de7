"""Work done outside a request: reactions to events, and the watchdog over the queue."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import DatabaseError, OperationalError, connection, transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from hansa.core.actions import caused_by
from hansa.core.actors import Actor, System
from hansa.core.events import HANDLERS, find_event
from hansa.core.models import Reaction
from hansa.core.tenancy import acting

log = structlog.get_logger()

LONGEST_JOB = timedelta(minutes=10)
SILENT_WORKER = timedelta(seconds=30)

ORPHANS = """
SELECT job.id FROM procrastinate_jobs job LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
WHERE job.status = 'doing' AND (
    worker.id IS NULL OR worker.last_heartbeat < now() - %(silent)s::interval
    OR (SELECT max(at) FROM procrastinate_events WHERE job_id = job.id AND type = 'started')
        < now() - %(longest)s::interval)
"""


@app.task(name="react", retry=RetryStrategy(max_attempts=8, exponential_wait=3))
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

    A row that has ended meanwhile stays as it is. Where the database went away or two writers met, the error goes on
    to the queue, and another attempt begins.
    """
    try:
        yield
    except OperationalError:
        raise
    except Exception:  # whatever it was, who waits for the row is told
        log.exception("job failed", about=model._meta.label, id=str(id))
        with acting(actor):
            row = model.objects.visible_to(actor).named(id)
            if row.status == "running":
                fail(actor, row, problem=problem)


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
