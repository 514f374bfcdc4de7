"""Sealed history, as the API says it."""

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Field, Schema

Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class SealedEvent(Schema):
    """What of an event stands in the chain: ids, times, and the name of what happened."""

    id: str
    name: str
    at: str
    actor_kind: str
    actor: str | None
    subject: str
    partner: str | None
    cause: str | None


class Entry(Schema):
    """One entry of a vendor's chain. `who` and `what` are digests of what is closed in it."""

    format: str
    vendor: str
    position: int
    sealed_at: str
    event: SealedEvent
    who: Hash
    what: Hash


class Opened(Schema):
    """What a digest was made of: SHA-256 of the salt and the canonical JSON of the facts."""

    salt: str
    facts: dict[str, Any]


class HeadShown(Schema):
    """Where a vendor's chain stood at the end of a day (UTC)."""

    format: str
    vendor: str
    day: date
    position: int
    hash: Hash


class Receipt(Schema):
    """What proves a registration's place. `path` are the digests that lead from its entry to the head."""

    format: str
    entry: Entry
    previous: Hash
    hash: Hash
    who: Opened | None
    what: Opened | None
    head: HeadShown | None
    path: list[Hash]


class ChainShown(Schema):
    """Where the chain stands, and what was found when it was last held against the events."""

    entries: int
    hash: Hash | None
    sealed_at: datetime | None
    waiting: int
    checked_at: datetime | None
    checked_entries: int
    findings: list[str]
