"""The pause after a protection: so that nobody camps on a customer, the same partner registers it again only later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from hansa.core.database import array, ask_together
from hansa.kernel.days import day_of
from hansa.kernel.errors import DomainError

MOMENT = timedelta(microseconds=1)  # the least by which PostgreSQL tells times apart

ENDED_SQL = """
SELECT line.name, max(upper(protection.during)),
       (SELECT timezone FROM accounts_vendor WHERE id = %(vendor)s)
FROM deals_protection protection
JOIN deals_deal deal ON deal.vendor_id = protection.vendor_id AND deal.id = protection.deal_id
JOIN programs_productline line ON line.vendor_id = protection.vendor_id AND line.id = protection.product_line_id
WHERE protection.vendor_id = %(vendor)s AND protection.company_id = %(company)s
  AND protection.partnership_id = %(partnership)s AND protection.product_line_id = ANY(%(lines)s::uuid[])
  AND upper(protection.during) > %(since)s AND upper(protection.during) <= %(at)s AND deal.outcome <> 'won'
GROUP BY line.name ORDER BY 2 DESC, 1 LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Pause:
    """The partner's own last protection of a customer and product line, and from which moment it may register again.

    Days are those of the vendor's calendar. `free_on` is the first on which it may from morning to evening.
    """

    line: str
    ended: datetime
    free_from: datetime
    zone: ZoneInfo

    @property
    def ended_on(self) -> date:
        return day_of(self.ended, self.zone)

    @property
    def free_on(self) -> date:
        return day_of(self.free_from - MOMENT, self.zone) + timedelta(days=1)


def pause_of(
    vendor_id: UUID, partnership_id: UUID, company_id: UUID, lines: Sequence[UUID], *, days: int, at: datetime
) -> Pause | None:
    """The longest pause that these lines are still in, None if they may be registered; asks nothing for no days."""
    if not days:
        return None
    given = {
        "vendor": vendor_id,
        "company": company_id,
        "partnership": partnership_id,
        "lines": array(lines),
        "since": at - timedelta(days=days),
        "at": at,
    }
    [rows] = ask_together((ENDED_SQL, given))
    return next((Pause(line, ended, ended + timedelta(days=days), ZoneInfo(zone)) for line, ended, zone in rows), None)


def refuse_while_cooling_off(
    vendor_id: UUID, partnership_id: UUID, company_id: UUID, lines: Sequence[UUID], *, days: int, at: datetime
) -> None:
    """Raises `cooling_off`, which tells the partner no more than its own history and the day from which it may."""
    pause = pause_of(vendor_id, partnership_id, company_id, lines, days=days, at=at)
    if pause:
        raise DomainError(
            "cooling_off",
            f"Your protection of this customer for {pause.line} ended on {pause.ended_on:%-d %B %Y}."
            f" You can register it again from {pause.free_on:%-d %B %Y}. The pause gives others their turn.",
        )
