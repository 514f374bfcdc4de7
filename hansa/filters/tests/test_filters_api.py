"""Saved filters over the API are those of the person who made the key, and the team's."""

from typing import Any

import pytest
from django.test import Client

from hansa.accounts.roles import Role
from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.testing.cast import Cast, Person
from hansa.testing.machine import Machine, machine

LATE: dict[str, Any] = {"list": "queue", "name": "Too late", "filter": {"show": "late", "sort": "due"}}


@pytest.fixture
def jonas(cast: Cast) -> Person:
    """A channel manager who may make keys."""
    member = cast.channel_manager.membership
    member.roles = [Role.CHANNEL_MANAGER, Role.VENDOR_ADMIN]
    member.save(update_fields=["roles"])
    return cast.channel_manager


def names(client: Machine, **query: Any) -> list[str]:
    return [one["name"] for one in client.get("/filters", query).json()["data"]]


def test_what_a_key_saves_is_its_makers_and_stands_above_the_list(cast: Cast, jonas: Person, browse: Any) -> None:
    client = machine(jonas)
    saved = client.post("/filters", LATE)
    assert saved.status_code == 201
    assert saved.json()["filter"] == {"show": "late", "sort": "due"}
    assert (saved.json()["mine"], saved.json()["owner_name"]) == (True, "Jonas Weber")
    page: Client = browse(cast.channel_manager)
    assert "Too late" in page.get("/w/northwind/registrations/").content.decode()
    assert names(client) == names(client, list="queue") == ["Too late"]
    assert names(client, list="deals") == []
    with acting(cast.system):
        assert Event.objects.get(name="filter.saved").actor_kind == "client"


def test_others_see_what_is_the_teams_and_no_more(cast: Cast, jonas: Person) -> None:
    mine, theirs = machine(jonas), machine(cast.vendor_admin)
    own = mine.post("/filters", LATE).json()["id"]
    team = mine.post("/filters", {**LATE, "name": "Of all", "common": True}).json()["id"]
    assert names(theirs) == ["Of all"]
    assert theirs.post(f"/filters/{own}/deletion").status_code == 404
    assert theirs.post(f"/filters/{team}/deletion").json()["mine"] is False
    assert names(mine) == ["Too late"]


def test_a_filter_is_deleted_by_its_owners_key(jonas: Person) -> None:
    client = machine(jonas)
    kept = client.post("/filters", LATE).json()["id"]
    assert client.post(f"/filters/{kept}/deletion").json()["name"] == "Too late"
    assert names(client) == []
    assert client.post(f"/filters/{kept}/deletion").status_code == 404


def test_what_cannot_be_kept_is_said(jonas: Person) -> None:
    client = machine(jonas)
    refused = {
        "unknown_filter": {**LATE, "filter": {"q": "conto"}},
        "not_narrowed": {**LATE, "filter": {}},
    }
    for code, body in refused.items():
        answer = client.post("/filters", body)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    client.post("/filters", LATE)
    assert client.post("/filters", LATE).json()["code"] == "name_taken"


def test_partners_have_none(cast: Cast) -> None:
    person: Person = cast.partner_admin
    assert machine(person).get("/filters").status_code == 404
    assert machine(person).post("/filters", LATE).status_code == 404
