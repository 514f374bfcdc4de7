"""One wall taken away: still nothing foreign. Both: the suites must see it."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.test import Client

from hansa.testing import routes
from hansa.testing.census import walled_models
from hansa.testing.mutants import foreign_seen, without_first_wall, without_second_wall
from hansa.testing.probes import Door
from hansa.testing.world import World

WITH_OBJECTS = [
    route
    for route in routes.pages()
    if "/w/" in route.template and any(hasattr(model, "audience") for model in route.objects.values())
]


def rows_seen(world: World) -> Iterator[str]:
    """The foreign rows that parties get by fetching as pages do."""
    for party in world.parties.values():
        for model in walled_models():
            yield from foreign_seen(world, party, model)


def pages_seen(world: World) -> Iterator[str]:
    """The foreign texts on pages about one thing, opened with the ids of others."""
    for person in (world.cast.partner_rep, world.cast.stranger):
        client = Client()
        client.force_login(person.user)
        door = Door(person.user.name, world, person.actor, client)
        for route in WITH_OBJECTS:
            for other in world.parties.values():
                values = {
                    place: routes.written(model, other.rows[model], place)
                    for place, model in route.objects.items()
                    if model in other.rows
                }
                if set(values) == set(route.places):
                    answer = door.ask("GET", route.path({**values, "workspace": person.workspace.slug}))
                    yield from (f"{route.name}: {found}" for found in door.leaks(answer))


@pytest.mark.parametrize("removed", [(without_first_wall,), (without_second_wall,)], ids=["first", "second"])
def test_with_one_wall_gone_the_other_holds(world: World, removed) -> None:
    with ExitStack() as stack:
        for wall in removed:
            stack.enter_context(wall())
        assert list(rows_seen(world)) == []
        assert list(pages_seen(world)) == []


def test_with_both_walls_gone_the_suites_see_it(world: World) -> None:
    with without_first_wall(), without_second_wall():
        seen = list(rows_seen(world))
        assert {party for party in world.parties if any(line.startswith(party) for line in seen)} == set(world.parties)
        assert all(any(f" {model.__name__} of" in line for line in seen) for model in walled_models())
        assert list(pages_seen(world)) or not WITH_OBJECTS


def test_both_walls_stand_again_afterwards(world: World) -> None:
    assert list(rows_seen(world)) == []
