"""Pages that need several rooms: where one lands, and the first page of each side."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from hansa.accounts.actors import workspaces_of
from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.accounts.models import User


@login_required
def land(request: HttpRequest) -> HttpResponse:
    """Go to one's only workspace, or choose among them."""
    assert isinstance(request.user, User)
    places = workspaces_of(request.user)
    if len(places) == 1:
        return redirect("home", places[0].slug)
    return render(request, "portal/choose.html", {"places": places})


@workspace_page()
def home(request: WorkspaceRequest) -> HttpResponse:
    """The first page of a workspace."""
    return render(request, "portal/home.html", {"title": "Today" if request.actor.side == "vendor" else "Home"})
