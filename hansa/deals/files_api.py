"""Files beside a deal, for both sides and for the vendor alone."""

from typing import Any

from ninja import File, Query
from ninja.files import UploadedFile

from hansa.core.api.entrance import ApiRequest
from hansa.core.api.paging import Page, Paging
from hansa.core.api.routes import Routes
from hansa.deals.api import DealId
from hansa.deals.models import Deal
from hansa.files import api as files
from hansa.files.schemas import FileShown

routes = Routes("Files")
router = routes.router


@routes.get("/deal-registrations/{deal_id}/files", Page[FileShown])
def list_deal_files(request: ApiRequest, deal_id: DealId, paging: Query[Paging]) -> dict[str, Any]:
    """The files of a deal that both sides see, newest first; those that were removed are among them."""
    return files.files_about(request, _deal(request, deal_id), paging)


@routes.post("/deal-registrations/{deal_id}/files", FileShown, creates=True, auth=files.EVERY_FILE)
def attach_deal_file(request: ApiRequest, deal_id: DealId, file: File[UploadedFile]) -> dict[str, Any]:
    """Attach a file of at most 10 MB to a deal; both sides see it.

    Its kind is found from its content: PDF, JPEG, PNG, WebP, HEIC, e-mail (EML, MSG), documents of Office and
    OpenDocument, and plain text. Refused as already_attached when this very file is there.
    """
    return files.attached(request, _deal(request, deal_id), file)


@routes.get("/deal-registrations/{deal_id}/internal-files", Page[FileShown], side="vendor")
def list_deal_internal_files(request: ApiRequest, deal_id: DealId, paging: Query[Paging]) -> dict[str, Any]:
    """The vendor's own files about a deal, newest first. No partner sees them."""
    return files.internal_files_about(request, _deal(request, deal_id), paging)


@routes.post(
    "/deal-registrations/{deal_id}/internal-files", FileShown, creates=True, side="vendor", auth=files.EVERY_FILE
)
def attach_deal_internal_file(request: ApiRequest, deal_id: DealId, file: File[UploadedFile]) -> dict[str, Any]:
    """Keep a file about a deal that the vendor's people alone see."""
    return files.attached_internally(request, _deal(request, deal_id), file)


def _deal(request: ApiRequest, deal_id: str) -> Deal:
    return Deal.objects.visible_to(request.actor).named(deal_id)  # type: ignore[no-any-return]
