"""The backend itself; Django wants it in a module of this name."""

from select import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Every request begins by asking whether the connection still stands; Django asks PostgreSQL, this the socket.

    An idle connection has nothing to read, unless PostgreSQL said goodbye.
    """

    def is_usable(self) -> bool:
        """Whether the connection stands, as far as one can know without a round trip."""
        if self.connection is None or self.connection.closed:
            return False
        readable, _, _ = select([self.connection.fileno()], [], [], 0)
        return not readable
