"""How many registrations a program takes from one partner: counted under the partner's lock, where it has a cap."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hansa.core.database import ask_together, locking
from hansa.deals.evidence import Standing
from hansa.deals.models import UNDECIDED, Deal, Status
from hansa.rulebook.dmn.values import Kind
from hansa.rulebook.policies import PolicyFact

# What is sent a second time does not count against itself: it is refused as sent already.
COUNT = """
SELECT count(*) FILTER (WHERE status = ANY(%(open)s) AND outcome = 'open'),
       count(*) FILTER (WHERE submitted_at > %(at)s::timestamptz - interval '1 day')
FROM deals_deal
WHERE vendor_id = %(vendor)s AND partnership_id = %(partnership)s AND program_id = %(program)s
  AND coalesce(submission <> %(submission)s::uuid, true)
"""
OPEN = f"{{{','.join((*UNDECIDED, Status.APPROVED))}}}"

VOCABULARY = (
    PolicyFact("open_registrations", Kind.NUMBER, "Your open registrations in the program", nullable=True),
    PolicyFact("open_cap_reached", Kind.BOOLEAN, "They are as many as the program allows"),
    PolicyFact(
        "registrations_within_a_day", Kind.NUMBER, "Your registrations in the program within a day", nullable=True
    ),
    PolicyFact("daily_cap_reached", Kind.BOOLEAN, "They are as many as the program allows within a day"),
)
COUNTED = frozenset(("open_registrations", "registrations_within_a_day"))


@dataclass(frozen=True, slots=True)
class Load:
    """How much a partner has registered in a program; None where nobody asked, as it has no cap."""

    open: int | None = None
    within_a_day: int | None = None

    def facts(self, standing: Standing) -> dict[str, Any]:
        """The facts of `VOCABULARY`."""
        most_open, most_a_day = standing.open_registrations_max, standing.registrations_per_day
        return {
            "open_registrations": self.open,
            "open_cap_reached": self.open is not None and 0 < most_open <= self.open,
            "registrations_within_a_day": self.within_a_day,
            "daily_cap_reached": self.within_a_day is not None and 0 < most_a_day <= self.within_a_day,
        }


NOT_COUNTED = Load()


def load_of(deal: Deal, standing: Standing, at: datetime, *, asked: bool = False) -> Load:
    """What stands beside a new registration; nobody registers in this partner's name until the transaction ends.

    It is counted where the program has a cap, or where the table in force asks for it (`asked`).
    """
    if not (asked or standing.open_registrations_max or standing.registrations_per_day):
        return NOT_COUNTED
    facts = {
        "vendor": deal.vendor_id,
        "partnership": deal.partnership_id,
        "program": deal.program_id,
        "submission": deal.submission,
        "open": OPEN,
        "at": at,
    }
    _, [counted] = ask_together(locking("registrations", deal.vendor_id, deal.partnership_id), (COUNT, facts))
    return Load(*counted)
