"""Where one lands, and the first page of each side: what needs somebody today."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from hansa.accounts.actors import workspaces_of
from hansa.accounts.entrance import WorkspaceRequest, by_side, workspace_page
from hansa.accounts.models import User
from hansa.core.tenancy import acting
from hansa.portal.today import partners_day, vendors_day


@login_required
def land(request: HttpRequest) -> HttpResponse:
    """Go to one's only workspace, or choose among them."""
    assert isinstance(request.user, User)
    places = [place.workspace for place in workspaces_of(request.user)]
    if len(places) == 1:
        return redirect("home", places[0].slug)
    return render(request, "portal/choose.html", {"places": places})


@workspace_page("partner")
def portal(request: WorkspaceRequest) -> HttpResponse:
    """A partner's day."""
    with acting(request.actor):
        day = partners_day(request.actor, reverse("deals", args=[request.workspace.slug]))
    context = {"title": "Home", **day}
    return render(request, "portal/home.html", context)


@workspace_page("vendor")
def console(request: WorkspaceRequest) -> HttpResponse:
    """The channel team's day."""
    actor, slug = request.actor, request.workspace.slug
    with acting(actor):
        day = vendors_day(
            actor, *(reverse(name, args=[slug]) for name in ("deals", "registrations", "channel-conflicts"))
        )
    return render(request, "portal/today.html", {"title": "Today", **day})


home = by_side(portal=portal, console=console)
