"""What the frame around every page of a workspace shows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from hansa.portal.frame import frame_of
from hansa.portal.nav import address, entries


def workspace(request: HttpRequest) -> dict[str, Any]:
    """The workspace, its person, the navigation and the numbers beside it; outside, whether it is a demonstration."""
    here = getattr(request, "workspace", None)
    if here is None:
        return {"demonstration": settings.DEMO}
    actor = request.actor  # type: ignore[attr-defined]
    frame: Any = SimpleLazyObject(lambda: frame_of(actor))
    return {
        "workspace": here,
        "actor": actor,
        "person": request.user,
        "nav": SimpleLazyObject(lambda: entries(actor, here.slug, request.path, {"waiting": frame.waiting})),
        "workspaces": [place.workspace for place in request.places if place.workspace is not here],  # type: ignore[attr-defined]
        "inbox_count": SimpleLazyObject(lambda: frame.unread),
        "inbox_url": address("inbox", here.slug),
        "search_url": address("search", here.slug),
    }
