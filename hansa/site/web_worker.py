"""gunicorn's threaded worker, which leaves to others what it can't answer at once."""

from concurrent.futures import Future
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker


class BalancedWorker(ThreadWorker):
    """No request waits for a thread while another worker has one free.

    gunicorn's own takes every connection that comes, also while its threads are busy, and keeps it: of eight clients
    that keep theirs, one worker may have seven for as long as they ask. This one takes none while it is busy; and who
    had to wait is let go with the answer, so that the next request goes to whoever is free.
    """

    running = 0

    def enqueue_req(self, conn: TConn) -> None:
        self.running += 1
        conn.waits = self.running > self.cfg.threads
        super().enqueue_req(conn)
        if self.running >= self.cfg.threads:
            self.set_accept_enabled(False)

    def finish_request(self, conn: TConn, fs: Future[Any]) -> None:
        self.running -= 1
        super().finish_request(conn, fs)

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled and self.running < self.cfg.threads)

    def handle_request(self, req: Any, conn: TConn) -> bool:
        if conn.waits:
            req.force_close()
        return bool(super().handle_request(req, conn))
