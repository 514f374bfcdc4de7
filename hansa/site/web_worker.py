"""gunicorn's threaded worker, which leaves to others what it can't answer at once."""

import time
from concurrent.futures import Future
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

# In seconds. What comes so soon after the last answer has been waiting for it; and what takes longer than the second
# waits for something, and leaves the processor to others.
AT_ONCE, PATIENCE = 0.003, 0.1


class BalancedWorker(ThreadWorker):
    """One request at a time while each is short, and none waits for one worker while another is free.

    gunicorn's own takes every connection that comes, also while it is busy, and keeps it: of eight clients that keep
    theirs, one worker may have seven for as long as they ask, and its threads get into each other's way. This one takes
    none while it answers, unless that takes so long that it must be waiting; and who had to wait is let go with the
    answer, so that the next request goes to whoever is free first.
    """

    running = 0
    began = ended = 0.0
    latest: TConn | None = None

    def enqueue_req(self, conn: TConn) -> None:
        self.began = time.monotonic()
        conn.waited = self.running > 0 or (conn is not self.latest and self.began - self.ended < AT_ONCE)
        self.running += 1
        super().enqueue_req(conn)
        self.set_accept_enabled(False)

    def finish_request(self, conn: TConn, fs: Future[Any]) -> None:
        self.running -= 1
        self.latest, self.ended = conn, time.monotonic()
        super().finish_request(conn, fs)

    def handle_request(self, req: Any, conn: TConn) -> bool:
        if conn.waited:
            req.force_close()
        return bool(super().handle_request(req, conn))

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled and self._patience_left() <= 0)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        if self.running and not self._accepting:
            timeout = min(timeout, max(self._patience_left(), AT_ONCE))
        super().wait_for_and_dispatch_events(timeout)

    def _patience_left(self) -> float:
        """Seconds until it takes on more than it is at; none while it is at nothing."""
        if self.running >= self.cfg.threads:
            return float("inf")
        return self.began + PATIENCE - time.monotonic() if self.running else 0.0
