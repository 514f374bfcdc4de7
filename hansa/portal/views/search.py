"""Find a deal by its customer, and a partner by its name."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.tenancy import acting
from hansa.deals.listing import listed
from hansa.deals.models import Deal
from hansa.deals.tables import short_table
from hansa.partnerships.models import Partnership

FOUND = 25


@workspace_page()
def search(request: WorkspaceRequest) -> HttpResponse:
    """What one may see whose name contains the words; a partner's search reaches its own deals alone."""
    words, actor, slug = request.GET.get("q", "").replace("\0", "").strip()[:100], request.actor, request.workspace.slug
    deals: list[Deal] = []
    partners: list[Partnership] = []
    if words:
        with acting(actor):
            named = Deal.objects.visible_to(actor).filter(customer_name__icontains=words)
            deals = list(listed(named).order_by("-submitted_at", "-id")[:FOUND])
            if actor.side == "vendor":
                called = Partnership.objects.visible_to(actor).filter(organization__name__icontains=words)
                partners = list(called.select_related("organization").order_by("organization__name")[:FOUND])
    context = {
        "title": "Search",
        "words": words,
        "deals": short_table(deals, reverse("deals", args=[slug])) if deals else "",
        "partners": partners,
        "more": len(deals) == FOUND or len(partners) == FOUND,
    }
    return render(request, "portal/search.html", context)
