"""Walls taken away one by one, table by table: the next one holds, and where none is left it is seen."""

import logging
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import product
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from drills.installation import fail, own_database, processes
from hansa.accounts.models import ApiKey
from hansa.testing import routes
from hansa.testing.census import walled_models
from hansa.testing.machine import machine
from hansa.testing.matrix import probe
from hansa.testing.mutants import (
    foreign_seen,
    without_context,
    without_first_wall,
    without_permissions,
    without_second_wall,
)
from hansa.testing.probes import Answer, Door, fingerprints, forget_fingerprints
from hansa.testing.routes import Route
from hansa.testing.world import World, build_world

# Mutants at most, and on how many routes each is tried: about the table, and about nothing in particular.
SIZES = {"ci": (50, (6, 1)), "large": (10_000, (10_000, 12))}
SEED = 20261126
LOOKERS = ("rivals", "wingtip", "tailspin")  # the rival next door, another vendor, and a partner of that

WALLS: dict[str, Callable[[Any], AbstractContextManager[None]]] = {
    "scope": without_first_wall,
    "policy": without_second_wall,
    "permission": lambda model: without_permissions(),
    "context": lambda model: without_context(),
}
ONE_GONE = (("scope",), ("policy",), ("permission",), ("context",))
NONE_LEFT = (("scope", "policy"), ("scope", "policy", "permission"), ("scope", "policy", "context"))


@dataclass
class Outcome:
    """What was tried on some mutants: how many of each kind, with how many requests, and what was found."""

    mutants: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    on_pages: int = 0
    wrong: list[str] = field(default_factory=list)


class CountingDoor(Door):
    """A stranger's way in that says how often it was tried."""

    asked = 0

    def ask(self, *given: Any, **more: Any) -> Answer:
        self.asked += 1
        try:
            return super().ask(*given, **more)
        except DatabaseError as error:  # in the middle of a stream
            return Answer(500, str(error), (), frozenset(), frozenset())


@dataclass
class Site:
    """A process's own world, what strangers try on it, and their ways in: pages for people, operations for keys."""

    world: World
    ways: list[tuple[CountingDoor, list[Route]]]


def run(size: str) -> None:
    """Mutants, each looked at by three strangers: the rows that they get, and every route about the table."""
    most, extent = SIZES[size]
    labels = sorted(model._meta.label for model in walled_models())
    mutants = list(product(labels, (*ONE_GONE, *NONE_LEFT)))
    random.Random(SEED).shuffle(mutants)
    mutants = mutants[:most]
    print(f"   seed {SEED}, {len(mutants)} mutants of {len(labels)} tables", flush=True)
    whole = Outcome()
    with processes() as pool:
        for found in pool.map(partial(_try, extent), mutants):
            whole.mutants += found.mutants
            whole.requests += found.requests
            whole.on_pages += found.on_pages
            whole.wrong += found.wrong
    print(f"   without {dict(sorted(whole.mutants.items()))}")
    print(f"   {whole.requests} requests; where no wall was left, {whole.on_pages} answers showed it")
    fail(*whole.wrong)
    if whole.mutants.total() < len(mutants) or whole.requests < 10 * len(mutants) or not whole.on_pages:
        fail("hardly anything was tried")


def _try(extent: tuple[int, int], mutant: tuple[str, tuple[str, ...]]) -> Outcome:
    """One mutant: a table, and the walls that are taken away from it.

    The negative control is among them: a table without any wall must be seen.
    """
    label, gone = mutant
    said, site = f"{label} without {' and '.join(gone)}", _site()
    model = next(model for model in walled_models() if model._meta.label == label)
    outcome = Outcome(Counter([" and ".join(gone)]))
    with ExitStack() as removed:
        for wall in gone:
            removed.enter_context(WALLS[wall](model))
        forget_fingerprints(site.world)
        fingerprints(site.world)  # as the world is without that wall
        for looker in LOOKERS:
            outcome.wrong += [f"{said}: {line}" for line in _rows(site.world, looker, model, gone)]
        for door, ways in site.ways:
            tried = door.asked
            shown = [line for route in _chosen(ways, model, extent, said) for line in _shown(site, door, route, gone)]
            outcome.requests += door.asked - tried
            if gone in ONE_GONE:
                outcome.wrong += [f"{said}: {line}" for line in shown]
            else:
                outcome.on_pages += len(shown)
    return outcome


def _rows(world: World, looker: str, model: Any, gone: tuple[str, ...]) -> Iterator[str]:
    """What is wrong with the rows that a stranger gets."""
    try:
        seen = foreign_seen(world, world.parties[looker], model)
    except DatabaseError:
        seen = None
    if gone in ONE_GONE:
        yield from seen or ()
        asks = world.parties[looker].partnership_id is None or model.audience != "vendor"  # others never ask
        if (seen is None) != ("context" in gone and asks):
            yield f"for {looker} a query is {'an error' if seen is None else 'answered'}"
    elif not seen:
        yield f"nobody would notice: {looker} gets no foreign row"


def _chosen(ways: list[Route], model: Any, extent: tuple[int, int], said: str) -> list[Route]:
    """Routes about the table, and some about nothing in particular: lists and forms."""
    about = [route for route in ways if model in route.objects.values()]
    others = [route for route in ways if set(route.places) <= {"workspace"}]
    chance = random.Random(f"{SEED} {said}")
    return [route for kind, most in zip((about, others), extent, strict=True) for route in _some(chance, kind, most)]


def _some(chance: random.Random, ways: list[Route], most: int) -> list[Route]:
    return chance.sample(ways, min(most, len(ways)))


def _shown(site: Site, door: Door, route: Route, gone: tuple[str, ...]) -> list[str]:
    """What is wrong with a stranger's answers; without a context each may be an error, and must show nothing."""
    found = list(probe(route, site.world, door, as_json=route.template.startswith(routes.API_ROOT)))
    return [line for line in found if " shows " in line] if "context" in gone else found


@cache
def _site() -> Site:
    """Made once in each process, in a database of its own: there the walls come down for nobody else."""
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]  # what the test client calls itself
    logging.disable()  # refusals and errors are what is asked for here
    own_database()
    world, ways = build_world(), []
    for name in LOOKERS:
        party = world.parties[name]
        person, client = party.person, Client()
        client.force_login(person.user)
        with without_permissions():  # a rep could not make the key
            key = Client(headers={"Authorization": f"Bearer {machine(person).secret}"})
        ways += [
            (CountingDoor(name, world, party.actor, client), [it for it in routes.pages() if "/w/" in it.template])
        ]
        ways += [(CountingDoor(f"key of {name}", world, party.actor, key), routes.operations())]
    ApiKey.objects.update(last_used_on=timezone.now().date())  # else each key's first request of the day notes it
    return Site(world, ways)
