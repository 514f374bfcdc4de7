"""The vendor's queue: what waits for a decision."""

from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import render

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.actors import Actor
from hansa.core.database import Rows, ask_together
from hansa.core.tenancy import acting, moment
from hansa.core.web.chips import Chip
from hansa.core.web.paging import Page
from hansa.core.web.said import count_up_to
from hansa.deals import actions
from hansa.deals.queue import (
    MANY,
    ORDERS,
    Counts,
    Day,
    Proposal,
    Sender,
    counted,
    page_of_queue,
    proposals_in,
    proposals_query,
    reviewers_query,
    tiers_in,
    tiers_queries,
)
from hansa.deals.tables import queue_table, sender_options
from hansa.deals.verdicts import held_of
from hansa.deals.when import clock_in_words
from hansa.filters.lists import chips_in, chips_query
from hansa.programs.review_terms import calendar_in, calendar_query

SHOWN = {
    "mine": "Mine",
    "all": "All",
    "overdue": "Overdue",
    "today": "Due today",
    "asked": "Waits for the partner",
    "alike": "Possible duplicates",
    "held": "Decided, not told yet",
}
HEADINGS = {
    "mine": ("undecided registration", " of your partners"),
    "all": ("undecided registration",),
    "overdue": ("overdue registration",),
    "today": ("registration", " due today"),
    "asked": ("registration", " waiting for the partner"),
    "alike": ("possible duplicate",),
    "held": ("decision", " not told yet"),
}


@workspace_page("vendor", to=actions.DECISIONS)
def registrations(request: WorkspaceRequest) -> HttpResponse:
    """The queue: what waits for a decision, oldest or most urgent first."""
    actor, asked = request.actor, request.GET
    with acting(actor, calendar_query(actor.vendor_id)) as [found]:
        calendar, now = calendar_in(found), moment()
        day = Day.of(calendar, now)
        counts = counted(actor, day, asked.get("partner", ""))
        request.waiting = counts.to_decide
        show = asked.get("show", "mine" if counts.by_show["mine"] and not counts.sender else "all")
        sender = counts.sender.id if counts.sender else None
        page = page_of_queue(actor, show, sender, day, asked, by=ORDERS[_order(asked)][1])
        narrowing, proposed, tier, reviewers = _beside(actor, page, counts, show, asked)
        held = held_of(actor, [line.id for line in page], calendar) if show == "held" else {}
    bulk = "bulk" if actor.may(actions.decide_in_bulk) and show != "held" else ""
    clock = partial(clock_in_words, calendar=calendar, now=now)
    context = {
        "title": _heading(counts, show),
        **narrowing,
        "releasing": list({one.program for one in held.values()}) if show == "held" else [],
        "table": queue_table(page.rows, tier, proposed, clock, held, reviewers, bulk),
        "page": page,
        "bulk": bulk,
    }
    return render(request, "deals/console/registrations.html", context)


def _beside(
    actor: Actor, page: Page, counts: Counts, show: str, asked: QueryDict
) -> tuple[dict[str, Any], dict[UUID, Proposal], dict[tuple[UUID, UUID], str], dict[UUID, str]]:
    """What stands above the queue, and beside its lines: proposals, tiers, to whom assigned. One round trip."""
    saved, proposed, reviewers, *tier = ask_together(
        chips_query(actor, "queue"),
        proposals_query(actor, [line.id for line in page]),
        reviewers_query(actor, [line.id for line in page]),
        *tiers_queries(actor, [line.partnership_id for line in page]),
    )
    above = _narrowing(actor, saved, counts, show, asked)
    return above, proposals_in(proposed), tiers_in(*tier), dict(reviewers)


def _narrowing(actor: Actor, saved: Rows, counts: Counts, show: str, asked: QueryDict) -> dict[str, Any]:
    """What stands above the queue: by what it is and can be narrowed, and `asked`, all that as an address."""
    sender, order = counts.sender, _order(asked)
    address = _address(show, sender, order)
    return {
        "filters": _filters(counts, "" if sender else show, order),
        "waits": counts.by_show["all"],
        "saved": chips_in(saved, actor, "queue", address),
        "orders": _orders(asked),
        "senders": sender_options(counts.senders, sender) if len(counts.senders) > 1 else "",
        "not_told": counts.by_show["held"],
        "asked": urlencode(address),
    }


def _filters(counts: Counts, show: str, order: str) -> list[Chip]:
    rest = f"&sort={order}" if order else ""
    return [
        Chip(label, f"?show={name}{rest}", name == show, count_up_to(counts.by_show[name], MANY))
        for name, label in SHOWN.items()
        if name != "held" or counts.by_show["held"]
    ]


def _address(show: str, sender: Sender | None, order: str) -> dict[str, str]:
    """The queue as it is shown, also where the address leaves it open."""
    given = {
        "show": show if show in SHOWN else "all",
        "partner": sender.public_id if sender else "",
        "sort": order,
    }
    return {name: value for name, value in given.items() if value}


def _order(asked: QueryDict) -> str:
    return order if (order := asked.get("sort", "")) in ORDERS else ""


def _orders(asked: QueryDict) -> list[Chip]:
    """The ways to sort the queue, each with its address, which keeps what is shown."""
    kept = {name: asked[name] for name in ("show", "partner") if name in asked}
    return [
        Chip(label, "?" + urlencode({**kept, "sort": name}), name == _order(asked))
        for name, (label, _) in ORDERS.items()
    ]


def _heading(counts: Counts, show: str) -> str:
    """What the list below holds: "3 undecided registrations of your partners"."""
    if counts.sender:
        whose = f" of {counts.sender.name}"
        return _many(counts.of_sender, "undecided registration", whose) if show == "all" else f"Registrations{whose}"
    count = counts.by_show.get(show, counts.by_show["all"])
    return _many(count, *HEADINGS.get(show, HEADINGS["all"]))


def _many(count: int, what: str, whose: str = "") -> str:
    return f"{count_up_to(count, MANY) if count else 'No'} {what}{'' if count == 1 else 's'}{whose}"
