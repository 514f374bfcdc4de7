"""How a page learns who acts: the session's person in the workspace that the address names."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from hansa.accounts.actors import Place, workspaces_of
from hansa.accounts.factors import owes_second_factor
from hansa.accounts.looking import Look, look_into
from hansa.accounts.models import Workspace
from hansa.core.actors import Actor, Side
from hansa.core.permissions import Wanted
from hansa.kernel.errors import NotPermitted
from hansa.kernel.ids import public_id


class WorkspaceRequest(HttpRequest):
    """A request within a workspace, its actor known; `places` are all workspaces of the person.

    `look` is set where a vendor's person looks at a partner's portal as somebody there sees it, and `waiting` where
    the page has counted for its frame what waits for the vendor.
    """

    places: list[Place]
    look: Look | None
    workspace: Workspace
    actor: Actor
    waiting: int | None = None


View = Callable[..., HttpResponseBase]


def workspace_page(side: Side | None = None, *, to: Wanted = ()) -> Callable[[View], View]:
    """Let members of the workspace in, on one `side` or on either.

    `to` are the actions and readings that the page is there for; who may do none of them gets a refusal.

    The view is called with a WorkspaceRequest and without the slug. Outsiders, and members of the other side, get 404.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def enter(request: Any, workspace: str, **captured: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            request.places = workspaces_of(request.user)
            own = next((place for place in request.places if place.workspace.slug == workspace), None)
            look = None if own else look_into(workspace, request.places, request.user)
            if look and look.over:
                return _back_to_work(request, look)
            request.look = look
            here: Place | Look | None = own or request.look
            if here is None or (side and here.workspace.side != side):
                raise Http404
            if owes_second_factor(request.user, request.look.viewer if request.look else here.workspace):
                return redirect("mfa_index")
            request.workspace, request.actor = here.workspace, here.actor(request.user)
            admit(request.actor, to)
            if request.look:
                request.look.enter(request.method, request.path)
            with timezone.override(request.workspace.vendor.timezone):
                answer = view(request, **captured)
            answer.setdefault("Cache-Control", "no-store")  # nothing of a workspace stays on a device
            return answer

        enter.side, enter.to = side, to  # type: ignore[attr-defined]
        return enter

    return declare


def _back_to_work(request: HttpRequest, look: Look) -> HttpResponseBase:
    """To the vendor's page of the partner, with the word that the time to look is over."""
    name = look.view.person.user.name
    messages.warning(request, f"Your time to look is over: you no longer see what {name} sees. Look again from here.")
    return redirect("partner", look.viewer.slug, public_id("partner", look.view.partnership_id))


def admit(actor: Actor, to: Wanted) -> None:
    """Raises NotPermitted unless the actor may do something of what a page is there `to` do."""
    if not actor.may(to):
        raise NotPermitted("not_permitted", "Your role may not open this page.")


def by_side(*, portal: View, console: View) -> View:
    """One address that shows a partner one page and the vendor another; both are workspace pages."""

    @workspace_page()
    def choose(request: Any, **captured: Any) -> HttpResponseBase:
        view = console if request.actor.side == "vendor" else portal
        admit(request.actor, view.to)  # type: ignore[attr-defined]
        return view.__wrapped__(request, **captured)  # type: ignore[attr-defined,no-any-return]

    return choose
