"""Where the vendor's own people sell: on customers that are protected for a partner, or with credit for its deal."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from hansa.core.actors import Actor, System
from hansa.core.database import ask_together
from hansa.core.web.said import date_in_words, money_in_words
from hansa.deals.actions import clear_conflict, flag_conflict, give_credit, reopen_conflict
from hansa.deals.actions.work_deal import CLOSED
from hansa.deals.models import ChannelConflict, Credit, Deal, Stage

# An opportunity counts as it counts against a registration: open, on the line or on every line, and not grown stale.
STANDING_SQL = """
SELECT deal.id, opportunity.id
FROM customers_opportunity opportunity
JOIN deals_deal deal
  ON deal.vendor_id = opportunity.vendor_id AND deal.company_id = opportunity.company_id
JOIN programs_program program ON program.vendor_id = deal.vendor_id AND program.id = deal.program_id
WHERE opportunity.vendor_id = %(vendor)s AND opportunity.is_open
  AND opportunity.moved_on >= hansa_now()::date - program.stale_after_days::integer
  AND EXISTS (
    SELECT FROM deals_protection protection
    WHERE protection.vendor_id = deal.vendor_id AND protection.company_id = deal.company_id
      AND protection.deal_id = deal.id AND protection.during @> hansa_now()
      AND (opportunity.product_line_id IS NULL OR opportunity.product_line_id = protection.product_line_id))
"""
AT_COMPANY = " AND opportunity.company_id = %(company)s"


@dataclass(frozen=True, slots=True)
class Sides:
    """A conflict with its two sides as rows of the comparison: label, left (the partner), right (direct sales)."""

    conflict: ChannelConflict
    partner: str
    rows: list[dict[str, Any]]


def look_again(actor: Actor, company_id: UUID | None = None) -> None:
    """Flag every direct sale on a protected customer that is new, and clear each that is over. Inside `acting`.

    It looks at one company, or without one at all of them.
    """
    asked = STANDING_SQL + (AT_COMPANY if company_id else "")
    [found] = ask_together((asked, {"vendor": actor.vendor_id, "company": company_id}))
    standing, rows = set(found), ChannelConflict.objects.visible_to(actor)
    conflicts = seen(rows.filter(deal__company=company_id) if company_id else rows)
    flagged = {(one.deal_id, one.opportunity_id): one for one in conflicts}
    clear_those(actor, (one for pair, one in flagged.items() if pair not in standing))
    deals = Deal.objects.visible_to(actor).in_bulk([deal for deal, _ in standing])
    for deal, opportunity in sorted(standing):
        before = flagged.get((deal, opportunity))
        if before is None:
            flag_conflict(actor, deals[deal], opportunity_id=opportunity)
        elif before.status == ChannelConflict.Status.CLEARED:
            reopen_conflict(actor, before)


def clear_those(actor: Actor, conflicts: Iterable[ChannelConflict]) -> None:
    """Clear the open ones among these."""
    for conflict in conflicts:
        if conflict.status == ChannelConflict.Status.OPEN:
            clear_conflict(actor, conflict)


def clear_those_of(vendor_id: UUID, deal_id: UUID) -> None:
    """Clear what is open about a deal that protects nobody any more. Inside `acting`."""
    actor = System("the deal has ended", vendor_id)
    clear_those(actor, seen(ChannelConflict.objects.visible_to(actor).filter(deal=deal_id)))


def seen(conflicts: Any) -> QuerySet[ChannelConflict]:
    """The conflicts with all that is said about either side."""
    return conflicts.select_related(  # type: ignore[no-any-return]
        "deal__partnership__organization",
        "deal__owner__user",
        "deal__program",
        "opportunity__owner",
        "opportunity__product_line",
        "opportunity__company",
    )


def sides(conflict: ChannelConflict) -> Sides:
    """A conflict from `seen`, side by side."""
    deal, direct, today = conflict.deal, conflict.opportunity, timezone.localdate()
    partner = deal.partnership.organization.name
    owner = deal.owner.user.name if deal.owner else ""
    until = date_in_words(timezone.localdate(deal.protected_until), today) if deal.protected_until else ""
    amount = money_in_words(direct.amount_minor, direct.currency) if direct.amount_minor else ""
    opened = f"opened {date_in_words(direct.opened_on, today)}" if direct.opened_on else ""
    moved = f"last moved {date_in_words(direct.moved_on, today)}" if direct.moved_on else ""
    compared = (
        ("Who", owner, direct.owner.name if direct.owner else ""),
        ("What", deal.lines_text, direct.product_line.name if direct.product_line else "Every product line"),
        ("How much", money_in_words(deal.amount_minor, deal.currency), amount),
        ("How far", Stage(deal.stage).label, direct.status_text),
        ("Since", f"registered {date_in_words(timezone.localdate(deal.submitted_at), today)}", opened),
        ("Now", f"protected until {until}" if until else "", moved),
    )
    return Sides(conflict, partner, [{"label": label, "left": left, "right": right} for label, left, right in compared])


def credits_of(actor: Actor, deal: Deal) -> dict[str, Any]:
    """Who is credited for a deal now, and whether this person may credit somebody. Inside `acting`."""
    rows = Credit.objects.visible_to(actor).filter(deal=deal, status=Credit.Status.GIVEN)
    return {
        "credits": list(rows.select_related("person__user").order_by("given_at", "id")),
        "may_credit": deal.status not in CLOSED and actor.may(give_credit),
    }
