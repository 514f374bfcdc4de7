"""A registration's receipt as a file, for either side."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.tenancy import acting
from hansa.deals.models import Deal
from hansa.deals.receipts import show_receipt
from hansa.history.chain import canonical
from hansa.kernel.errors import DomainError


@require_safe
@workspace_page()
def receipt(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """The file that the holder can have verified anywhere."""
    with acting(request.actor):
        shown = show_receipt(request.actor, Deal.objects.visible_to(request.actor).named(deal))
    if not shown["sealed"]:
        raise DomainError("not_sealed", "This registration is not sealed yet. Try again in a few minutes.")
    response = HttpResponse(canonical(shown["receipt"]), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{deal}-receipt.json"'
    return response
