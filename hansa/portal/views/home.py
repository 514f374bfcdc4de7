"""Where one lands, and the first page of each side: what needs somebody today."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from hansa.accounts.actors import workspaces_of
from hansa.accounts.entrance import WorkspaceRequest, by_side, workspace_page
from hansa.accounts.models import User
from hansa.accounts.roles import CHANNEL_TEAM, DEAL_DESK, PARTNER_SALES
from hansa.core.actors import Actor
from hansa.core.tenancy import acting, moment
from hansa.core.web.said import money_in_words
from hansa.deals.listing import listed, rows_of
from hansa.deals.models import UNDECIDED, Deal, Outcome, Stage, Status
from hansa.partnerships.models import Partnership

SOON = timedelta(days=14)
NEW = timedelta(days=30)
SHOWN = 5
IN_WORK = Q(status=Status.APPROVED, outcome=Outcome.OPEN)


@login_required
def land(request: HttpRequest) -> HttpResponse:
    """Go to one's only workspace, or choose among them."""
    assert isinstance(request.user, User)
    places = workspaces_of(request.user)
    if len(places) == 1:
        return redirect("home", places[0].slug)
    return render(request, "portal/choose.html", {"places": places})


@workspace_page("partner")
def portal(request: WorkspaceRequest) -> HttpResponse:
    """A partner's day: what ends soon, what is late, and how much is in which stage."""
    actor, list_url = request.actor, reverse("deals", args=[request.workspace.slug])
    with acting(actor):
        mine = Deal.objects.visible_to(actor)
        counts = mine.aggregate(
            all=Count("pk"), review=Count("pk", Q(status__in=UNDECIDED)), protected=Count("pk", IN_WORK)
        )
        by_stage = list(
            mine.filter(IN_WORK)
            .order_by()
            .values("stage", "currency")
            .annotate(deals=Count("pk"), sum=Sum("amount_minor"))
        )
        ending = list(_ending(actor))
        late = list(listed(mine.filter(IN_WORK, expected_close__lt=moment().date())).order_by("expected_close")[:SHOWN])
    context = {
        "title": "Home",
        "counts": counts,
        "tiles": [
            {"figure": counts["protected"], "label": "protected for you", "url": f"{list_url}?show=protected"},
            {"figure": counts["review"], "label": "waiting for a decision", "url": f"{list_url}?show=review"},
        ],
        "stages": _by_stage(by_stage, list_url),
        "ending": _linked(ending, list_url),
        "late": _linked(late, list_url),
        "may_register": actor.may(PARTNER_SALES),
    }
    return render(request, "portal/home.html", context)


@workspace_page("vendor")
def console(request: WorkspaceRequest) -> HttpResponse:
    """The channel team's day: what waits for a decision, what ends soon, and who is new."""
    actor, slug = request.actor, request.workspace.slug
    with acting(actor):
        deals, partners = Deal.objects.visible_to(actor), Partnership.objects.visible_to(actor)
        waiting = deals.filter(status__in=UNDECIDED)
        numbers = deals.aggregate(waiting=Count("pk", Q(status__in=UNDECIDED)), protected=Count("pk", IN_WORK))
        oldest = list(waiting.select_related("partnership__organization").order_by("submitted_at", "id")[:SHOWN])
        ending = list(_ending(actor))
        recent = partners.filter(created_at__gte=moment() - NEW).select_related("organization")
        new = list(recent.order_by("-created_at")[:SHOWN])
    context = {
        "title": "Today",
        "tiles": [
            {
                "figure": numbers["waiting"],
                "label": "wait for a decision",
                "url": reverse("registrations", args=[slug]),
            },
            {"figure": numbers["protected"], "label": "protected and open", "url": reverse("deals", args=[slug])},
        ],
        "oldest": oldest,
        "ending": _linked(ending, reverse("deals", args=[slug])),
        "new": new,
        "may_decide": actor.may(DEAL_DESK),
        "may_invite": actor.may(CHANNEL_TEAM),
    }
    return render(request, "portal/today.html", context)


home = by_side(portal=portal, console=console)


def _ending(actor: Actor) -> Any:
    """The open deals whose protection ends within two weeks, the next first."""
    now = moment()
    soon = Deal.objects.visible_to(actor).filter(IN_WORK, protected_until__gt=now, protected_until__lte=now + SOON)
    return listed(soon).order_by("protected_until", "id")[:SHOWN]


def _linked(deals: list[Deal], list_url: str) -> list[dict[str, Any]]:
    return [{**row, "url": list_url + row["url"]} for row in rows_of(deals)]


def _by_stage(found: list[dict[str, Any]], list_url: str) -> list[dict[str, Any]]:
    """Each stage with how many deals are in it and their sums, one for each currency."""
    return [
        {
            "label": label,
            "url": f"{list_url}?show=protected&stage={stage}",
            "deals": sum(row["deals"] for row in found if row["stage"] == stage),
            "sums": [money_in_words(row["sum"], row["currency"]) for row in found if row["stage"] == stage],
        }
        for stage, label in Stage.choices
    ]
