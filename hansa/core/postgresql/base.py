"""The backend itself; Django wants it in a module of this name."""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from select import POLLIN, poll
from typing import Any

from django.db.backends.postgresql import base

Context = tuple[str, str, str]

NO_CONTEXT: Context = ("", "", "")
STATEMENTS_KEPT = 100  # as many as psycopg keeps prepared


class DatabaseWrapper(base.DatabaseWrapper):
    """Every request begins by asking whether the connection still stands; Django asks PostgreSQL, this the socket.

    An idle connection has nothing to read, unless PostgreSQL said goodbye.
    """

    kept: dict[tuple[str, int], Any]
    hansa_context = NO_CONTEXT  # these three are of the running transaction, and for `core.tenancy`
    hansa_moment: datetime
    hansa_ending: ExitStack

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

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self.kept = {}
        return super().get_new_connection(conn_params)

    def execute_kept(self, sql: str, parameters: Sequence[Any] | dict[str, Any], place: int = 0) -> Any:
        """Execute one of the program's own statements, and return its cursor, to be read before it runs again.

        A cursor learns how the values of its statement are written and read; Django's make themselves anew each time.
        Those of one pipeline have different places.
        """
        self.close_if_health_check_failed()
        self.ensure_connection()
        if self.queries_logged:
            cursor: Any = self.cursor()
            cursor.execute(sql, parameters)
            return cursor
        self.validate_no_broken_transaction()
        with self.wrap_database_errors:
            kept = self.kept.get((sql, place))
            if kept is None:
                if len(self.kept) >= STATEMENTS_KEPT:
                    self.kept.clear()
                kept = self.kept[sql, place] = self.create_cursor()
            return kept.execute(sql, parameters)
