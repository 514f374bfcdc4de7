"""The pages of deals: the partner's, the vendor's, and the two addresses that each side reads its own way."""

from django.http import HttpResponse

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.deals.views import console, portal


@workspace_page()
def deals(request: WorkspaceRequest) -> HttpResponse:
    """All deals that this side sees."""
    return console.deals(request) if request.actor.side == "vendor" else portal.deals(request)


@workspace_page()
def deal(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """One deal, as this side sees it."""
    return console.deal(request, deal) if request.actor.side == "vendor" else portal.deal(request, deal)
