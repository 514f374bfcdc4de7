"""Events, as the API says them."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Field, Schema

from hansa.core.api.paging import Paging


class ActorShown(Schema):
    """Who did it: a person (`member_…`), a client (`key_…`), or the system with its reason."""

    kind: str
    id: str | None
    label: str


class EventShown(Schema):
    """One fact. `data` is the subject as it was then, `changes` what became different: {fact: [before, after]}."""

    id: str
    name: str
    at: datetime
    actor: ActorShown
    subject: str
    partner: str | None
    data: dict[str, Any]
    changes: dict[str, Any]
    cause: str | None


class EventFilter(Paging):
    name: Annotated[str, Field(max_length=100, description="Such as deal.approved")] = ""
    subject: Annotated[str, Field(max_length=60, description="The id of what the events are about")] = ""
