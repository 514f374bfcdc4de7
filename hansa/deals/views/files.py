"""Attaching files to a deal: from either side, and by the vendor's people for themselves."""

from django.http import HttpResponse

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.tenancy import acting
from hansa.deals.models import Deal
from hansa.files import attaching
from hansa.files.actions import attach_file, attach_internal_file


@workspace_page(to=attach_file)
def attach(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """Attach a file to a deal that both sides see."""
    return attaching.attach(request, _deal(request, deal))


@workspace_page("vendor", to=attach_internal_file)
def attach_internally(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """Attach a file to a deal that the vendor's people alone see."""
    return attaching.attach_internally(request, _deal(request, deal))


def _deal(request: WorkspaceRequest, reference: str) -> Deal:
    with acting(request.actor):
        return Deal.objects.visible_to(request.actor).named(reference)  # type: ignore[no-any-return]
