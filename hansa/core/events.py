"""Facts and who reacts to them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

import orjson
from procrastinate.contrib.django import app as queue

from hansa.core.database import one_round_trip, tell
from hansa.core.inserts import insert
from hansa.core.models import Event

Handler = Callable[[Event], None]

ENQUEUE = """
SELECT procrastinate_defer_jobs_v1(array_agg(
    ROW('reactions', 'react', 0, NULL, NULL, args, NULL)::procrastinate_job_to_defer_v1 ORDER BY place))
FROM jsonb_array_elements(%s::jsonb) WITH ORDINALITY AS asked (args, place)
"""

HANDLERS: dict[str, dict[str, Handler]] = {}

_unheard: ContextVar[bool] = ContextVar("nobody reacts", default=False)


def on(*names: str) -> Callable[[Handler], Handler]:
    """Declare a reaction: it runs in a job, once for each event of these names, in a transaction of its own."""

    def declare(handler: Handler) -> Handler:
        room = handler.__module__.split(".")[1]
        for name in names:
            HANDLERS.setdefault(name, {})[f"{room}.{handler.__name__}"] = handler
        return handler

    return declare


@contextmanager
def unheard() -> Iterator[None]:
    """Events are written, nobody reacts, no job is left: for a past that is only told and must reach nobody."""
    token = _unheard.set(True)
    try:
        yield
    finally:
        _unheard.reset(token)


def announce(events: Sequence[Event]) -> None:
    """Write the events of an action and enqueue their reactions, both in its transaction.

    For `core.actions` alone.
    """
    awaited = [event for event in events if event.name in HANDLERS and not _unheard.get()]
    with one_round_trip():
        insert(*events)
        if awaited:
            _enqueue_reactions(awaited)


def enqueue(task: str, **given: object) -> None:
    """Let a job do this as soon as the transaction stands; not for a past that is only told."""
    if not _unheard.get():
        queue.configure_task(task).defer(**{name: str(value) for name, value in given.items()})


def _enqueue_reactions(events: Sequence[Event]) -> None:
    """What the queue's own `batch_defer` does, without waiting for the numbers of the jobs."""
    jobs = orjson.dumps([{"event_id": event.id, "vendor_id": event.vendor_id} for event in events]).decode()
    tell(ENQUEUE, [jobs])


def find_event(event_id: UUID) -> Event:
    """The event with this id, in the context of its vendor."""
    return Event.objects.get(pk=event_id)
