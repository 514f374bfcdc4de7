"""Disputes, as the API says them."""

from datetime import datetime
from typing import Annotated, Literal

from ninja import Field, Schema

from hansa.core.api.fields import Body, Day, OneOf, strict_reference, text
from hansa.core.api.paging import Paging
from hansa.disputes.models import Dispute, Entry, Hearing, Reason

Said = Annotated[str, text(10_000, shortest=1, lines=True)]
Note = Annotated[str, text(2_000, shortest=1, lines=True)]


class EntryShown(Schema):
    """Something that one side said or was asked."""

    id: str
    kind: Annotated[str, OneOf(Entry.Kind)]
    text: str
    by: str
    at: datetime


class DisputeShown(Schema):
    """A partner contests a decision about its deal. `due_at` is until when it is decided, null while the clock stands.

    `answer_by` is until when you, who opened it, are asked; `result` and `reason` are empty until it is decided.
    """

    id: str
    deal: str
    partner: str
    contested: str
    wish: str
    status: Annotated[str, OneOf(Dispute.Status)]
    result: Literal["", "upheld", "granted", "withdrawn"]
    reason: str
    note: str
    opened_at: datetime
    due_at: datetime | None
    answer_by: datetime | None
    decided_by: str
    decided_at: datetime | None
    appeal_until: datetime | None
    appealed_at: datetime | None
    closed_at: datetime | None


class DisputeInFull(DisputeShown):
    """A dispute with what who opened it said and was asked, the first first."""

    entries: list[EntryShown]


class HearingShown(Schema):
    """The protection of your own deal is disputed: what is asked, and what becomes of it.

    For the vendor: one of the other sides of a dispute, without deal and partner where it is the vendor's own sales.
    """

    id: str
    deal: str | None
    partner: str | None
    status: Annotated[str, OneOf(Hearing.Status)]
    result: Literal["", "kept", "moved"]
    reason: str
    note: str
    opened_at: datetime
    answer_by: datetime | None
    decided_at: datetime | None
    appeal_until: datetime | None
    appealed_at: datetime | None


class HearingInFull(HearingShown):
    """A hearing with what was said and asked, the first first."""

    entries: list[EntryShown]


class HearingList(Schema):
    data: list[HearingInFull]


class DisputeFilter(Paging):
    """Which disputes: each filter that is given narrows the list."""

    status: Annotated[str, OneOf(Dispute.Status)] | None = None
    deal: Annotated[str, Field(max_length=60, description="A deal's id")] = ""


class OpenDispute(Body):
    """Why a decision about your deal is not right, and what should become of it."""

    deal: Annotated[str, strict_reference("deal")]
    statement: Said
    wish: Annotated[str, text(300)] = ""


class State(Body):
    statement: Said


class AskForEvidence(Body):
    """`of` is who opened the dispute, or the other side: whom the decision protects."""

    of: Literal["opener", "other_side"]
    question: Note
    answer_by: Day


class DecideDispute(Body):
    """`other_note` is what the other side reads; needed where a partner was heard."""

    result: Literal["upheld", "granted"]
    reason: Annotated[str, OneOf(Reason)]
    note: Note
    other_note: Annotated[str, text(2_000, lines=True)] = ""
