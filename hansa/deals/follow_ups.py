"""What follows a deal that was won: an expansion or a renewal may stand behind the protection that is kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from hansa.core.database import array, ask_together
from hansa.deals.models import Deal, DealType, Outcome

KEPT_SQL = """
SELECT protection.deal_id, protection.product_line_id, lower(protection.during), upper(protection.during), deal.outcome
FROM deals_protection protection
JOIN deals_deal deal ON deal.vendor_id = protection.vendor_id AND deal.id = protection.deal_id
WHERE protection.vendor_id = %(vendor)s AND protection.company_id = %(company)s
  AND protection.product_line_id = ANY(%(lines)s::uuid[]) AND upper(protection.during) > %(at)s
  AND deal.partnership_id = %(partnership)s AND deal.id <> %(deal)s
UNION ALL
SELECT deal.id, line.product_line_id, deal.protected_until, deal.protected_until, deal.outcome
FROM deals_deal deal
JOIN deals_dealline line ON line.vendor_id = deal.vendor_id AND line.deal_id = deal.id
WHERE deal.vendor_id = %(vendor)s AND deal.company_id = %(company)s
  AND deal.partnership_id = %(partnership)s AND deal.id <> %(deal)s
  AND line.product_line_id = ANY(%(lines)s::uuid[]) AND deal.protected_until > %(at)s
  AND deal.status = 'approved' AND deal.outcome = 'open' AND deal.deal_type <> 'new'
  AND NOT EXISTS (SELECT FROM deals_protection held WHERE held.vendor_id = deal.vendor_id AND held.deal_id = deal.id)
"""  # the second half are those that follow a protection which lasts longer than their own would: they hold nothing


@dataclass(frozen=True, slots=True)
class Kept:
    """What the partner keeps of deals that it won: the deals, and on each product line until when.

    `followed` says that another registration of its own stands behind them already.
    """

    deals: frozenset[UUID] = frozenset()
    until: Mapping[UUID, datetime] = field(default_factory=dict)
    followed: bool = False


NOTHING_KEPT = Kept()


def kept(deal: Deal, lines: Sequence[UUID], *, at: datetime) -> Kept:
    """What an expansion or a renewal comes after; nothing for new business. Read under the company's lock."""
    if deal.deal_type == DealType.NEW:
        return NOTHING_KEPT
    asked = {"vendor": deal.vendor_id, "company": deal.company_id, "lines": array(lines), "at": at}
    [rows] = ask_together((KEPT_SQL, {**asked, "partnership": deal.partnership_id, "deal": deal.pk}))
    return kept_of(rows, at=at)


def kept_of(rows: Iterable[tuple[UUID, UUID, datetime, datetime, str]], *, at: datetime) -> Kept:
    """From the partner's protections that have not ended: deal, product line, since, until, and the deal's outcome."""
    rows = list(rows)
    running = [(won, line, until) for won, line, since, until, result in rows if since <= at and result == Outcome.WON]
    return Kept(
        frozenset(won for won, _, _ in running),
        {line: until for _, line, until in running},
        any(since > at for _, _, since, _, _ in rows),
    )
