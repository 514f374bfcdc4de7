"""Every page of a portal by every method, through the eyes of somebody there: nothing but the trace is written."""

import pytest
from django.test import Client

from hansa.core.actions import ACTIONS, action
from hansa.core.actors import Actor
from hansa.kernel.errors import NotPermitted
from hansa.partnerships.actions import start_looking
from hansa.testing import routes
from hansa.testing.probes import Door, fingerprints, forget_fingerprints
from hansa.testing.routes import Route
from hansa.testing.world import World

PAGES = [route for route in routes.pages() if "<slug:workspace>" in route.template]
TRACE = {"accounts_viewas", "core_event", "history_unsealed"}  # the event, and that it waits to be sealed


@pytest.fixture(scope="module")
def looker(world: World) -> Door:
    """The vendor's administrator, who sees what the partner's administrator sees."""
    viewer, ours = world.cast.vendor_admin, world.parties["ours"]
    start_looking(viewer.actor, world.cast.partnership, person=ours.person.membership, reason="Case 7")
    client = Client()
    client.force_login(viewer.user)
    forget_fingerprints(world)
    fingerprints(world)  # as it is before the first request
    return Door("looker", world, ours.actor, client)


def path_in_the_portal(route: Route, world: World) -> str:
    """The address of a page with the partner's own objects in its places."""
    own = world.parties["ours"].rows
    rows = {place: (model, own.get(model)) for place, model in route.objects.items()}
    return route.path(
        {
            place: routes.written(kind, row, place) if row else routes.missing(kind, place)
            for place, (kind, row) in rows.items()
        }
    )


@pytest.mark.parametrize("route", PAGES, ids=lambda route: route.name)
def test_every_page_refuses_what_would_change_something(route: Route, world: World, looker: Door) -> None:
    answer = looker.ask("POST", path_in_the_portal(route, world))
    assert answer.status in (403, 404, 405)
    assert answer.changed <= TRACE


@pytest.mark.parametrize("route", PAGES, ids=lambda route: route.name)
def test_every_page_that_is_read_writes_the_trace_alone(route: Route, world: World, looker: Door) -> None:
    answer = looker.ask("GET", path_in_the_portal(route, world))
    assert answer.status in (200, 302, 403, 404, 405, 409)  # 409: a file that is not made yet
    assert answer.changed <= TRACE
    if answer.status == 200:
        assert "accounts_viewas" in answer.changed
        assert "Stop looking" in answer.text or "attachment" in dict(answer.headers).get("Content-Disposition", "")


def test_some_pages_are_seen(world: World, looker: Door) -> None:
    statuses = [looker.ask("GET", path_in_the_portal(route, world)).status for route in PAGES]
    assert statuses.count(200) > 10


def test_every_action_goes_through_the_one_refusal(world: World) -> None:
    """Whatever the role: the refusal stands before the permission, for each action that there is."""
    ours = world.parties["ours"].actor
    eyes = Actor(
        "person", ours.id, "Jonas", ours.roles, ours.vendor_id, "partner", ours.partnership_id, "Mara", looks_only=True
    )
    body = action("probe.look", emits="probe.looked", by=ours.roles, creates=True)(lambda actor, target: target)
    ACTIONS.pop("probe.look")
    with pytest.raises(NotPermitted, match="You only look"):
        body(eyes, world.parties["ours"].person.workspace)
