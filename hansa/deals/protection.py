"""The time for which a deal holds a customer, and its early end."""

from datetime import datetime

from django.db import connection

from hansa.deals.models import Deal

RELEASE_SQL = """
UPDATE deals_protection SET during = tstzrange(lower(during), greatest(lower(during), hansa_now()))
WHERE vendor_id = %s AND deal_id = %s AND upper(during) > hansa_now() RETURNING hansa_now()
"""


def release(deal: Deal) -> datetime | None:
    """End the deal's protections now; returns that moment, or the end that they had already, None without any."""
    with connection.cursor() as cursor:
        cursor.execute(RELEASE_SQL, [deal.vendor_id, deal.pk])
        ended = cursor.fetchall()
    return ended[0][0] if ended else deal.protected_until
