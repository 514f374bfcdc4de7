"""Changes to sealed history as the owner of the tables could make them, past every trigger and grant.

Each kind is a function of a cursor and a place in the chain; `TRACELESS` are those that make everything after the place
fit again, which only somebody notices who knows what the chain was.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection, connections, transaction

from hansa.core.actors import System
from hansa.core.tenancy import acting
from hansa.history.chain import BEGINNING, Closed, close, digest, entry_of, link
from hansa.history.checking import Anchor, Finding, check
from hansa.history.models import Seal
from hansa.history.sealing import SALT, events_of

TABLES = ("core_event", "history_seal", "history_head", "history_check")
Change = Callable[["Chain", int], None]


class Chain:
    """A vendor's chain in the hands of the owner, who may write what he likes."""

    def __init__(self, vendor_id: UUID) -> None:
        self.vendor_id = vendor_id
        self.length = Seal.objects.filter(vendor_id=vendor_id).count()

    def sql(self, statement: str, *values: Any) -> None:
        """A statement that must have an effect."""
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            assert cursor.rowcount, statement

    def event(self, place: int, to: str, *values: Any) -> None:
        """Change columns of the event at a place, as in "name = %s"."""
        self.sql(f"UPDATE core_event SET {to} WHERE id = %s", *values, self.id(place))  # noqa: S608

    def seal(self, place: int, to: str, *values: Any) -> None:
        """Change columns of the seal at a place."""
        self.sql(f"UPDATE history_seal SET {to} WHERE id = %s", *values, self.id(place))  # noqa: S608

    def id(self, place: int) -> UUID:
        found: UUID = Seal.objects.values_list("pk", flat=True).get(vendor_id=self.vendor_id, position=place)
        return found

    def copy(self, place: int, **changes: str) -> None:
        """Put a copy of an event beside it, with other values where `changes` says so."""
        parts = ", ".join(changes.get(name, name) for name in EVENT_COLUMNS)
        names = ", ".join(EVENT_COLUMNS)
        self.sql(f"INSERT INTO core_event ({names}) SELECT {parts} FROM core_event WHERE id = %s", self.id(place))  # noqa: S608

    def seal_anew(self, place: int, *, to: int | None = None, salted: bool = False) -> None:
        """Make the seals from a place on fit what stands there now, as one does who knows how it is done."""
        seals = list(Seal.objects.filter(vendor_id=self.vendor_id, position__gte=place - 1).order_by("position"))
        previous = bytes(seals.pop(0).hash) if place > 1 else BEGINNING
        events = events_of(self.vendor_id, [seal.pk for seal in seals])
        for seal in seals:
            if to is not None and seal.position > to:
                break
            [event] = events[seal.pk]
            if salted:
                seal.who_salt = seal.what_salt = secrets.token_bytes(SALT)
            seal.who, seal.what = close(bytes(seal.who_salt), event.who), close(bytes(seal.what_salt), event.what)
            seal.event_at = event.at
            seal.digest = digest(entry_of(event, seal.position, seal.sealed_at, Closed(seal.who, seal.what)))
            seal.hash = previous = link(previous, seal.digest)
            seal.save()

    def move(self, place: int, by: int) -> None:
        """Move the seals from a place on up or down."""
        self.sql("UPDATE history_seal SET position = -position WHERE position >= %s", place)
        self.sql("UPDATE history_seal SET position = -position + %s WHERE position < 0", by)

    def swap(self, one: int, other: int) -> None:
        for source, target in ((one, -1), (other, one), (-1, other)):
            self.sql("UPDATE history_seal SET position = %s WHERE position = %s", target, source)


EVENT_COLUMNS = (
    "id", "vendor_id", "partnership_id", "name", "actor_kind", "actor_id", "actor_label", "on_behalf_of",
    "subject_type", "subject_id", "data", "changes", "cause_id", "at",
)  # fmt: skip


def _event(to: str) -> Change:
    return lambda chain, place: chain.event(place, to)


def _seal(to: str) -> Change:
    return lambda chain, place: chain.seal(place, to)


def _gone(chain: Chain, place: int) -> None:
    chain.sql("DELETE FROM core_event WHERE id = %s", chain.id(place))


def _seal_gone(chain: Chain, place: int) -> None:
    chain.sql("DELETE FROM history_seal WHERE id = %s", chain.id(place))


def _both_gone(chain: Chain, place: int) -> None:
    _gone(chain, place)
    _seal_gone(chain, place)


def _exchanged(chain: Chain, place: int) -> None:
    """Two events tell each other's story."""
    one, other = chain.id(place), chain.id(place + 1)
    chain.sql(
        "UPDATE core_event one SET data = other.data, name = other.name, subject_id = other.subject_id,"
        " subject_type = other.subject_type, changes = other.changes FROM core_event other"
        " WHERE (one.id, other.id) IN ((%s, %s), (%s, %s))",
        one, other, other, one,
    )  # fmt: skip


def _inserted_among_seals(chain: Chain, place: int) -> None:
    """A new event is put between two that stand, and those after it move up."""
    chain.move(place, 1)
    chain.copy(place + 1, id="'01990000-0000-7000-8000-000000000001'", name="'deal.approved'")
    chain.sql(
        "INSERT INTO history_seal SELECT '01990000-0000-7000-8000-000000000001', partnership_id, %s, event_at,"
        " sealed_at, who_salt, what_salt, who, what, digest, hash, vendor_id FROM history_seal WHERE position = %s",
        place, place + 1,
    )  # fmt: skip


def _closed_again(chain: Chain, place: int) -> None:
    """The words are changed, and closed with the salt that is known."""
    chain.event(place, """data = data || '{"customer": "Somebody else"}'""")
    seal = Seal.objects.get(vendor_id=chain.vendor_id, position=place)
    [event] = events_of(chain.vendor_id, [seal.pk])[seal.pk]
    chain.seal(place, "what = %s", close(bytes(seal.what_salt or b""), event.what))


def _sealed_again(chain: Chain, place: int) -> None:
    chain.event(place, "at = at - interval '3 days'")
    chain.seal_anew(place, to=place)


def _dated_back_for_good(chain: Chain, place: int) -> None:
    chain.event(place, "at = at - interval '3 days'")
    chain.seal_anew(place)


def _removed_for_good(chain: Chain, place: int) -> None:
    _both_gone(chain, place)
    if place < chain.length:
        chain.move(place + 1, -1)
        chain.seal_anew(place)


def _inserted_for_good(chain: Chain, place: int) -> None:
    _inserted_among_seals(chain, place)
    chain.seal_anew(place, salted=True)


def _cut(chain: Chain, place: int) -> None:
    chain.sql("DELETE FROM core_event WHERE id IN (SELECT id FROM history_seal WHERE position >= %s)", place)
    chain.sql("DELETE FROM history_seal WHERE position >= %s", place)


ANOTHER_VENDOR = "(SELECT id FROM accounts_vendor WHERE id <> vendor_id LIMIT 1)"
RIVAL = "(SELECT p.id FROM partnerships_partnership p WHERE p.id IS DISTINCT FROM core_event.partnership_id LIMIT 1)"
BYTES = "'\\x00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff'"

KINDS: Mapping[str, Change] = {
    "another name": _event("name = 'deal.withdrawn'"),
    "a second earlier": _event("at = at - interval '1 second'"),
    "a microsecond later": _event("at = at + interval '1 microsecond'"),
    "in another month": _event("at = at - interval '31 days'"),
    "another kind of actor": _event("actor_kind = 'robot'"),
    "another actor": _event("actor_id = gen_random_uuid()"),
    "another actor's name": _event("actor_label = actor_label || '.'"),
    "on behalf of somebody": _event("on_behalf_of = 'the chief'"),
    "another kind of subject": _event("subject_type = 'company'"),
    "another subject": _event("subject_id = gen_random_uuid()"),
    "another value": _event("""data = data || '{"customer": "Somebody else"}'"""),
    "one value more": _event("""data = data || '{"note": 0.1}'"""),
    "no values": _event("""data = '{"status": "nothing"}'"""),
    "another change": _event("""changes = changes || '{"status": ["submitted", "rejected"]}'"""),
    "another cause": _event("cause_id = gen_random_uuid()"),
    "another partner's": _event(f"partnership_id = {RIVAL}"),
    "another vendor's": _event(f"vendor_id = {ANOTHER_VENDOR}"),
    "another id": _event("id = gen_random_uuid()"),
    "removed": _gone,
    "added": lambda chain, place: chain.copy(place, id="gen_random_uuid()"),
    "added in another month": lambda chain, place: chain.copy(place, at="at - interval '31 days'"),
    "two events exchanged": _exchanged,
    "two places exchanged": lambda chain, place: chain.swap(place, place + 1),
    "two far places exchanged": lambda chain, place: chain.swap(place, 1 + (place + 10) % chain.length),
    "sealed earlier": _seal("sealed_at = sealed_at - interval '1 hour'"),
    "the seal's time of the event": _seal("event_at = event_at - interval '1 hour'"),
    "the seal's partner": _seal("partnership_id = gen_random_uuid()"),
    "another digest of who": _seal(f"who = {BYTES}"),
    "another digest of what": _seal(f"what = {BYTES}"),
    "another digest": _seal(f"digest = {BYTES}"),
    "another hash": _seal(f"hash = {BYTES}"),
    "another salt of who": _seal("who_salt = '\\x0011'"),
    "another salt of what": _seal("what_salt = '\\x0011'"),
    "no salt": _seal("what_salt = NULL"),
    "salts exchanged": _seal("who_salt = what_salt, what_salt = who_salt"),
    "a seal of nothing": _seal("id = gen_random_uuid()"),
    "no seal": _seal_gone,
    "neither event nor seal": _both_gone,
    "added with a seal": _inserted_among_seals,
    "changed and closed again": _closed_again,
    "changed and sealed again": _sealed_again,
}
TRACELESS: Mapping[str, Change] = {
    "dated back, and all after it sealed again": _dated_back_for_good,
    "removed, and all after it sealed again": _removed_for_good,
    "added, and all after it sealed again": _inserted_for_good,
    "the end cut off": _cut,
}


@contextmanager
def as_owner() -> Iterator[None]:
    """Everything that asks the database does so as the owner of the tables."""
    runtime, owner = connections["default"], connections["owner"].settings_dict
    login = {**runtime.settings_dict, "USER": owner["USER"], "PASSWORD": owner["PASSWORD"]}
    connections["default"] = type(runtime)(login, "default")
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = runtime


@contextmanager
def in_the_owners_hands(vendor_id: UUID) -> Iterator[Chain]:
    """The chain as the owner has it without triggers and walls, within a transaction that is undone."""
    with as_owner(), acting(System("tampering", vendor_id)):
        with connection.cursor() as cursor:
            for table in TABLES:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER, NO FORCE ROW LEVEL SECURITY")
        yield Chain(vendor_id)
        transaction.set_rollback(True)


def found(chain: Chain, change: Change, place: int, *anchors: Anchor) -> list[Finding]:
    """What a check says after a change at a place; the change is undone."""
    undo = transaction.savepoint()
    try:
        change(chain, place)
        return check(chain.vendor_id, anchors=anchors).findings
    finally:
        transaction.savepoint_rollback(undo)


def names_the_place(findings: list[Finding], place: int) -> bool:
    """Whether the place is named, and closely: an event that was added may lie between those of two actions."""
    return any(finding.first <= place <= finding.last and finding.last - finding.first <= 3 for finding in findings)
