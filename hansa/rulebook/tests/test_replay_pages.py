"""A replay's report as people and machines read it, down to each case."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from hansa.core.jobs import end_given_up
from hansa.rulebook.actions import RUN_REPLAY, replay_policy
from hansa.rulebook.jobs import BROKEN
from hansa.rulebook.models import Replay
from hansa.rulebook.tests.test_replay import draft, recorded_without, replayed
from hansa.testing.cast import Cast, chief_of
from hansa.testing.machine import machine
from hansa.testing.queue import give_up, run_jobs
from hansa.testing.reading import text_of

REPLAYS = "/w/northwind/program/replays/"


@pytest.fixture(autouse=True)
def copies(settings: Any, tmp_path: Path) -> None:
    settings.REPLAY_COPIES = tmp_path / "replays"


@pytest.fixture
def report(cast: Cast) -> Replay:
    """Two registrations that would be looked at by a person, and one that did not record a fact."""
    cast.register(cast.rival_rep, customer="Alpine Works", domain="alpine.example")
    recorded_without(cast, "in_territory")
    return replayed(cast, draft(cast))


def test_from_the_version_to_the_case(cast: Cast, browse: Any) -> None:
    deal = cast.register(customer="Alpine Works", domain="alpine.example")
    admin, version = browse(cast.vendor_admin), draft(cast)
    page = f"/w/northwind/program/policies/versions/{version.public_id}/"
    assert "Not replayed" in admin.get(page).content.decode()
    begun = admin.post(f"{page}replay/", {"months": "12"})
    assert "You may leave this page" in admin.get(begun["Location"]).content.decode()
    run_jobs()
    told = admin.get(begun["Location"]).content.decode()
    assert "Approved → Under review" in told
    listed = admin.get(f"{begun['Location']}cases/?side=lose").content.decode()
    assert "Alpine Works" in listed
    assert f"/w/northwind/registrations/{deal.public_id}/" in listed
    assert "A person decides" in listed or "Nobody else works on this customer" in listed
    assert "1 of 1 would change" in text_of(admin.get(page))


def test_what_was_interrupted_is_said_and_what_is_given_up_can_be_begun_anew(cast: Cast, browse: Any) -> None:
    report = replay_policy(cast.vendor_admin.actor, draft(cast))
    admin, page = browse(cast.vendor_admin), f"{REPLAYS}{report.public_id}/"
    assert "Waiting for its turn" in admin.get(page).content.decode()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET attempts = 1 WHERE task_name = %s", [RUN_REPLAY])
        assert "It was interrupted and is being tried again" in admin.get(page).content.decode()
    give_up(RUN_REPLAY)
    end_given_up.func(0)
    told = admin.get(page).content.decode()
    assert BROKEN in told
    assert "Replay it again" in told
    end_given_up.func(0)


def test_cases_are_narrowed_by_partner_and_by_change(cast: Cast, browse: Any, report: Replay) -> None:
    admin, page = browse(cast.vendor_admin), f"{REPLAYS}{report.public_id}/cases/"
    rival = cast.rivals.public_id
    narrowed = table_of(admin.get(page, {"partner": rival}))
    assert "Alpine Works" in narrowed
    assert "Earlier" not in narrowed
    assert "Earlier" not in table_of(admin.get(page, {"side": "gain"}))
    assert admin.get(page, {"kind": "99"}).status_code == 422


def test_what_is_not_replayable_is_listed_with_the_fact(cast: Cast, browse: Any, report: Replay) -> None:
    listed = browse(cast.vendor_admin).get(f"{REPLAYS}{report.public_id}/cases/", {"missing": "1"})
    assert "territory" in listed.content.decode()
    assert "Earlier" in table_of(listed)
    assert "not recorded" in table_of(listed)


def test_pages_go_on_where_the_last_one_ended(cast: Cast, browse: Any, report: Replay) -> None:
    page = browse(cast.vendor_admin).get(f"{REPLAYS}{report.public_id}/cases/", {"from": "1"})
    assert "2 to 2 of 2" in page.content.decode()


def test_only_who_may_change_policies_reads_it(cast: Cast, browse: Any, report: Replay) -> None:
    page = f"{REPLAYS}{report.public_id}/"
    assert browse(chief_of(cast)).get(page).status_code == 200
    assert browse(cast.deal_desk).get(page).status_code == 403
    assert browse(cast.stranger).get(page).status_code == 404
    partner = cast.partner_admin.workspace.slug
    assert browse(cast.partner_admin).get(f"/w/{partner}/program/replays/{report.public_id}/").status_code == 404


def test_publication_without_a_replay_is_warned_of(cast: Cast, browse: Any) -> None:
    version = draft(cast)
    page = f"/w/northwind/program/policies/versions/{version.public_id}/publish/"
    colleague = browse(chief_of(cast))
    assert "Nobody has replayed it as it is now" in colleague.get(page).content.decode()
    replayed(cast, version)
    assert "Replayed as it is now" in colleague.get(page).content.decode()


def test_a_machine_begins_a_replay_and_reads_its_report(cast: Cast) -> None:
    cast.register(customer="Alpine Works", domain="alpine.example")
    client = machine(cast.vendor_admin)
    begun = client.post(f"/policy-versions/{draft(cast).public_id}/replays", {"months": 6})
    assert begun.status_code == 201, begun.content
    address = f"/policy-replays/{begun.json()['id']}"
    assert client.get(f"{address}/cases").status_code == 409
    run_jobs()
    report = client.get(address).json()
    assert (report["recorded"], report["changed"], report["missing"]) == (1, 1, 0)
    assert report["changes"][0]["side"] == "lose"
    assert report["partners"][0]["loses"] == 1
    [case] = client.get(f"{address}/cases", {"side": "lose"}).json()["data"]
    assert (case["name"], case["recorded"], case["now"]) == ("Alpine Works", "Approved", "Under review")


def table_of(answer: Any) -> str:
    """The rows of the page's table."""
    return str(answer.content.decode().partition("<tbody>")[2].partition("</tbody>")[0])
