"""The pages of deals: the partner's, the vendor's, and the two addresses that each side reads its own way."""

from django.http import Http404, HttpResponse

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.deals.views import console, parties, portal


@workspace_page()
def deals(request: WorkspaceRequest) -> HttpResponse:
    """All deals that this side sees."""
    return console.deals(request) if request.actor.side == "vendor" else portal.deals(request)


@workspace_page()
def deal(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """One deal, as this side sees it; of another partner's, what one reads who stands beside it."""
    if request.actor.side == "vendor":
        return console.deal(request, deal)
    try:
        return portal.deal(request, deal)
    except Http404:
        return parties.beside_deal(request, deal)
