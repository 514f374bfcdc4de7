"""Every route by method, person and object, from the URL table and the API document: none shows what is not theirs.

A route that is new is in here without being listed; one with a place that nobody can fill fails.
"""

import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone

from hansa.accounts.actors import KEY_PREFIX, hash_secret
from hansa.accounts.models import ApiKey, Membership, User, Workspace
from hansa.deals.models import Deal
from hansa.testing import routes
from hansa.testing.matrix import foreign_rows, own_row, probe, sound
from hansa.testing.probes import Door, forget_fingerprints, forms_in
from hansa.testing.routes import Route
from hansa.testing.world import STANDS_BESIDE, World

PAGES, OPERATIONS = routes.pages(), routes.operations()
PEOPLE = ("vendor_admin", "deal_desk", "partner_admin", "partner_rep", "rival_admin", "stranger", "stranger_rep")
ALLYS_DOORS = ("ours", "tailspin", "wingtip")
ALLYS_PLACES = (*ALLYS_DOORS, "rivals")  # a door there would show what the one at their rivals does
DISTRIBUTOR = "the distributor"
READ_BESIDE = {"deal", "show_shared_deal"}  # what a company may open of a deal beside which it stands
QUERIES = {"subject": "deal"}
SUPPLIED = "reseller"  # whom one supplies one knows, and may name
WORDS = {"note"}  # fields that hold what somebody wrote, not the id of such a row

each_page = pytest.mark.parametrize("route", PAGES, ids=lambda route: route.name)
each_operation = pytest.mark.parametrize("route", OPERATIONS, ids=lambda route: route.name)


@pytest.fixture(scope="module")
def people(world: World) -> list[Door]:
    """People of every party and with every kind of role, each with a session, and one without.

    The last of them works for two partners of one vendor, for a partner of another, and for that vendor too.
    """
    doors = [Door("nobody", world, None, Client())]
    for name in PEOPLE:
        person, client = world.cast.people[name], Client()
        client.force_login(person.user)
        doors.append(Door(name, world, person.actor, client))
    depot, client = world.parties["depot"].person, Client()
    client.force_login(depot.user)
    return [*doors, Door(DISTRIBUTOR, world, depot.actor, client), *_doors_of_ally(world)]


def _doors_of_ally(world: World) -> list[Door]:
    """A person who works for several parties with one session, and a door to most of them."""
    user, client, doors = User.objects.create_user("all@places.example", None, name="Ally Everywhere"), Client(), []
    client.force_login(user)
    for place in ALLYS_PLACES:
        workspace, roles = world.parties[place].person.workspace, world.parties[place].person.membership.roles
        member = Membership.objects.create(user=user, organization=workspace.organization, roles=roles)
        if place in ALLYS_DOORS:
            actor = workspace.actor("person", member.pk, user.name, roles)
            doors.append(Door(f"Ally at {place}", world, actor, client, frozenset(ALLYS_PLACES)))
    forget_fingerprints(world)
    return doors


@pytest.fixture(scope="module")
def machines(world: World) -> list[Door]:
    """An API key of each party, one that may only read, one that is not known, and none."""
    doors = [Door("no key", world, None, Client())]
    doors.append(Door("unknown key", world, None, _with_key(KEY_PREFIX + secrets.token_urlsafe(32))))
    for party in world.parties.values():
        for scopes in (["read", "write"], ["read"]):
            secret = KEY_PREFIX + secrets.token_urlsafe(32)
            key = ApiKey.objects.create(
                workspace=party.person.workspace,
                name="probe",
                secret_hash=hash_secret(secret),
                shown_as="probe",
                roles=party.person.membership.roles,
                scopes=scopes,
                last_used_on=timezone.now().date(),
            )
            actor = party.person.workspace.actor("client", key.pk, "probe", key.roles)
            doors.append(Door(f"key of {party.name}, {scopes[-1]}", world, actor, _with_key(secret)))
    forget_fingerprints(world)  # the keys are part of the world from here
    return doors


def _with_key(secret: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {secret}"})


@pytest.mark.parametrize("route", [*PAGES, *OPERATIONS], ids=lambda route: route.name)
def test_every_place_of_a_route_can_be_filled(route: Route, world: World) -> None:
    for place, model in route.objects.items():
        rows = [row for party in world.parties.values() if (row := party.rows.get(model))]
        assert rows, f"the world has no {model.__name__} for {place}"


@each_page
def test_a_foreign_page_is_as_one_that_is_not_there(route: Route, world: World, people: list[Door]) -> None:
    assert [wrong for door in people for wrong in probe(route, world, door, as_json=False)] == []


@each_operation
def test_a_foreign_resource_is_as_one_that_is_not_there(route: Route, world: World, machines: list[Door]) -> None:
    assert [wrong for door in machines for wrong in probe(route, world, door, as_json=True)] == []


def test_ids_in_the_body_of_a_form_reach_no_further(world: World, people: list[Door]) -> None:
    wrong = []
    for door in people:
        for action, fields in _forms(world, door):
            wrong += _probe_body(door, "POST", action, {name: values[0] for name, values in fields.items()}, world)
    assert wrong == []


@pytest.mark.parametrize("route", [it for it in OPERATIONS if it.query], ids=lambda route: route.name)
def test_ids_in_a_query_reach_no_further(route: Route, world: World, machines: list[Door]) -> None:
    wrong = []
    for door in machines:
        own = {place: own_row(door, world, model, place) for place, model in route.objects.items()}
        for name in route.query:
            if not (model := _about(name)):
                continue
            address = f"{route.path(own)}?{name}={{}}"
            nothing = door.ask("GET", address.format(absent := routes.missing(model)))
            for owner, foreign in foreign_rows(door, world, model, ""):
                answer = door.ask("GET", address.format(foreign))
                wrong += sound(f"{door.name}: {address} of {owner}", door, answer, safe=True)
                if answer.masked(foreign) != nothing.masked(absent):
                    wrong.append(f"{door.name}: {address} of {owner} differs from a missing one")
    assert wrong == []


@each_operation
def test_ids_in_the_body_of_a_request_reach_no_further(route: Route, world: World, machines: list[Door]) -> None:
    wrong = []
    for door in machines:
        own = {place: own_row(door, world, model, place) for place, model in route.objects.items()}
        body = routes.example(route.body) if route.body else {}
        if isinstance(body, dict) and body:
            wrong += _probe_body(door, route.methods[0], route.path(own), body, world, as_json=True)
    assert wrong == []


@pytest.mark.parametrize("route", [it for it in PAGES if "/w/" in it.template], ids=lambda route: route.name)
def test_a_page_opens_for_somebody(route: Route, world: World, people: list[Door]) -> None:
    """The probes are no use where nobody gets in: each page of a workspace answers one of the cast."""
    statuses = {
        door.own(method, route.path(own)).status
        for door in people
        if door.actor
        for own in [{place: own_row(door, world, model, place) for place, model in route.objects.items()}]
        for method in ("GET", "POST")
    }
    assert statuses - {403, 404, 405}


@pytest.mark.parametrize(
    "route", [it for it in (*PAGES, *OPERATIONS) if Deal in it.objects.values()], ids=lambda route: route.name
)
def test_who_stands_beside_a_deal_reads_it_and_does_nothing_with_it(
    route: Route, world: World, people: list[Door], machines: list[Door]
) -> None:
    as_json = route in OPERATIONS
    name = "key of depot, write" if as_json else DISTRIBUTOR
    door = next(it for it in (machines if as_json else people) if it.name == name)
    own = {place: own_row(door, world, model, place) for place, model in route.objects.items()}
    [place] = [place for place, model in route.objects.items() if model is Deal]
    body = routes.example(route.body) if route.body else None
    for method in route.methods:
        shared, absent = world.parties["ours"].rows[Deal].public_id, routes.missing(Deal)
        answer = door.ask(method, route.path({**own, place: shared}), body, as_json=as_json)
        assert list(sound(route.name, door, answer, safe=True)) == []
        if route.name in READ_BESIDE:
            assert answer.status == 200
            assert "cnry-ours-shared-deals_deal.customer_name" in answer.text.lower()
        else:
            nothing = door.ask(method, route.path({**own, place: absent}), body, as_json=as_json)
            assert answer.masked(shared) == nothing.masked(absent)


def _probe_body(
    door: Door, method: str, path: str, body: dict[str, Any], world: World, *, as_json: bool = False
) -> Iterator[str]:
    """What is wrong with the answers where one field of the body names a row of somebody else's."""
    for name, value in body.items():
        model = _about(name)
        if model is None:
            continue
        wrap = (lambda it: [it]) if isinstance(value, list) else (lambda it: it)
        absent = routes.missing(model)
        nothing = door.ask(method, path, {**body, name: wrap(absent)}, as_json=as_json)
        for owner, foreign in foreign_rows(door, world, model, ""):
            if name == SUPPLIED and owner == _second(door, world):
                continue
            answer = door.ask(method, path, {**body, name: wrap(foreign)}, as_json=as_json)
            said = f"{door.name}: {method} {path} with {name} of {owner}"
            yield from sound(said, door, answer, safe=False)
            if answer.masked(foreign) != nothing.masked(absent):
                yield f"{said} differs from a missing one ({answer.status}, {nothing.status})"


def _second(door: Door, world: World) -> str:
    """The company with which this one is tied, empty for who is not known or is of none."""
    return STANDS_BESIDE.get(world.party_of(door.actor).name, "") if door.actor else ""


def _about(name: str) -> Any:
    """The model that a field or a query is about, None if it names no row."""
    if name in WORDS:
        return None
    try:
        model = routes.model_named(QUERIES.get(name, name))
    except LookupError:
        return None
    return model if model is not Workspace else None


def _forms(world: World, door: Door) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """The forms on the pages that the party can open, each address once."""
    seen = set()
    for route in PAGES:
        own = {place: own_row(door, world, model, place) for place, model in route.objects.items()}
        path = route.path(own)
        answer = door.own("GET", path)
        for action, fields in forms_in(path, answer.text) if answer.status == 200 else ():
            if action not in seen and _known(action):
                seen.add(action)
                yield action, fields


def _known(address: str) -> bool:
    try:
        return bool(resolve(address.split("?")[0]))
    except Resolver404:
        return False
