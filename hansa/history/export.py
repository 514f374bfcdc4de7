"""The chain as others keep and verify it: JSON lines for entries and heads, one JSON file for a receipt."""

from collections.abc import Iterator
from datetime import UTC
from typing import Any
from uuid import UUID

from hansa.core.actors import Actor
from hansa.core.tenancy import acting, vendor_wide
from hansa.history.chain import BEGINNING, Closed, Facts, entry_of
from hansa.history.models import Head, Seal
from hansa.history.sealing import BATCH, events_of
from hansa.kernel.ids import public_id

HEAD, RECEIPT = "hansa-head-1", "hansa-receipt-1"
LONGEST_PATH = 5000


def entries(actor: Actor, *, after: int = 0, to: int | None = None, facts: bool = False) -> Iterator[dict[str, Any]]:
    """The lines of the chain after a position, in order; with `facts`, the words and values that are closed in it.

    For the vendor's side, which sees every seal. Each batch is read in a transaction of its own, so that a reader may
    take as long as it likes.
    """
    with acting(actor):
        base = Seal.objects.visible_to(actor).filter(position=after).first()
    previous = bytes(base.hash) if base else BEGINNING
    while True:
        with acting(actor):
            rows = Seal.objects.visible_to(actor).filter(position__gt=after)
            seals = list((rows.filter(position__lte=to) if to else rows).order_by("position")[:BATCH])
            events = events_of(actor.vendor_id, [seal.pk for seal in seals])
        for seal in seals:
            yield _line(seal, next(iter(events.get(seal.pk, ())), None), previous, facts=facts)
            after, previous = seal.position, bytes(seal.hash)
        if len(seals) < BATCH:
            return


def head_line(head: Head) -> dict[str, Any]:
    """A daily head as it is exported."""
    return {
        "format": HEAD,
        "vendor": public_id("vendor", head.vendor_id),
        "day": head.day.isoformat(),
        "position": head.position,
        "hash": head.hash_text,
    }


def newest(vendor_id: UUID) -> Head | None:
    """Where the chain stands now, as an unsaved head of its last day."""
    last = Seal.objects.filter(vendor_id=vendor_id).order_by("-position").first()
    if last is None:
        return None
    day = last.sealed_at.astimezone(UTC).date()
    return Head(vendor_id=vendor_id, day=day, position=last.position, hash=last.hash)


def receipt(actor: Actor, seal: Seal) -> dict[str, Any]:
    """What proves an event's place to whoever holds it: its entry, what is closed in it, and the way to the next head.

    The way is made of digests of the entries in between, which tell nobody anything but their number. It is left out
    while the day lasts, and where more than `LONGEST_PATH` entries lie between.
    """
    [event] = events_of(seal.vendor_id, [seal.pk])[seal.pk]
    head = Head.objects.visible_to(actor).filter(position__gte=seal.position).order_by("day").first()
    with vendor_wide("the way to the head"):
        around = Seal.objects.filter(vendor_id=seal.vendor_id)
        before = around.filter(position=seal.position - 1).values_list("hash", flat=True).first()
        path = []
        if head and head.position - seal.position <= LONGEST_PATH:
            between = around.filter(position__gt=seal.position, position__lte=head.position).order_by("position")
            path = [bytes(digest).hex() for digest in between.values_list("digest", flat=True)]
    reached = head is not None and len(path) == head.position - seal.position
    return {
        **_line(seal, event, bytes(before) if before else BEGINNING, facts=True),
        "format": RECEIPT,
        "head": head_line(head) if head and reached else None,
        "path": path,
    }


def _line(seal: Seal, event: Facts | None, previous: bytes, *, facts: bool) -> dict[str, Any]:
    closed = Closed(bytes(seal.who), bytes(seal.what))
    entry = entry_of(event, seal.position, seal.sealed_at, closed) if event else {"position": seal.position}
    line: dict[str, Any] = {"entry": entry, "previous": previous.hex(), "hash": seal.hash_text}
    if facts and event:
        line["who"] = _opened(seal.who_salt, event.who)
        line["what"] = _opened(seal.what_salt, event.what)
    return line


def _opened(salt: bytes | memoryview | None, facts: dict[str, Any]) -> dict[str, Any] | None:
    return {"salt": bytes(salt).hex(), "facts": facts} if salt is not None else None
