"""What needs somebody today, on each side."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.safestring import SafeString

from hansa.core.actors import Actor
from hansa.core.tenancy import moment
from hansa.core.web.said import money_in_words
from hansa.deals.actions import settle_conflict
from hansa.deals.listing import ending_soon, listed
from hansa.deals.models import TO_DECIDE, ChannelConflict, Deal, ExtensionRequest, Outcome, Stage, Status
from hansa.deals.tables import short_table
from hansa.deals.verdicts import HELD
from hansa.partnerships.models import Partnership

NEW = timedelta(days=30)
SHOWN = 5
WAITING = Q(status__in=TO_DECIDE)
ASKED = Q(status=Status.ACTION_REQUIRED)
IN_WORK = Q(status=Status.APPROVED, outcome=Outcome.OPEN)


def partners_day(actor: Actor, list_url: str) -> dict[str, Any]:
    """What ends soon, what is late, and how much is in which stage, for the partner's home page."""
    mine = Deal.objects.visible_to(actor)
    late = mine.filter(IN_WORK, expected_close__lt=timezone.localdate(moment())).order_by("expected_close", "id")
    counts = mine.aggregate(
        all=Count("pk"), waiting=Count("pk", WAITING), protected=Count("pk", IN_WORK), asked=Count("pk", ASKED)
    )
    asked = {"figure": counts["asked"], "label": "need your answer", "url": f"{list_url}?show=answer"}
    return {
        "counts": counts,
        "tiles": [
            {"figure": counts["protected"], "label": "protected for you", "url": f"{list_url}?show=protected"},
            {"figure": counts["waiting"], "label": "waiting for a decision", "url": f"{list_url}?show=review"},
            *([asked] if counts["asked"] else []),
        ],
        "stages": _by_stage(mine.filter(IN_WORK), list_url),
        "ending": _few(_ending(mine), list_url),
        "late": _few(late, list_url),
    }


def vendors_day(actor: Actor, list_url: str, queue_url: str, conflicts_url: str) -> dict[str, Any]:
    """What waits for a decision, what ends soon, and who is new, for the channel team's first page."""
    deals = Deal.objects.visible_to(actor)
    counts = deals.aggregate(
        waiting=Count("pk", WAITING & Q(~HELD)), protected=Count("pk", IN_WORK), held=Count("pk", WAITING & Q(HELD))
    )
    held = {"figure": counts["held"], "label": "decided, not told yet", "url": f"{queue_url}?show=held"}
    oldest = deals.filter(WAITING & ~HELD).select_related("partnership__organization").order_by("submitted_at", "id")
    recent = Partnership.objects.visible_to(actor).filter(created_at__gte=moment() - NEW)
    met = ChannelConflict.objects.visible_to(actor).filter(status=ChannelConflict.Status.OPEN).count()
    direct = {"figure": met, "label": "direct sales on protected customers", "url": conflicts_url}
    return {
        "tiles": [
            {"figure": counts["waiting"], "label": "wait for a decision", "url": queue_url},
            {"figure": counts["protected"], "label": "protected and open", "url": list_url},
            *([held] if counts["held"] else []),
            *([direct] if met and actor.may(settle_conflict) else []),
        ],
        "oldest": list(oldest[:SHOWN]),
        "ending": _few(_ending(deals), list_url),
        "asked": list(_asked(actor)[:SHOWN]),
        "new": list(recent.select_related("organization").order_by("-created_at")[:SHOWN]),
    }


def _asked(actor: Actor) -> QuerySet[ExtensionRequest]:
    """The wishes for more time that nobody has answered, the one whose protection ends first at the top."""
    waiting = ExtensionRequest.objects.visible_to(actor).filter(status=ExtensionRequest.Status.PENDING)
    rows: QuerySet[ExtensionRequest] = waiting.select_related("deal__partnership__organization")
    return rows.order_by("deal__protected_until", "id")


def _ending(deals: QuerySet[Deal]) -> QuerySet[Deal]:
    """The open deals whose protection ends within two weeks, the next first."""
    return ending_soon(deals, moment()).order_by("protected_until", "id")


def _few(deals: QuerySet[Deal], list_url: str) -> SafeString:
    found = listed(deals)[:SHOWN]
    return short_table(found, list_url) if found else SafeString()


def _by_stage(deals: QuerySet[Deal], list_url: str) -> list[dict[str, Any]]:
    """Each stage with how many deals are in it and their sums, one for each currency."""
    grouped = deals.order_by().values("stage", "currency").annotate(deals=Count("pk"), sum=Sum("amount_minor"))
    found = list(grouped)
    return [
        {
            "label": label,
            "url": f"{list_url}?show=protected&stage={stage}",
            "deals": sum(row["deals"] for row in found if row["stage"] == stage),
            "sums": [money_in_words(row["sum"], row["currency"]) for row in found if row["stage"] == stage],
        }
        for stage, label in Stage.choices
    ]
