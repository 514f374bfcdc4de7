"""Sealing: events that are committed get their place in the vendor's chain, each once and none left out.

It runs in a job, never in an action's own transaction: one vendor's events need one order, and an action must not wait
for it. What waits is a set of rows and no mark in a sequence, so a transaction that ends late is sealed late.
"""

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from django.db import connection

from hansa.core.actors import System
from hansa.core.database import ask_together, locking
from hansa.core.inserts import insert
from hansa.core.tenancy import acting
from hansa.history.chain import BEGINNING, Closed, Facts, close, digest, entry_of, link
from hansa.history.models import Head, Seal, Unsealed

BATCH = 2000
SALT = 16

EVENTS = """
SELECT id, vendor_id, partnership_id, name, actor_kind, actor_id, actor_label, on_behalf_of, subject_type, subject_id,
       data::text, changes::text, cause_id, at
FROM core_event WHERE vendor_id = %s AND id = ANY(%s) ORDER BY id, at
"""

DAYS = """
SELECT DISTINCT ON (day) (sealed_at AT TIME ZONE 'UTC')::date AS day, position, hash FROM history_seal
WHERE vendor_id = %s AND position > %s AND sealed_at < %s ORDER BY day, position DESC
"""


def seal_all(vendor_id: UUID) -> int:
    """Seal everything that waits, batch by batch, each in its own transaction; returns how many."""
    sealed = 0
    while batch := seal_batch(vendor_id):
        sealed += batch
    return sealed


def seal_batch(vendor_id: UUID, size: int = BATCH) -> int:
    """Seal the first of what waits, in one transaction; returns how many were sealed."""
    with acting(System("seal", vendor_id)):
        now = lock_chain(vendor_id)
        waiting = Unsealed.objects.filter(vendor_id=vendor_id).order_by("place")[:size]
        ids = list(waiting.values_list("pk", flat=True))
        events = events_of(vendor_id, ids)
        last = Seal.objects.filter(vendor_id=vendor_id).order_by("-position").first()
        seals = _sealed([events[id][0] for id in ids if id in events], last, now)
        insert(*seals)
        Unsealed.objects.filter(vendor_id=vendor_id, pk__in=[seal.pk for seal in seals]).delete()
    return len(seals)


def close_days(vendor_id: UUID) -> int:
    """Write the head of each day (UTC) that is over and on which something was sealed; returns how many are new.

    An entry that a clock set back puts into a day that is closed already stands under the next head.
    """
    with acting(System("seal", vendor_id)):
        midnight = lock_chain(vendor_id).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        heads = Head.objects.filter(vendor_id=vendor_id)
        known = heads.order_by("-day").values_list("position", flat=True).first() or 0
        [ends] = ask_together((DAYS, [vendor_id, known, midnight]))
        new = [Head(vendor_id=vendor_id, day=day, position=at, hash=hash) for day, at, hash in ends]
        Head.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def lock_chain(vendor_id: UUID) -> datetime:
    """Hold the vendor's chain until the transaction ends; returns the time at which it was got."""
    [[(_, at)]] = ask_together(locking("chain", vendor_id))
    return at  # type: ignore[no-any-return]


def events_of(vendor_id: UUID, ids: list[UUID]) -> dict[UUID, list[Facts]]:
    """The events with these ids; more than one of an id only where somebody went past the triggers."""
    found: dict[UUID, list[Facts]] = {}
    with connection.cursor() as cursor:
        cursor.execute(EVENTS, [vendor_id, ids])
        for row in cursor.fetchall():
            found.setdefault(row[0], []).append(Facts(*row))
    return found


def _sealed(events: Iterable[Facts], last: Seal | None, now: datetime) -> list[Seal]:
    position, previous = (last.position, bytes(last.hash)) if last else (0, BEGINNING)
    sealed_at = max(now, last.sealed_at) if last else now  # a clock may be set back, a chain not
    seals = []
    for event in events:
        position += 1
        who_salt, what_salt = secrets.token_bytes(SALT), secrets.token_bytes(SALT)
        closed = Closed(close(who_salt, event.who), close(what_salt, event.what))
        said = digest(entry_of(event, position, sealed_at, closed))
        previous = link(previous, said)
        seals.append(
            Seal(
                id=event.id,
                vendor_id=event.vendor_id,
                partnership_id=event.partnership_id,
                position=position,
                event_at=event.at,
                sealed_at=sealed_at,
                who_salt=who_salt,
                what_salt=what_salt,
                who=closed.who,
                what=closed.what,
                digest=said,
                hash=previous,
            )
        )
    return seals
