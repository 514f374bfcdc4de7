"""The time for which a deal holds a customer, and its early end."""

from datetime import datetime

from django.db import connection

from hansa.deals.models import Deal

# The time is asked once: each line of a deal ends at the same moment.
RELEASE_SQL = """
WITH moment AS MATERIALIZED (SELECT hansa_now() AS at)
UPDATE deals_protection SET during = tstzrange(lower(during), greatest(lower(during), moment.at)) FROM moment
WHERE vendor_id = %s AND deal_id = %s AND upper(during) > moment.at RETURNING upper(during)
"""


def release(deal: Deal) -> datetime | None:
    """End the deal's protections now; returns that moment, or the end that they had already, None without any."""
    with connection.cursor() as cursor:
        cursor.execute(RELEASE_SQL, [deal.vendor_id, deal.pk])
        ended = cursor.fetchall()
    return ended[0][0] if ended else deal.protected_until
