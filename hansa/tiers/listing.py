"""The list of standings: who is near the next tier, who is below its own, and what waits."""

from collections.abc import Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hansa.core.actors import Actor
from hansa.core.tenancy import moment as present
from hansa.core.web.said import day_in_words
from hansa.core.web.table import Table, moment, noted, row_link, status
from hansa.tiers.models import TierException, TierStanding
from hansa.tiers.periods import last_day
from hansa.tiers.words import WORDS

SHOWN = {
    "rising": ("About to rise", "Nobody is near the next tier."),
    "falling": ("About to fall", "Nobody is below the criteria of its tier."),
    "waiting": ("Waits for you", "No change of a tier waits for somebody's word."),
    "exceptions": ("Exceptions", "No exception is granted."),
    "all": ("All", "Nobody has been evaluated yet."),
}
NEAR = 50
STANDINGS = Table("Standings", ("Partner", "Standing", "Next tier#", "What comes"))


def narrowed(actor: Actor, show: str, words: str) -> tuple[QuerySet[Any], str]:
    """The standings of one kind, and the field that orders them. Inside `acting`."""
    rows = TierStanding.objects.visible_to(actor).select_related("partnership__organization", "tier", "proposed")
    if words:
        rows = rows.filter(partnership__organization__name__icontains=words)
    judged = rows.filter(evaluated_at__isnull=False)
    if show == "waiting":
        return judged.filter(proposed__isnull=False), "proposed_at"
    if show == "falling":
        return judged.exclude(status=TierStanding.Status.QUALIFIED).filter(below_since__isnull=False), "below_since"
    if show == "exceptions":
        running = TierException.objects.visible_to(actor).filter(until__gt=present(), ended_at=None)
        return rows.filter(enrollment__in=running.values("enrollment")), "-closeness"
    if show == "rising":
        return judged.filter(closeness__gte=NEAR, status=TierStanding.Status.QUALIFIED), "-closeness"
    return rows, "-closeness"


def table_of_standings(rows: Sequence[TierStanding], zone: ZoneInfo) -> SafeString:
    """One page of the list; last days are those of the vendor's zone."""
    return STANDINGS.of(_rows(rows, zone))


def _rows(rows: Sequence[TierStanding], zone: ZoneInfo) -> Iterator[Sequence[str]]:
    for row in rows:
        word, tone = WORDS[TierStanding.Status(row.status)] if row.evaluated_at else ("Not evaluated", "calm")
        name = row.partnership.organization.name
        yield (
            row_link(f"{row.public_id}/", name, str(row.tier or "no tier")),
            noted(status(word, tone), ""),
            f"{row.closeness} % there" if row.closeness and row.evaluated_at else "–",
            _comes(row, zone) if row.evaluated_at else "",
        )


def _comes(row: TierStanding, zone: ZoneInfo) -> str:
    if row.proposed:
        rises = row.proposed.rank > row.held
        return status(f"{'Up' if rises else 'Down'} to {row.proposed}: waits for you", "wait")
    if row.grace_until:
        return f"keeps its tier until {day_in_words(last_day(row.grace_until, zone), timezone.localdate())}"
    return format_html("below since {}", moment(row.below_since)) if row.below_since else ""
