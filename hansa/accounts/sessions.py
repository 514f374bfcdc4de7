"""Django's sessions in the database, read by one plain statement: every page begins with it."""

from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

from hansa.core.database import ask_together

LOAD_SQL = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    """Writes as Django does."""

    def load(self) -> dict[str, Any]:
        """What the session holds; empty, and its key forgotten, if it is gone or over."""
        [rows] = ask_together((LOAD_SQL, [self.session_key, timezone.now()]))
        if not rows:
            self._session_key = None
            return {}
        return self.decode(rows[0][0])
