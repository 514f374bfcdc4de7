"""Sealed history: how it stands, and its daily heads."""

from typing import Any

from ninja import Query

from hansa.core.api.entrance import ApiRequest
from hansa.core.api.paging import Page, Paging, each, page
from hansa.core.api.routes import Routes
from hansa.history.export import head_line
from hansa.history.models import Head
from hansa.history.permissions import READ_AUDIT
from hansa.history.schemas import ChainShown, HeadShown
from hansa.history.standing import standing

routes = Routes("Sealed history")
router = routes.router


@routes.get("/chain", ChainShown, side="vendor", to=READ_AUDIT)
def show_chain(request: ApiRequest) -> dict[str, Any]:
    """Where the vendor's chain stands, and whether it held when it was last verified."""
    found = standing(request.actor)
    checked = found.whole or found.recent
    return {
        "entries": found.entries,
        "hash": found.last.hash_text if found.last else None,
        "sealed_at": found.last.sealed_at if found.last else None,
        "waiting": found.waiting,
        "checked_at": checked.at if checked else None,
        "checked_entries": checked.entries if checked else 0,
        "findings": found.findings,
    }


@routes.get("/chain/heads", Page[HeadShown], side="vendor", to=READ_AUDIT)
def list_heads(request: ApiRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Where the chain stood at the end of each day, newest first.

    Keep them where nobody who runs Hansa reaches them: then every later change to what came before is found.
    """
    return page(request, Head.objects.visible_to(request.actor), paging, each(head_line))
