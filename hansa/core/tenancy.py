"""The second wall: PostgreSQL shows a transaction only the rows of the actor it was opened for.

Every table with a vendor is under forced row-level security, keyed on three transaction-local settings. A query
without them is an error that the policy itself raises, not an empty answer.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime

from django.db import transaction

from hansa.core.actors import Actor
from hansa.core.database import Query, Rows, ask_together, here, one_round_trip, tell
from hansa.core.postgresql.base import NO_CONTEXT, Context

SET_SQL = """
SELECT hansa_now(), set_config('hansa.vendor', %s, true), set_config('hansa.side', %s, true),
       set_config('hansa.partnership', %s, true)
"""


@contextmanager
def acting(actor: Actor, *asking: Query) -> Iterator[list[Rows]]:
    """Open a transaction in which the database shows what `actor` may see; inside another, share it.

    The queries in `asking` travel along with the opening; their rows are what it yields.
    """
    with _context(_context_of(actor), *asking) as rows:
        yield rows


def read(actor: Actor, *queries: Query) -> list[Rows]:
    """The rows of several queries, as `actor` may see them, in one round trip that is a transaction of its own.

    Inside `acting` they share its transaction.
    """
    if here().in_atomic_block:
        with acting(actor, *queries) as rows:
            return rows
    _, *rows = ask_together((SET_SQL, _context_of(actor)), *queries)
    return rows


@contextmanager
def vendor_wide(reason: str) -> Iterator[None]:
    """Let a partner's act look across the whole vendor, to decide something about that partner.

    Only a decision may come out of it, never rows. The modules that may use it are listed in the house rules' test.
    Within `one_round_trip` the switch travels with the block's first query, and the switch back with its writes.
    """
    vendor, _, partnership = connection_context()
    if not vendor:
        raise RuntimeError(f"vendor_wide({reason!r}) outside acting()")
    with _context((vendor, "vendor", partnership)):
        yield


def connection_context() -> Context:
    """The settings of the running transaction: vendor, side, partnership."""
    to = here()
    return to.hansa_context if to.in_atomic_block else NO_CONTEXT


def _context_of(actor: Actor) -> Context:
    return str(actor.vendor_id), actor.side, str(actor.partnership_id or "")


@contextmanager
def _context(wanted: Context, *asking: Query) -> Iterator[list[Rows]]:
    to, outer = here(), connection_context()
    nested = to.in_atomic_block
    with transaction.atomic(savepoint=outer == NO_CONTEXT), _ending(outermost=outer == NO_CONTEXT, commits=not nested):
        rows: list[Rows] = []
        if wanted == outer:
            rows = ask_together(*asking)
        elif outer == NO_CONTEXT or asking:
            rows = _set(wanted, *asking)
        else:
            _switch(wanted)
        try:
            yield rows
            if nested and wanted != outer:
                _switch(outer)
        finally:
            to.hansa_context = outer


@contextmanager
def _ending(*, outermost: bool, commits: bool) -> Iterator[None]:
    """Hold what `finish_together` begins, and send the COMMIT along; the one that Django asks for then does nothing."""
    if not outermost:
        yield
        return
    to = here()
    with ExitStack() as to.hansa_ending:
        yield
        if commits and to.connection.pgconn.pipeline_status:
            tell("COMMIT", [])


def finish_together() -> None:
    """Send all that the running transaction still has to say together with its COMMIT, in one round trip.

    What can be asked from here on is what `ask_together` asks; the answers of other statements come too late.
    """
    if connection_context() == NO_CONTEXT:
        raise RuntimeError("finish_together() outside acting()")
    here().hansa_ending.enter_context(one_round_trip())


def moment() -> datetime:
    """When the running transaction began to act, by the database's clock; every row that it writes bears this time."""
    return here().hansa_moment


def _set(context: Context, *asking: Query) -> list[Rows]:
    [(at, *_)], *rows = ask_together((SET_SQL, context), *asking)
    to = here()
    to.hansa_context, to.hansa_moment = context, at
    return rows


def _switch(context: Context) -> None:
    """Set the context of a running transaction without waiting for the answer; its moment stays."""
    with one_round_trip():
        tell(SET_SQL, context)
    here().hansa_context = context
