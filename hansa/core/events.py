"""Facts and who reacts to them."""

from collections.abc import Callable, Sequence
from uuid import UUID

from procrastinate.contrib.django import app as queue
from procrastinate.types import JSONDict

from hansa.core.database import one_round_trip
from hansa.core.models import Event

Handler = Callable[[Event], None]

HANDLERS: dict[str, dict[str, Handler]] = {}


def on(*names: str) -> Callable[[Handler], Handler]:
    """Declare a reaction: it runs in a job, once for each event of these names, in a transaction of its own."""

    def declare(handler: Handler) -> Handler:
        room = handler.__module__.split(".")[1]
        for name in names:
            HANDLERS.setdefault(name, {})[f"{room}.{handler.__name__}"] = handler
        return handler

    return declare


def announce(events: Sequence[Event]) -> None:
    """Write the events of an action and enqueue their reactions, both in its transaction.

    For `core.actions` alone.
    """
    awaited = [event for event in events if event.name in HANDLERS]
    with one_round_trip():
        Event.objects.bulk_create(events)
    if awaited:
        jobs: list[JSONDict] = [{"event_id": str(event.id), "vendor_id": str(event.vendor_id)} for event in awaited]
        queue.configure_task("react", queue="reactions").batch_defer(*jobs)


def find_event(event_id: UUID) -> Event:
    """The event with this id, in the context of its vendor."""
    return Event.objects.get(pk=event_id)
