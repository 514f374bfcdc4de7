"""What the frame around every page of a workspace shows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from hansa.accounts.actors import workspaces_of
from hansa.core.actors import Actor
from hansa.core.tenancy import acting
from hansa.deals.models import UNDECIDED, Deal
from hansa.notices.models import Notice
from hansa.portal.nav import address, entries


def workspace(request: HttpRequest) -> dict[str, Any]:
    """The workspace, its person, the navigation and the numbers beside it; outside, whether it is a demonstration."""
    here = getattr(request, "workspace", None)
    if here is None:
        return {"demonstration": settings.DEMO}
    actor = request.actor  # type: ignore[attr-defined]
    counts = SimpleLazyObject(lambda: _counts(actor))
    return {
        "workspace": here,
        "actor": actor,
        "person": request.user,
        "nav": SimpleLazyObject(lambda: entries(actor, here.slug, request.path, counts)),  # type: ignore[arg-type]
        "workspaces": SimpleLazyObject(lambda: [other for other in workspaces_of(request.user) if other != here]),  # type: ignore[arg-type]
        "inbox_count": SimpleLazyObject(lambda: counts["inbox"]),
        "inbox_url": address("inbox", here.slug),
        "search_url": address("search", here.slug),
    }


def _counts(actor: Actor) -> dict[str, int]:
    with acting(actor):
        counts = {"inbox": Notice.objects.visible_to(actor).filter(read_at=None).count()}
        if actor.side == "vendor":
            counts["waiting"] = Deal.objects.visible_to(actor).filter(status__in=UNDECIDED).count()
    return counts
