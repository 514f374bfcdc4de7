"""The time for which a deal holds a customer, and its early end."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from hansa.deals.models import Deal, Outcome, Status

# The time is asked once: each line of a deal ends at the same moment.
RELEASE_SQL = """
WITH moment AS MATERIALIZED (SELECT hansa_now() AS at), ended AS (
    UPDATE deals_protection SET during = tstzrange(
        lower(during), CASE WHEN %s THEN greatest(lower(during), moment.at) ELSE lower(during) END) FROM moment
    WHERE vendor_id = %s AND deal_id = %s AND upper(during) > moment.at
      AND (%s::uuid[] IS NULL OR product_line_id = ANY(%s))
)
SELECT at FROM moment
"""

MOVE_END_SQL = """
UPDATE deals_protection SET during = tstzrange(lower(during), greatest(lower(during), %s))
WHERE vendor_id = %s AND deal_id = %s AND upper(during) > hansa_now()
"""

BEGIN_ANEW_SQL = """
UPDATE deals_protection SET during = tstzrange(%s, %s)
WHERE vendor_id = %s AND deal_id = %s AND product_line_id = %s AND upper(during) <= %s
"""


def move_end(deal: Deal, until: datetime) -> None:
    """Let the deal's protections end then; those that have ended stay so. To be called under the company's lock."""
    with connection.cursor() as cursor:
        cursor.execute(MOVE_END_SQL, [until, deal.vendor_id, deal.pk])


def begin_anew(deal: Deal, line: UUID, begin: datetime) -> None:
    """Let a protection that has ended hold again until the deal's end. To be called under the company's lock."""
    with connection.cursor() as cursor:
        cursor.execute(BEGIN_ANEW_SQL, [begin, deal.protected_until, deal.vendor_id, deal.pk, line, begin])


def release(deal: Deal, lines: Sequence[UUID] | None = None) -> datetime | None:
    """End the deal's protections now, all or those of some lines.

    Returns that moment, or the end that the deal's protection had already, None without any. What the partner was never
    told of leaves no trace: its time is empty, and the deal says nothing of it.
    """
    chosen, told = None if lines is None else list(lines), deal.protected_until is not None
    with connection.cursor() as cursor:
        cursor.execute(RELEASE_SQL, [told, deal.vendor_id, deal.pk, chosen, chosen])
        [(at,)] = cursor.fetchall()
    return min(at, deal.protected_until) if deal.protected_until else None


def is_in_force(deal: Deal, at: datetime) -> bool:
    """Whether the deal is approved and open, and its protection holds."""
    live = deal.protected_until is not None and deal.protected_until > at
    return live and deal.status == Status.APPROVED and deal.outcome == Outcome.OPEN
