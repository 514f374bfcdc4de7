"""The numbers in the frame around every page of a workspace."""

from dataclasses import dataclass

from hansa.core.actors import Actor
from hansa.core.database import Query
from hansa.core.tenancy import read
from hansa.deals.models import TO_DECIDE

UNREAD_SQL = """
SELECT count(*) FROM notices_notice WHERE vendor_id = %s AND recipient_id = %s AND read_at IS NULL
"""
WAITING_SQL = f"""
SELECT count(*) FROM deals_deal deal
WHERE vendor_id = %s AND status IN ({", ".join(f"'{status}'" for status in TO_DECIDE)})
  AND NOT EXISTS (SELECT FROM deals_verdict verdict
                  WHERE verdict.vendor_id = deal.vendor_id AND verdict.deal_id = deal.id
                  AND verdict.becomes <> '' AND verdict.told_at IS NULL)
"""  # noqa: S608 - our own words, which the index over what waits names too


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many messages a person has not read and, for the vendor's people, how many registrations wait."""

    unread: int
    waiting: int = 0


def numbers_of(actor: Actor) -> Numbers:
    """The numbers of this person, in one round trip."""
    asked: list[Query] = [(UNREAD_SQL, [actor.vendor_id, actor.id])]
    if actor.side == "vendor":
        asked.append((WAITING_SQL, [actor.vendor_id]))
    return Numbers(*(rows[0][0] for rows in read(actor, *asked)))
