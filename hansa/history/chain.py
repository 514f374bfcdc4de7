"""What is sealed, and how: plain Python over facts. `tools/verify_receipt.py` does the same outside the product.

An entry is what the chain says of one event. Names, addresses and facts do not stand in it: it holds digests of them,
each closed with a salt of its own, so that a person can be forgotten (the salt goes, and the words with it) while the
chain still holds. Every entry is tied to the one before it: hash = SHA-256(previous hash + SHA-256(entry)).
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from hansa.kernel.ids import public_id

FORMAT = "hansa-chain-1"
BEGINNING = bytes(32)
ACTORS = {"person": "member", "client": "key"}


class Facts(NamedTuple):
    """An event as the database has it; `data` and `changes` are JSON as text."""

    id: UUID
    vendor_id: UUID
    partnership_id: UUID | None
    name: str
    actor_kind: str
    actor_id: UUID | None
    actor_label: str
    on_behalf_of: str
    subject_type: str
    subject_id: UUID
    data: str
    changes: str
    cause_id: UUID | None
    at: datetime

    @property
    def who(self) -> dict[str, Any]:
        """Who did it, by name: what is forgotten with a person."""
        return {"label": self.actor_label, "on_behalf_of": self.on_behalf_of}

    @property
    def what(self) -> dict[str, Any]:
        """What the event tells of its subject."""
        return {"data": _exact(self.data), "changes": _exact(self.changes)}


@dataclass(frozen=True, slots=True)
class Closed:
    """The digests of an event's two parts, which stand in its entry."""

    who: bytes
    what: bytes


def canonical(value: Any) -> bytes:
    """One text for one value: JSON in UTF-8 with sorted keys and no spaces. Numbers in it are whole."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def close(salt: bytes, facts: Any) -> bytes:
    """The digest of facts that nobody can guess back without the salt."""
    return sha256(salt + canonical(facts)).digest()


def entry_of(event: Facts, position: int, sealed_at: datetime, closed: Closed) -> dict[str, Any]:
    """What the chain says of an event: ids, names of things and times, and the digests of the rest."""
    return {
        "format": FORMAT,
        "vendor": public_id("vendor", event.vendor_id),
        "position": position,
        "sealed_at": moment_of(sealed_at),
        "event": {
            "id": public_id("evt", event.id),
            "name": event.name,
            "at": moment_of(event.at),
            "actor_kind": event.actor_kind,
            "actor": _id(ACTORS.get(event.actor_kind, "actor"), event.actor_id),
            "subject": public_id(event.subject_type, event.subject_id),
            "partner": _id("partner", event.partnership_id),
            "cause": _id("evt", event.cause_id),
        },
        "who": closed.who.hex(),
        "what": closed.what.hex(),
    }


def digest(entry: dict[str, Any]) -> bytes:
    return sha256(canonical(entry)).digest()


def link(previous: bytes, digest: bytes) -> bytes:
    """The hash of an entry that follows the one with the hash `previous`."""
    return sha256(previous + digest).digest()


def moment_of(at: datetime) -> str:
    """A time in UTC to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _id(prefix: str, id: UUID | None) -> str | None:
    return public_id(prefix, id) if id else None


def _exact(text: str) -> Any:
    """JSON with every fraction as {"number": its digits}, which no reader rounds."""
    return json.loads(text, parse_float=lambda digits: {"number": digits})
