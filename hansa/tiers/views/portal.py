"""A partner's page of its tier."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.tenancy import acting
from hansa.partnerships.models import Enrollment
from hansa.tiers.forms import WhatIfForm
from hansa.tiers.shown import board_of, page_of, what_if


@workspace_page("partner")
def tier(request: WorkspaceRequest) -> HttpResponse:
    """Where one stands on each criterion, what is missing, and what a number more would bring."""
    actor = request.actor
    with acting(actor):
        rows = Enrollment.objects.visible_to(actor).filter(partnership=actor.partnership_id)
        places = list(rows.select_related("tier", "program").order_by("status", "id"))
        chosen = next((one for one in places if one.public_id == request.GET.get("place")), None)
        chosen = chosen or next(iter(places), None)
        context: dict[str, Any] = {"title": "Your tier", "places": places, "chosen": chosen}
        if chosen:
            board = board_of(actor, chosen)
            asked = "what_if" in request.GET
            form = WhatIfForm(board.words, board.asked(), request.GET if asked else None)
            context |= page_of(actor, board)
            context |= {"form": form, "asked": what_if(board, form.more()) if form.is_valid() else None}
    return render(request, "tiers/portal/tier.html", context)
