"""The database's clock and locks, and several statements in one round trip."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

Query = tuple[str, Sequence[Any] | dict[str, Any]]
Rows = list[tuple[Any, ...]]


def now() -> datetime:
    """The database's clock, the only one that counts; demonstration and test databases can move it."""
    [[(moment,)]] = ask_together(("SELECT hansa_now()", []))
    return cast(datetime, moment)


def advisory_lock(*names: Any) -> None:
    """Hold the lock of this name until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(*locking(*names))


def locking(*names: Any) -> Query:
    """The statement that takes the lock of this name; its second column is the time at which it was got."""
    return "SELECT hansa_lock(%s), hansa_now()", [":".join(map(str, names))]


def locking_each(kind: str, vendor_id: UUID, names: Iterable[Any]) -> Query:
    """The statement that takes the locks of (kind, vendor, name) for each name, in an order that all callers share."""
    every = sorted(":".join(map(str, (kind, vendor_id, name))) for name in names)
    return "SELECT count(hansa_lock(name)) FROM unnest(%s::text[]) AS name", [every]


def locking_company(vendor_id: UUID, company_id: UUID) -> Query:
    """The lock that exclusivity hangs on: nobody else decides on this company until the transaction ends."""
    return locking("company", vendor_id, company_id)


@contextmanager
def one_round_trip() -> Iterator[None]:
    """Send the block's statements together. What they return can be read after the block, not inside it."""
    connection.ensure_connection()
    if connection.connection.pgconn.pipeline_status:
        yield
        return
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


def query_of(rows: QuerySet[Any]) -> Query:
    """The statement that reads these rows, to travel with others."""
    sql, parameters = rows.query.sql_with_params()
    return sql, parameters


def ask_together(*queries: Query) -> list[Rows]:
    """The rows of several queries, in one round trip; each sees what the ones before it waited for.

    Outside a transaction they are one of their own.
    """
    if not queries:
        return []
    if len(queries) == 1 and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute(*queries[0])
            return [cursor.fetchall()]
    with ExitStack() as cursors:
        with one_round_trip():
            asked = []
            for sql, parameters in queries:
                cursor = cursors.enter_context(connection.cursor())
                cursor.execute(sql, parameters)
                asked.append(cursor)
        return [cursor.fetchall() for cursor in asked]
