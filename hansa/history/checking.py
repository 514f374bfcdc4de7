"""Holding a chain against the events it sealed: whatever was changed, removed, added or reordered, and where."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from hansa.core.actors import System
from hansa.core.database import ask_together
from hansa.core.tenancy import acting
from hansa.history.chain import BEGINNING, Closed, Facts, close, digest, entry_of, link
from hansa.history.models import Check, Head, Seal
from hansa.history.sealing import BATCH, events_of
from hansa.kernel.ids import public_id

MOST, MOST_STRAYS = 1000, 100
EVER = "-infinity"

NEVER_SEALED = """
SELECT event.id,
    (SELECT max(position) FROM history_seal WHERE vendor_id = event.vendor_id AND event_at < event.at),
    (SELECT min(position) FROM history_seal WHERE vendor_id = event.vendor_id AND event_at > event.at)
FROM core_event event WHERE vendor_id = %s AND at >= %s
    AND NOT EXISTS (SELECT FROM history_seal seal
        WHERE seal.id = event.id AND seal.vendor_id = event.vendor_id AND seal.event_at = event.at)
    AND NOT EXISTS (SELECT FROM history_unsealed waits
        WHERE waits.id = event.id AND waits.vendor_id = event.vendor_id AND waits.at = event.at)
ORDER BY at, id LIMIT %s
"""
NO_LIMIT: tuple[str, list[str]] = ("SELECT set_config('statement_timeout', '0', true)", [])


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold, at the entries from `first` to `last`; `event` is a public id or empty."""

    first: int
    last: int
    said: str
    event: str = ""

    def __str__(self) -> str:
        entries = f"entry {self.first:,}" if self.first == self.last else f"entries {self.first:,} to {self.last:,}"
        return f"{entries}: {self.said}" + (f" ({self.event})" if self.event else "")


@dataclass(frozen=True, slots=True)
class Anchor:
    """What the chain was at a position, and who says so."""

    position: int
    hash: bytes
    source: str


@dataclass(slots=True)
class Result:
    """What a check read and found; the chain ends at `position` with `hash`."""

    entries: int
    position: int
    hash: bytes
    findings: list[Finding]


def check(vendor_id: UUID, *, after: int = 0, since: datetime | str = EVER, anchors: Iterable[Anchor] = ()) -> Result:
    """Hold the entries after a position, and the events `since` a time, against each other.

    Daily heads, earlier checks and the `anchors` given say what the chain was. The entry at `after` is taken as it
    stands. Each batch has a transaction of its own: what is sealed does not change, so they fit together.
    """
    with acting(System("check", vendor_id)):
        base = Seal.objects.filter(vendor_id=vendor_id, position=after).first()
        known = [anchor for anchor in (*_known(vendor_id), *anchors) if anchor.position > after]
    walk = Walk(after, bytes(base.hash) if base else BEGINNING, known)
    while batch := _batch(vendor_id, walk.position):
        for seal, events in batch:
            walk.step(seal, events)
    walk.end()
    with acting(System("check", vendor_id)):
        [_, strays] = ask_together(NO_LIMIT, (NEVER_SEALED, [vendor_id, since, MOST_STRAYS]))
    found = walk.findings + [_stray(*stray, end=walk.position) for stray in strays]
    findings = sorted(found, key=lambda finding: (finding.first, finding.last))
    return Result(walk.entries, walk.position, walk.hash, findings)


@dataclass(slots=True)
class Walk:
    """A walk along a chain. `ways` are the hashes that the entry just passed may have had, with what each would mean.

    Where an entry does not follow from the one before it, the next one says which of the two is not what it was.
    """

    position: int
    hash: bytes
    anchors: list[Anchor]
    entries: int = 0
    holds_to: int = 0
    findings: list[Finding] = field(default_factory=list)
    ways: dict[bytes, str] = field(default_factory=dict)
    doubt: int = 0

    def __post_init__(self) -> None:
        self.ways, self.holds_to = {self.hash: ""}, self.position
        self.anchors = sorted(self.anchors, key=lambda anchor: anchor.position)

    def step(self, seal: Seal, events: list[Facts]) -> None:
        """Pass the next entry."""
        if seal.position > self.position + 1:
            self._find(self.position + 1, seal.position - 1, "removed")
            self._settle("")
            self.ways = {}
        said, wrong = _held_together(seal, events)
        if wrong:
            self._find(seal.position, seal.position, wrong, _event(seal.pk))
        self._follow(seal, said)
        self.entries, self.position, self.hash = self.entries + 1, seal.position, bytes(seal.hash)
        while self.anchors and self.anchors[0].position <= seal.position:
            self._compare(self.anchors.pop(0))

    def end(self) -> None:
        """Say what is left: a doubt that nothing settled, and what stood beyond the last entry."""
        self._settle("")
        for anchor in self.anchors:
            if anchor.position > self.position:
                missing = f"{anchor.position - self.position:,} of them are gone, says {anchor.source}"
                self._find(self.holds_to + 1, anchor.position, missing)

    def _follow(self, seal: Seal, said: bytes) -> None:
        """Compare with the entry before; `said` is the digest as it follows from the event."""
        stored = bytes(seal.digest)
        meaning = next((what for way, what in self.ways.items() if link(way, stored) == seal.hash), None)
        self._settle(meaning or "")
        following = {bytes(seal.hash): "before"}
        if meaning is None and self.ways:
            following |= {link(way, of): "here" for way in self.ways for of in (stored, said)}
            if said == stored:
                self.doubt = seal.position
        self.ways = following

    def _settle(self, meaning: str) -> None:
        """Name the entry that was in doubt, as what came after it says."""
        if not self.doubt:
            return
        here, self.doubt = self.doubt, 0
        if meaning == "before":
            self._find(here - 1, here - 1, "replaced together with its seal")
        elif meaning == "here":
            self._find(here, here, "its hash was changed")
        else:
            self._find(here - 1, here, "they do not follow from each other")

    def _compare(self, anchor: Anchor) -> None:
        if anchor.position < self.position:
            return  # it stood in a gap, which is named already
        if anchor.hash in self.ways:
            self.holds_to = anchor.position
        else:
            self._find(self.holds_to + 1, anchor.position, f"not all as they were, says {anchor.source}")

    def _find(self, first: int, last: int, said: str, event: str = "") -> None:
        if len(self.findings) < MOST:
            self.findings.append(Finding(first, last, said, event))


def _held_together(seal: Seal, events: list[Facts]) -> tuple[bytes, str]:
    """The digest that follows from the event, and what is wrong between it and its seal, empty when nothing."""
    if not events:
        return bytes(seal.digest), "its event is gone"
    event = next((event for event in events if event.at == seal.event_at), events[0])
    said = digest(entry_of(event, seal.position, seal.sealed_at, Closed(bytes(seal.who), bytes(seal.what))))
    return said, ", ".join(_differences(seal, event, said, len(events)))


def _differences(seal: Seal, event: Facts, said: bytes, count: int) -> Iterator[str]:
    if count > 1:
        yield "its event is there more than once"
    for part, salt, closed in (("who", seal.who_salt, seal.who), ("what", seal.what_salt, seal.what)):
        if salt is None:
            yield f"the salt of its {part} is gone"
        elif close(bytes(salt), getattr(event, part)) != closed:
            yield "who did it was changed" if part == "who" else "what it tells was changed"
    if said != seal.digest or (event.at, event.partnership_id) != (seal.event_at, seal.partnership_id):
        yield "the event or its seal was changed"


def _batch(vendor_id: UUID, after: int) -> list[tuple[Seal, list[Facts]]]:
    with acting(System("check", vendor_id)):
        seals = list(Seal.objects.filter(vendor_id=vendor_id, position__gt=after).order_by("position")[:BATCH])
        events = events_of(vendor_id, [seal.pk for seal in seals])
    return [(seal, events.get(seal.pk, [])) for seal in seals]


def _known(vendor_id: UUID) -> Iterator[Anchor]:
    """What the database itself remembers of the chain."""
    for head in Head.objects.filter(vendor_id=vendor_id):
        yield Anchor(head.position, bytes(head.hash), f"the head of {head.day}")
    for last in Check.objects.filter(vendor_id=vendor_id, position__gt=0):
        yield Anchor(last.position, bytes(last.hash), f"the check of {last.at:%Y-%m-%d %H:%M}")


def _stray(id: UUID, before: int | None, beyond: int | None, *, end: int) -> Finding:
    return Finding(before or 0, beyond or end + 1, "an event of a time between them was never sealed", _event(id))


def _event(id: UUID) -> str:
    return public_id("evt", id)
