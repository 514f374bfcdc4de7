"""Find a deal by its customer, and for the vendor a partner or a customer by its name."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.actors import Actor
from hansa.core.tenancy import acting
from hansa.customers.lookup import named_like
from hansa.customers.permissions import READ_COMPANIES
from hansa.deals.listing import listed, named_beside
from hansa.deals.models import Deal
from hansa.deals.tables import short_table, short_table_beside, vendors_table
from hansa.deals.verdicts import held_of
from hansa.partnerships.models import Partnership
from hansa.programs.review_terms import calendar_of

FOUND = 25


@workspace_page()
def search(request: WorkspaceRequest) -> HttpResponse:
    """What one may see whose name contains the words; a partner's search reaches its own deals, and those it reads."""
    words, actor, slug = request.GET.get("q", "").replace("\0", "").strip()[:100], request.actor, request.workspace.slug
    found: dict[str, list[Any]] = {}
    if words:
        with acting(actor):
            found = _vendors(actor, words) if actor.side == "vendor" else _partners(actor, words)
    context = {
        "title": "Search",
        "words": words,
        **found,
        "found": any(found.values()),
        "more": any(len(rows) == FOUND for rows in found.values()),
    }
    if rows := found.get("deals"):
        context["deals"] = _table(actor, rows, slug)
    if rows := found.get("beside"):
        context["beside"] = short_table_beside(rows, reverse("deals", args=[slug]))
    return render(request, "portal/search.html", context)


def _partners(actor: Actor, words: str) -> dict[str, list[Any]]:
    own = list(listed(_named(actor, words)))
    return {"deals": own, "beside": named_beside(actor, words, most=FOUND)}


def _table(actor: Actor, deals: list[Any], slug: str) -> SafeString:
    if actor.side == "partner":
        return short_table(deals, reverse("deals", args=[slug]))
    with acting(actor):
        held = held_of(actor, [deal.pk for deal in deals], calendar_of(actor.vendor_id))
    return vendors_table(deals, reverse("registrations", args=[slug]), held)


def _vendors(actor: Actor, words: str) -> dict[str, list[Any]]:
    partners = Partnership.objects.visible_to(actor).filter(organization__name__icontains=words)
    found = {
        "deals": list(_named(actor, words).select_related("partnership__organization")),
        "partners": list(partners.select_related("organization").order_by("organization__name")[:FOUND]),
    }
    if actor.may(READ_COMPANIES):
        found["customers"] = list(named_like(actor, words)[:FOUND])
    return found


def _named(actor: Actor, words: str) -> QuerySet[Deal]:
    deals = Deal.objects.visible_to(actor).filter(customer_name__icontains=words)
    return deals.order_by("-submitted_at", "-id")[:FOUND]
