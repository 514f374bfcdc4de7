"""Writing about a deal: to the other side from either one, and the vendor's people for themselves."""

from django.http import HttpResponse

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.tenancy import acting
from hansa.deals.models import Deal
from hansa.talk import writing


@workspace_page()
def write(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """Write to the other side about a deal."""
    return writing.post(request, _deal(request, deal))


@workspace_page("vendor")
def note(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """Keep an internal note about a deal."""
    return writing.note(request, _deal(request, deal))


def _deal(request: WorkspaceRequest, reference: str) -> Deal:
    with acting(request.actor):
        return Deal.objects.visible_to(request.actor).named(reference)  # type: ignore[no-any-return]
