"""Messages and notes, as the API says them."""

from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema

from hansa.core.api.fields import Body, OneOf, text
from hansa.talk.actions import LONGEST
from hansa.talk.models import Via


class MessageShown(Schema):
    """One thing said. `about` is the deal or the partner, `author` the member who said it."""

    id: str
    about: str
    side: Literal["vendor", "partner"]
    author: str | None
    author_name: str
    text: str
    remark: str
    via: Annotated[str, OneOf(Via)]
    at: datetime


class NoteShown(Schema):
    """What the vendor's people wrote for themselves."""

    id: str
    about: str
    author: str | None
    author_name: str
    text: str
    at: datetime


class Written(Body):
    text: Annotated[str, text(LONGEST, shortest=1, lines=True)]
