"""The backend itself; Django wants it in a module of this name."""

from select import POLLIN, poll

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Every request begins by asking whether the connection still stands; Django asks PostgreSQL, this the socket.

    An idle connection has nothing to read, unless PostgreSQL said goodbye.
    """

    def is_usable(self) -> bool:
        """Whether the connection stands, as far as one can know without a round trip."""
        if self.connection is None or self.connection.closed:
            return False
        waiting = poll()
        try:
            waiting.register(self.connection.fileno(), POLLIN)
            return not waiting.poll(0)
        except (OSError, ValueError):
            return False
