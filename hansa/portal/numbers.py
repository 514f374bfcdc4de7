"""The numbers in the frame around every page of a workspace."""

from dataclasses import dataclass

from hansa.core.actors import Actor
from hansa.core.database import Query
from hansa.core.tenancy import read
from hansa.deals.models import TO_DECIDE
from hansa.deals.queue import MANY
from hansa.deals.verdicts import NOT_HELD

UNREAD_SQL = """
SELECT count(*) FROM notices_notice WHERE vendor_id = %s AND recipient_id = %s AND read_at IS NULL
"""
WAITING_SQL = f"""
SELECT count(*) FROM (
    SELECT FROM deals_deal deal
    WHERE vendor_id = %(vendor)s AND status IN ({", ".join(f"'{status}'" for status in TO_DECIDE)}) AND {NOT_HELD}
    LIMIT {MANY}) AS few
"""  # noqa: S608 - our own words, which the index over what waits names too


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a person has not read and, for the vendor's people, how many registrations wait; those up to `MANY`."""

    unread: int
    waiting: int = 0


def numbers_of(actor: Actor, waiting: int | None = None) -> Numbers:
    """The numbers of this person, in one round trip; of those that wait, what the page has counted already."""
    asked: list[Query] = [(UNREAD_SQL, [actor.vendor_id, actor.id])]
    if actor.side == "vendor" and waiting is None:
        asked.append((WAITING_SQL, {"vendor": actor.vendor_id}))
    [(unread,)], *counted = read(actor, *asked)
    return Numbers(unread, counted[0][0][0] if counted else waiting or 0)
