"""Files; other rooms say where they are attached."""

from typing import Annotated, Any

from django.http import HttpResponse
from ninja.files import UploadedFile

from hansa.accounts.bearer import bearer
from hansa.core.actions import Action
from hansa.core.api.entrance import FORM, ApiRequest
from hansa.core.api.fields import reference
from hansa.core.api.paging import Paging, each, page
from hansa.core.api.problems import Refused
from hansa.core.api.routes import Routes
from hansa.files.actions import attach_file, attach_internal_file, remove_file, remove_internal_file
from hansa.files.content import LARGEST
from hansa.files.limits import one_more_by
from hansa.files.models import Attachment, File, InternalFile
from hansa.files.schemas import FileShown
from hansa.files.serving import ANY, download
from hansa.files.subjects import subject_of
from hansa.kernel.ids import public_id

routes = Routes("Files")
router = routes.router

FileId = Annotated[str, reference("file")]
InternalFileId = Annotated[str, reference("internalfile")]
EVERY_FILE = bearer(lambda client: one_more_by(client.actor), takes=FORM)


@routes.get("/files/{file_id}", FileShown)
def show_one_file(request: ApiRequest, file_id: FileId) -> dict[str, Any]:
    """What is known of a file that both sides see."""
    return show_file(_found(request, Attachment, file_id))


@routes.file("/files/{file_id}/content", ANY)
def fetch_file(request: ApiRequest, file_id: FileId) -> HttpResponse:
    """The file itself, byte for byte as it came.

    Refused as file_removed once it is removed. What a partner removes while its registration waits to be answered
    together with all others stays with the vendor alone.
    """
    return download(request.actor, _found(request, Attachment, file_id), media_type=ANY)


@routes.post("/files/{file_id}/removal", FileShown)
def remove_one_file(request: ApiRequest, file_id: FileId) -> dict[str, Any]:
    """Take a file away that your side attached. Refused as file_settled once something is decided on it."""
    return show_file(remove_file(request.actor, _found(request, Attachment, file_id)))


@routes.get("/internal-files/{internal_file_id}", FileShown, side="vendor")
def show_one_internal_file(request: ApiRequest, internal_file_id: InternalFileId) -> dict[str, Any]:
    """What is known of a file of the vendor's own."""
    return show_file(_found(request, InternalFile, internal_file_id))


@routes.file("/internal-files/{internal_file_id}/content", ANY)
def fetch_internal_file(request: ApiRequest, internal_file_id: InternalFileId) -> HttpResponse:
    """The file itself, byte for byte as it came. No partner finds one."""
    return download(request.actor, _found(request, InternalFile, internal_file_id), media_type=ANY)


@routes.post("/internal-files/{internal_file_id}/removal", FileShown, side="vendor")
def remove_one_internal_file(request: ApiRequest, internal_file_id: InternalFileId) -> dict[str, Any]:
    """Take a file of the vendor's own away."""
    return show_file(remove_internal_file(request.actor, _found(request, InternalFile, internal_file_id)))


def files_about(request: ApiRequest, subject: Any, paging: Paging) -> dict[str, Any]:
    """A page of the files of a record, newest first, removed ones among them."""
    return _listed(request, Attachment, subject, paging)


def internal_files_about(request: ApiRequest, subject: Any, paging: Paging) -> dict[str, Any]:
    """A page of the vendor's own files about a record, newest first, removed ones among them."""
    return _listed(request, InternalFile, subject, paging)


def attached(request: ApiRequest, subject: Any, file: UploadedFile) -> dict[str, Any]:
    """`FileShown` of a file that is now attached to a record."""
    return _attached(request, attach_file, subject, file)


def attached_internally(request: ApiRequest, subject: Any, file: UploadedFile) -> dict[str, Any]:
    """`FileShown` of a file that the vendor's people now have beside a record."""
    return _attached(request, attach_internal_file, subject, file)


def show_file(file: Any) -> dict[str, Any]:
    """`FileShown`."""
    plain = ("name", "media_type", "size", "sha256", "side", "author_name", "at", "removed_at")
    return {
        "id": file.public_id,
        "about": file.subject,
        **{name: getattr(file, name) for name in plain},
        "author": public_id("member", file.author_id) if file.author_id else None,
        "status": str(file.status),
    }


def _listed(
    request: ApiRequest, model: type[Attachment] | type[InternalFile], subject: Any, paging: Paging
) -> dict[str, Any]:
    rows = model.objects.visible_to(request.actor).filter(subject_type=subject.id_prefix, subject_id=subject.pk)
    return page(request, rows, paging, each(show_file), by="at")


def _attached(request: ApiRequest, act: Action, subject: Any, file: UploadedFile) -> dict[str, Any]:
    if file.size and file.size > LARGEST:
        raise Refused(413, "too_large", f"The file is larger than {LARGEST // 1024 // 1024} MB.")
    content = file.read(LARGEST + 1)
    kept = act(request.actor, subject, name=file.name or "", content=content, author_id=request.auth.member_id)
    return show_file(kept)


def _found(request: ApiRequest, model: type[Attachment] | type[InternalFile], reference: str) -> File:
    file: File = model.objects.visible_to(request.actor).named(reference)
    subject_of(file, request.actor)
    return file
