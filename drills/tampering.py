"""Sealed history changed past every guard by who owns the tables: every change is found, and its place named."""

import random
from collections import Counter
from collections.abc import Sequence
from functools import partial
from unittest.mock import patch
from uuid import UUID

from drills.installation import fail
from hansa.core.tenancy import acting
from hansa.history import checking
from hansa.history.checking import Anchor, check
from hansa.history.models import Seal
from hansa.history.sealing import seal_all
from hansa.testing.cast import build_cast
from hansa.testing.tampering import KINDS, TRACELESS, Chain, found, in_the_owners_hands, names_the_place

SIZES = {"ci": (1_000, 25), "large": (10_000, 250)}
SEED = 21
AT_ONCE = 5
PRECISE = (
    "another value",
    "no values",
    "another digest",
    "another digest of who",
    "another hash",
    "another actor's name",
)


def run(size: str) -> None:
    """Changes of every kind at random places, one by one and several at once; and a check that looks away."""
    changes, registrations = SIZES[size]
    cast = build_cast()
    for number in range(registrations):
        cast.register(customer=f"Customer {number}", domain=f"customer-{number}.example")
    vendor = cast.partnership.vendor_id
    print(f"   seed {SEED}, {seal_all(vendor)} events sealed", flush=True)
    if result := check(vendor).findings:
        fail("what nobody touched does not hold", *map(str, result))
    with acting(cast.system):
        last = Seal.objects.latest("position")
    head = Anchor(last.position, bytes(last.hash), "a head kept outside")
    done = _one_by_one(vendor, head, changes)
    several = _several_at_once(vendor, changes // 50)
    print(f"   {done.total()} changes of {len(done)} kinds found where they were made, and {several} in company")
    if done.total() < changes or len(done) < len(KINDS | TRACELESS):
        fail("hardly anything was changed")
    _looking_away(vendor)


def _one_by_one(vendor: UUID, head: Anchor, changes: int) -> Counter[str]:
    """How often each kind of change was made; ends the drill if one is not found."""
    seed, done = random.Random(SEED), Counter[str]()
    kinds = [*KINDS, *TRACELESS]
    with in_the_owners_hands(vendor) as chain:
        for number in range(changes):
            kind, place = kinds[number % len(kinds)], seed.randint(1, chain.length - 1)
            if kind in KINDS:
                findings = found(chain, KINDS[kind], place)
                seen = names_the_place(findings, place)
            else:
                findings = found(chain, TRACELESS[kind], place, head)
                seen = any(finding.first <= place <= finding.last for finding in findings)
            if not seen:
                fail(f"{kind} at {place} is not found: {[str(finding) for finding in findings[:3]]}")
            done[kind] += 1
    return done


def _several_at_once(vendor: UUID, rounds: int) -> int:
    """Change several entries that are no neighbors; returns how many changes were named, each by itself."""
    seed, named = random.Random(SEED), 0
    with in_the_owners_hands(vendor) as chain:
        for _ in range(rounds):
            places = seed.sample(range(2, chain.length, 3), AT_ONCE)
            kinds = seed.choices(PRECISE, k=AT_ONCE)
            findings = found(chain, partial(_all, kinds=kinds, places=places), 0)
            exact = sorted(finding.first for finding in findings if finding.first == finding.last)
            if exact != sorted(places):
                fail(f"{kinds} at {places} are named as {exact}")
            named += len(places)
    return named


def _all(chain: Chain, _: int, *, kinds: Sequence[str], places: Sequence[int]) -> None:
    for kind, place in zip(kinds, places, strict=True):
        KINDS[kind](chain, place)


def _looking_away(vendor: UUID) -> None:
    """The negative control: a check that believes what the seals say must be seen to miss changes."""
    believing = patch.object(checking, "_held_together", lambda seal, events: (bytes(seal.digest), ""))
    with in_the_owners_hands(vendor) as chain, believing:
        if names_the_place(found(chain, KINDS["another value"], 7), 7):
            fail("a check that looks at no event is said to find a changed one")
    if result := check(vendor).findings:
        fail("the drill left changes behind", *map(str, result))
