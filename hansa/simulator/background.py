"""Two things at once: the database writes what was told while the telling goes on."""

import gc
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connection


class Background:
    """One piece of work at a time, in a transaction of its own; within a transaction there is no background."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._running: Future[None] | None = None

    def start(self, work: Callable[[], None]) -> None:
        """Begin this work when the one before is done; raises what that one raised."""
        self.wait()
        if connection.in_atomic_block:
            work()
        else:
            self._running = self._pool.submit(_on_its_own_connection, work)

    def wait(self) -> None:
        """Wait for the work; raises what it raised."""
        running, self._running = self._running, None
        if running:
            running.result()


@contextmanager
def garbage_ignored() -> Iterator[None]:
    """Python looks for no garbage: among millions of rows that are all kept, looking took a quarter of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _on_its_own_connection(work: Callable[[], None]) -> None:
    try:
        work()
    finally:
        connection.close()
