"""The database's clock and locks, and several statements in one round trip."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import QuerySet

from hansa.core.postgresql.base import DatabaseWrapper

Query = tuple[str, Sequence[Any] | dict[str, Any]]
Rows = list[tuple[Any, ...]]

TOLD = -1


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
    to = here()
    to.ensure_connection()
    if to.connection.pgconn.pipeline_status:
        yield
        return
    with to.wrap_database_errors, to.connection.pipeline():
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
    to = here()
    if len(queries) == 1 and not to.in_atomic_block:
        return [to.execute_kept(*queries[0]).fetchall()]
    with one_round_trip():
        asked = [to.execute_kept(*query, place) for place, query in enumerate(queries)]
    with to.wrap_database_errors:
        return [cursor.fetchall() for cursor in asked]


def tell(sql: str, parameters: Sequence[Any]) -> None:
    """Execute a statement whose rows nobody reads."""
    here().execute_kept(sql, parameters, TOLD)


def array(values: Iterable[int | UUID]) -> str:
    """Numbers or ids as PostgreSQL writes an array of them; psycopg looks at each value of a list by itself."""
    return f"{{{','.join(map(str, values))}}}"


def here() -> DatabaseWrapper:
    """The thread's connection, which `django.db.connection` would look up again for each of its attributes."""
    return cast(DatabaseWrapper, connections[DEFAULT_DB_ALIAS])
