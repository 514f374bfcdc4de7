"""How a page learns who acts: the session's person in the workspace that the address names."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from hansa.accounts.actors import Place, workspaces_of
from hansa.accounts.models import Workspace
from hansa.accounts.roles import EVERYONE
from hansa.core.actors import Actor, Side
from hansa.kernel.errors import NotPermitted


class WorkspaceRequest(HttpRequest):
    """A request within a workspace, its actor known; `places` are all workspaces of the person."""

    places: list[Place]
    workspace: Workspace
    actor: Actor


View = Callable[..., HttpResponseBase]


def workspace_page(side: Side | None = None, *, by: frozenset[str] = EVERYONE) -> Callable[[View], View]:
    """Let members of the workspace in, on one `side` or on either; people without one of the roles get a refusal.

    The view is called with a WorkspaceRequest and without the slug. Outsiders, and members of the other side, get 404.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def enter(request: Any, workspace: str, **captured: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            request.places = workspaces_of(request.user)
            here = next((place for place in request.places if place.workspace.slug == workspace), None)
            if here is None or (side and here.workspace.side != side):
                raise Http404
            request.workspace, request.actor = here.workspace, here.actor(request.user)
            if not request.actor.may(by):
                raise NotPermitted("not_permitted", "Your role may not open this page.")
            answer = view(request, **captured)
            answer.setdefault("Cache-Control", "no-store")  # nothing of a workspace stays on a device
            return answer

        enter.side, enter.by = side, by  # type: ignore[attr-defined]
        return enter

    return declare


def by_side(*, portal: View, console: View) -> View:
    """One address that shows a partner one page and the vendor another; both are workspace pages."""

    @workspace_page()
    def choose(request: Any, **captured: Any) -> HttpResponseBase:
        view = console if request.actor.side == "vendor" else portal
        if not request.actor.may(view.by):  # type: ignore[attr-defined]
            raise NotPermitted("not_permitted", "Your role may not open this page.")
        return view.__wrapped__(request, **captured)  # type: ignore[attr-defined,no-any-return]

    return choose
