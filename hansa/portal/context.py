"""What the frame around every page of a workspace shows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from hansa.accounts.models import Workspace
from hansa.core.web.frame import Frame, Place
from hansa.core.web.offline import offline
from hansa.core.web.said import count_up_to
from hansa.deals.actions import register_deal
from hansa.deals.queue import MANY
from hansa.portal.nav import address, links_of
from hansa.portal.numbers import numbers_of


def workspace(request: HttpRequest) -> dict[str, Any]:
    """The workspace, its person and the frame; outside of one, whether this is a demonstration."""
    here = getattr(request, "workspace", None)
    if here is None:
        return {"demonstration": settings.DEMO}
    return {
        "workspace": here,
        "actor": request.actor,  # type: ignore[attr-defined]
        "person": request.user,
        "frame": SimpleLazyObject(lambda: frame_of(request)),
        "offline": offline_of(request) if request.actor.may(register_deal) else None,  # type: ignore[attr-defined]
    }


def offline_of(request: Any) -> dict[str, Any]:
    """What `offline.js` is told in a workspace."""
    slug = request.workspace.slug
    return offline(request.user, page=address("register-offline", slug), register=address("register-deal", slug))


def frame_of(request: Any) -> Frame:
    """The frame of this request's page."""
    here, actor = request.workspace, request.actor
    numbers = numbers_of(actor, getattr(request, "waiting", None))
    waiting = count_up_to(numbers.waiting, MANY) if numbers.waiting else ""
    inbox = address("inbox", here.slug)
    return Frame(
        place_of(here),
        tuple(place_of(place.workspace) for place in request.places if place.workspace is not here),
        request.user.name,
        request.user.email,
        links_of(actor, here.slug, request.path, {"waiting": waiting}),
        numbers.unread,
        inbox,
        request.path.startswith(inbox),
        address("search", here.slug),
        address("notifications", here.slug),
        address("keyboard", here.slug),
    )


def place_of(workspace: Workspace) -> Place:
    """The workspace as the frame names it."""
    return Place(workspace.slug, workspace.vendor_name, workspace.company_name, workspace.side)
