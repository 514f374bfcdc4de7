"""Files, as the API says them."""

from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema

from hansa.core.api.fields import OneOf
from hansa.files.models import Status


class FileShown(Schema):
    """A file that is attached to a record, without its content.

    `media_type` is what the content was found to be, `sha256` its digest as it came, in hexadecimal.
    """

    id: str
    about: str
    name: str
    media_type: str
    size: int
    sha256: str
    side: Literal["vendor", "partner"]
    author: str | None
    author_name: str
    status: Annotated[str, OneOf(Status)]
    at: datetime
    removed_at: datetime | None
