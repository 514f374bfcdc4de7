"""The database's clock, moved into the past and back. Only its owner may, in demonstrations and tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connections

from hansa.accounts.models import Invitation, User
from hansa.kernel.errors import DomainError

INVENTED = ".example"  # a domain that nobody can own: who has an address there is nobody

MOVE_SQL = """
INSERT INTO core_clock (shift) VALUES (%(at)s - clock_timestamp())
ON CONFLICT (one) DO UPDATE SET shift = excluded.shift
"""


def move_clock_to(at: datetime) -> None:
    """Let it be this moment now, and time run on from there."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute(MOVE_SQL, {"at": at})


def restore_clock() -> None:
    """Let it be now again."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM core_clock")


@contextmanager
def moving_clock() -> Iterator[None]:
    """Whatever happens inside, afterwards it is now again.

    Raises DomainError where real people are at work, or invited, at the beginning.
    """
    real = sum(rows.exclude(email__iendswith=INVENTED).count() for rows in (User.objects, Invitation.objects))
    if real:
        raise DomainError(
            "people_at_work",
            f"Nothing was done: there are real people in this database ({real:,} with an address outside {INVENTED})."
            " Telling an invented past moves the database's clock, and what they do meanwhile would bear a wrong time."
            " Set DATABASE_URL to a database of its own.",
        )
    try:
        yield
    finally:
        restore_clock()
        connections["owner"].close()


def make_room_for_events(begin: datetime, end: datetime) -> None:
    """Partitions for the events of these months, which the migration did not foresee."""
    months = (end.year - begin.year) * 12 + end.month - begin.month
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT hansa_event_partitions(%s, %s)", [begin.date(), months])
