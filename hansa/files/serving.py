"""A file on its way out: to be kept, never to be shown within the site."""

from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from hansa.core.actors import Actor
from hansa.files.models import File, Status, kept_for_the_vendor
from hansa.kernel.errors import DomainError

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


ANY = "application/octet-stream"


def download(actor: Actor, file: File, *, media_type: str = "") -> HttpResponse:
    """The content as a download, of its own media type if none is given; within `acting`.

    Raises DomainError for one that was removed, unless it is kept for the vendor, who asks.
    """
    model: Any = type(file)  # one of the two kinds, each with rows of its own
    rows = model.objects.visible_to(actor).filter(pk=file.pk)
    if file.status == Status.REMOVED and (actor.side == "partner" or not kept_for_the_vendor(rows).exists()):
        raise DomainError("file_removed", "This file was removed.")
    content = rows.values_list("content", flat=True).get()
    disposition = content_disposition_header(as_attachment=True, filename=file.name) or "attachment"
    headers = {**HEADERS, "Content-Disposition": disposition}
    return HttpResponse(bytes(content), content_type=media_type or file.media_type, headers=headers)
