"""gunicorn's threaded worker, which leaves to others what it can't answer at once."""

import time
from concurrent.futures import Future
from functools import partial
from selectors import EVENT_READ
from socket import socket
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

# In seconds. What comes so soon after the last answer has been waiting for it; and what takes longer than the second
# waits for something, and leaves the processor to others. Who connects has the third to say what it wants.
AT_ONCE, PATIENCE, FIRST_WORD = 0.003, 0.1, 10.0


class BalancedWorker(ThreadWorker):
    """Takes no connection while it answers a short request, so that none waits for one worker beside a free one.

    gunicorn's own takes every connection that comes, also while it is busy, and keeps it: of eight clients that keep
    theirs, one worker may have seven for as long as they ask, and its threads get into each other's way. Here, who came
    while it was busy is let go with the answer, so that the next request goes to whoever is free first. A connection
    that has not sent anything takes no thread.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.began: dict[TConn, float] = {}
        self.came = self.ended = 0.0
        self.latest: TConn | None = None

    def accept(self, listener: socket) -> None:
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        conn = TConn(self.cfg, client, address, listener.getsockname())
        self.nr_conns += 1
        self.came = time.monotonic()
        conn.timeout = self.came + FIRST_WORD
        self.pending_conns.append(conn)
        self.poller.register(client, EVENT_READ, partial(self.on_pending_socket_readable, conn))
        self.set_accept_enabled(False)

    def enqueue_req(self, conn: TConn) -> None:
        now = time.monotonic()
        conn.waited = self._busy_until() > now or (conn is not self.latest and now - self.ended < AT_ONCE)
        super().enqueue_req(conn)
        self.began[conn] = now
        self.set_accept_enabled(False)

    def finish_request(self, conn: TConn, fs: Future[Any]) -> None:
        self.began.pop(conn, None)
        self.latest, self.ended = conn, time.monotonic()
        if getattr(conn, "is_answered", False):
            self.nr_conns -= 1
            conn.close()
        else:
            super().finish_request(conn, fs)

    def handle_request(self, req: Any, conn: TConn) -> bool:
        if not conn.waited:
            return bool(super().handle_request(req, conn))
        req.force_close()
        super().handle_request(req, conn)
        # Where nothing is left to read the system delivers the answer by itself; gunicorn would wait for the client.
        conn.is_answered = self._keepalive_after(conn, keepalive=True)
        return False

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled and self._free_at() <= time.monotonic())

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        left = self._free_at() - time.monotonic()
        super().wait_for_and_dispatch_events(left if 0 < left < timeout else timeout)

    def _cap_keepalive(self, deadline: float) -> None:
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, deadline)

    def _free_at(self) -> float:
        """When it takes on more than it is at."""
        if len(self.began) >= self.cfg.threads:
            return float("inf")
        return max(self.came + AT_ONCE if self.pending_conns else 0.0, self._busy_until())

    def _busy_until(self) -> float:
        """Until when the last request taken, if it is not answered yet, counts as a short one."""
        return max(self.began.values(), default=-PATIENCE) + PATIENCE
