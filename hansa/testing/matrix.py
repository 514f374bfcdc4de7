"""The isolation matrix: probes of a route by one party, with rows of its own, of others, and missing ones."""

from collections.abc import Iterator
from typing import Any

from hansa.accounts.models import Workspace
from hansa.testing import routes
from hansa.testing.probes import Answer, Door
from hansa.testing.routes import Route
from hansa.testing.world import World, may_see

MALFORMED = "deal_!"


def probe(route: Route, world: World, door: Door, *, as_json: bool) -> Iterator[str]:
    """What is wrong with the answers to one party on one route."""
    own = {place: own_row(door, world, model, place) for place, model in route.objects.items()}
    body = routes.example(route.body) if route.body else None
    for method in route.methods:
        said = f"{door.name}: {method} {route.name}"
        yield from sound(said, door, door.own(method, route.path(own), body, as_json=as_json), safe=method == "GET")
        for place, model in route.objects.items():
            absent = routes.missing(model, place)
            nothing = door.ask(method, route.path({**own, place: absent}), body, as_json=as_json)
            yield from sound(f"{said} {place} missing", door, nothing, safe=True)
            odd = door.ask(method, route.path({**own, place: MALFORMED}), body, as_json=as_json)
            yield from sound(f"{said} {place} malformed", door, odd, safe=True)
            for owner, value in foreign_rows(door, world, model, place):
                answer = door.ask(method, route.path({**own, place: value}), body, as_json=as_json)
                yield from sound(f"{said} {place} of {owner}", door, answer, safe=True)
                if answer.masked(value) != nothing.masked(absent):
                    apart = answer.apart(nothing, value, absent)
                    yield f"{said}: {place} of {owner} differs from a missing one: {apart}"


def sound(said: str, door: Door, answer: Answer, *, safe: bool) -> Iterator[str]:
    """No crash, nothing foreign to read, and nothing written where nothing should be."""
    if answer.status >= 500:
        yield f"{said}: {answer.status}"
    if found := door.leaks(answer):
        yield f"{said}: shows {sorted(found)}"
    if answer.changed and (safe or answer.status >= 400):
        yield f"{said}: {answer.status}, yet {sorted(answer.changed)} changed"


def own_row(door: Door, world: World, model: Any, place: str) -> str:
    """A row that the party may see, or if there is none, one that is missing."""
    if door.actor is None:
        return routes.missing(model, place)
    party = world.party_of(door.actor)
    near = [party, *(it for it in world.parties.values() if it.vendor_id == party.vendor_id)]
    found = next((row for it in near if (row := it.rows.get(model)) and may_see(door.actor, row)), None)
    return routes.written(model, found, place) if found else routes.missing(model, place)


def foreign_rows(door: Door, world: World, model: Any, place: str) -> Iterator[tuple[str, str]]:
    """The rows that the party may not see, with their owners; a workspace is foreign to all but its own people."""
    for party in world.parties.values():
        row = party.rows.get(model)
        if row is None or (model is Workspace and party.name in door.places):
            continue
        if place == "token":
            continue  # who has the link has the invitation
        if model is Workspace or door.actor is None or not may_see(door.actor, row):
            yield party.name, routes.written(model, row, place)
