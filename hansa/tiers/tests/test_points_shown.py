"""Points as partner, vendor and machines read them: of what they are made, what is missing, and who brings it."""

from pathlib import Path
from typing import Any

import pytest
from django.utils.html import strip_tags

from hansa.core.tenancy import acting
from hansa.rulebook import replay_run
from hansa.rulebook.actions import draft_policy, replay_policy
from hansa.rulebook.models import Decision, PolicyVersion, Replay
from hansa.rulebook.policies import Policy
from hansa.rulebook.replay_shown import Told
from hansa.testing.cast import Cast
from hansa.testing.machine import machine
from hansa.testing.queue import run_jobs
from hansa.tiers.facts import TYPE_FACTS
from hansa.tiers.published import table_of
from hansa.tiers.rules import CRITERIA, POINTS
from hansa.tiers.tests.running import BY_POINTS, WEIGHTS, certify, count_points, evaluated, publish, run_tiers, standing

PORTAL, CONSOLE = "/w/northwind-fabrikam/tier/", "/w/northwind/tiers/"
POLICY = "/w/northwind/program/policies/tier-points/"
RICHER = (
    WEIGHTS[0],
    [(cells, {"points": "100"} if note.startswith("Two") else said, note) for cells, said, note in WEIGHTS[1]],
)


def read(browse: Any, person: Any, path: str) -> str:
    return words_of(browse(person).get(path))


def words_of(answer: Any) -> str:
    """What a page says, without its markup."""
    return " ".join(strip_tags(answer.content.decode()).split())


def draft(cast: Cast, policy: Policy, columns: Any, rows: Any) -> PolicyVersion:
    given = {"policy": policy, "dmn": table_of(policy, columns, rows), "summary": "New points.", "takes": False}
    made: PolicyVersion = draft_policy(cast.vendor_admin.actor, cast.vendor_admin.workspace.vendor, **given)
    return made


def test_both_sides_read_of_what_points_are_made_and_what_brings_more(cast: Cast, browse: Any) -> None:
    count_points(cast)
    certify(cast, 2)
    for person, here in ((cast.partner_rep, PORTAL), (cast.channel_manager, f"{CONSOLE}{standing(cast).public_id}/")):
        page = read(browse, person, here)
        assert "To reach Gold" in page
        assert "Points 60 points more" in page
        assert "40 points; at least 100 points asked" in page
        assert "Points 40 points now" in page
        assert "40 points counts Two certifications." in page
        assert "60 points not yet A deal won. 0 % Deals won: 0; at least 1 asked, the last 12 months; 1 more" in page
        assert (
            "30 points not yet Five certifications. 40 % Certifications: 2; at least 5 asked, since enrollment; 3 more"
            in page
        )
        assert "20 points does not apply You deliver services." in page


def test_rows_say_what_they_ask_however_it_is_written(cast: Cast, browse: Any) -> None:
    count_points(cast)
    rows = [
        (("not(< 3)", "-"), {"points": "40"}, "Three deals."),
        (("-", "[1..3]"), {"points": "10"}, "One to three certifications."),
    ]
    publish(cast, POINTS, ["won_deals", "certifications"], rows)
    certify(cast, 5)
    page = read(browse, cast.partner_rep, PORTAL)
    assert "To reach Silver" in page
    assert "40 points not yet Three deals. 0 % Deals won: 0; at least 3 asked, the last 12 months; 3 more" in page
    assert "10 points does not apply One to three certifications. Certifications: 5; 1 to 3 asked" in page


def test_what_if_takes_numbers_and_shows_points_and_tier(cast: Cast, browse: Any) -> None:
    count_points(cast)
    certify(cast, 1)
    page = read(browse, cast.partner_rep, f"{PORTAL}?what_if=1&certifications=1")
    assert "That makes Silver" in page
    assert "For Gold you would need 60 points more (Points)." in page
    assert "You would have 40 points." in page
    assert "60 points more for 1 more (Deals won): A deal won." in page
    assert "That makes Gold" in read(browse, cast.partner_rep, f"{PORTAL}?what_if=1&certifications=1&won_deals=1")


def test_points_that_no_tier_asks_for_are_said_to_be_that(cast: Cast, browse: Any) -> None:
    run_tiers(cast)
    publish(cast, POINTS, *WEIGHTS)
    certify(cast, 2)
    assert "No tier asks for points at present." in read(browse, cast.partner_rep, PORTAL)


def test_no_way_is_promised_that_points_cannot_reach(cast: Cast, browse: Any) -> None:
    run_tiers(cast)
    publish(cast, CRITERIA, *BY_POINTS)
    evaluated(cast)
    assert "There is no tier above this one that the criteria lead to." in read(browse, cast.partner_rep, PORTAL)


def test_machines_read_points_and_ask_what_if(cast: Cast) -> None:
    count_points(cast)
    certify(cast, 2)
    partner, here = machine(cast.partner_admin), f"/tier-standings/{standing(cast).public_id}"
    full = partner.get(here).json()
    points = full["points"]
    assert (full["facts"]["points"], points["total"], points["policy_version"]) == ("40", 40, "1")
    assert [(row["points"], row["counts"], row["open"]) for row in points["rows"]] == [
        (40, True, False),
        (60, False, True),
        (30, False, True),
        (20, False, False),
    ]
    assert points["rows"][1]["criteria"][0]["missing"] == "1"
    assert full["up"][0]["criteria"][0]["missing"] == "60"
    tried = partner.get(f"{here}/what-if?more=won_deals:1").json()
    assert (tried["tier"], tried["points"]["total"], tried["points"]["rows"][1]["counts"]) == ("Gold", 100, True)
    assert partner.get(f"{here}/what-if?more=points:100").json()["code"] == "fact_unknown"


def test_a_decision_names_every_row_that_was_added_up(cast: Cast, browse: Any) -> None:
    count_points(cast)
    certify(cast, 5)
    with acting(cast.system):
        decision = Decision.objects.get(subject_id=standing(cast).pk, version="2")
    for person, home in ((cast.partner_rep, "/w/northwind-fabrikam/"), (cast.vendor_admin, "/w/northwind/")):
        page = read(browse, person, f"{home}decisions/{decision.public_id}/")
        assert "Every rule that fits is added up" in page
        assert "Rule 1 brings 40: Two certifications." in page
        assert "Rule 3 brings 30: Five certifications." in page
        assert "Points, by the table of points 70 points" in page
    again = read(browse, cast.vendor_admin, f"/w/northwind/decisions/{decision.public_id}/?again=1")
    assert "What brings points towards a tier, by version 1: rule row_1 + row_3, as before." in again


def test_a_draft_of_points_is_tried_compared_and_read_like_every_other(cast: Cast, browse: Any) -> None:
    publish(cast, POINTS, *WEIGHTS)
    version = draft(cast, POINTS, *RICHER)
    case = {fact.name: "no" if fact.name in TYPE_FACTS else "9" for fact in POINTS.vocabulary} | {"try": "1"}
    admin = browse(cast.vendor_admin)
    page = words_of(admin.get(f"/w/northwind/program/policies/versions/{version.public_id}/", case))
    assert "Rows 1, 2 and 3 fire: points 190." in page
    assert "No row covers" not in page
    assert "every row that fits is added up" in page
    assert "1 row differs" in words_of(admin.get(f"{POLICY}compare/"))
    told = read(browse, cast.partner_rep, "/w/northwind-fabrikam/program/rules/tier-points/")
    assert "Two certifications." in told
    assert "Every rule that fits is added up." in told
    facts = {fact.name: 0 if fact.kind == "number" else False for fact in POINTS.vocabulary}
    boss, here = machine(cast.vendor_admin), f"/policy-versions/{version.public_id}"
    nothing = boss.post(f"{here}/trial", {"facts": facts}).json()
    assert (nothing["outputs"], nothing["row"], nothing["rows"]) == ({"points": 0}, 0, [])
    some = boss.post(f"{here}/trial", {"facts": facts | {"certifications": 5}}).json()
    assert (some["outputs"], some["row"], some["rows"]) == ({"points": 130}, 1, [1, 3])
    assert boss.get(f"{here}/findings").json()["gaps"] == []
    assert boss.get(f"{here}/table").json()["hit_policy"] == "COLLECT SUM"


def test_the_editor_and_a_file_refuse_another_hit_policy_in_plain_words(cast: Cast, browse: Any) -> None:
    dmn = table_of(POINTS, *WEIGHTS).replace('hitPolicy="COLLECT" aggregation="SUM"', 'hitPolicy="UNIQUE"')
    answer = browse(cast.vendor_admin).post(f"{POLICY}draft/", {"dmn": dmn, "summary": "New."})
    assert answer.status_code == 422
    assert "adds up every row that fits, and UNIQUE does not: choose COLLECT SUM (C+)" in words_of(answer)
    boss = machine(cast.vendor_admin)
    assert boss.upload("/policies/tier-points/files", dmn.encode(), "points.dmn").json()["code"] == "table_unfit"
    good = table_of(POINTS, *WEIGHTS).encode()
    assert boss.upload("/policies/tier-points/files", good, "points.dmn").status_code == 201


def test_rows_of_a_replay_are_named_where_a_fact_that_nothing_asks_for_was_not_recorded() -> None:
    told = Told(Replay(policy=POINTS.name, dmn=table_of(POINTS, *WEIGHTS), changes=[], missing=[]))
    recorded = {"certifications": 2, "won_deals": 1, "is_services": False}
    assert told.rows_now(recorded) == "Row 1: Two certifications.; Row 2: A deal won."
    assert told.rows_now({**recorded, "certifications": None, "won_deals": 0}) == "No row"
    assert told.rows_now({"certifications": 2}) == ""


@pytest.mark.parametrize("engine", ["PostgreSQL", "DuckDB"])
def test_a_draft_of_points_is_replayed_over_the_tiers_that_were_decided(
    cast: Cast, browse: Any, engine: str, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REPLAY_COPIES = tmp_path / "replays"
    monkeypatch.setattr(replay_run, "SMALL", 20_000 if engine == "PostgreSQL" else -1)
    count_points(cast)
    certify(cast, 2)
    report = replay_policy(cast.vendor_admin.actor, draft(cast, POINTS, *RICHER))
    harder = replay_policy(
        cast.vendor_admin.actor, draft(cast, CRITERIA, ["points"], [(("-",), {"rank": "1"}, "All.")])
    )
    run_jobs()
    with acting(cast.system):
        done, lower = Replay.objects.get(pk=report.pk), Replay.objects.get(pk=harder.pk)
    assert (done.status, done.problem, done.engine) == ("done", "", engine)
    [change] = done.changes
    assert (change["then"]["points"], change["now"]["points"], change["side"]) == (40, 100, "gain")
    [change] = lower.changes
    assert (change["then"]["rank"], change["now"]["rank"], change["side"]) == (2, 1, "lose")
    cases = read(browse, cast.vendor_admin, f"/w/northwind/program/replays/{done.public_id}/cases/")
    assert "Row 1: Two certifications." in cases


def test_points_are_replayed_where_no_row_of_the_criteria_fitted_too(
    cast: Cast, browse: Any, settings: Any, tmp_path: Path
) -> None:
    settings.REPLAY_COPIES = tmp_path / "replays"
    count_points(cast)
    certify(cast, 2)
    publish(cast, CRITERIA, ["points"], [((">= 1000",), {"rank": "3"}, "Gold alone.")])
    evaluated(cast)
    report = replay_policy(cast.vendor_admin.actor, draft(cast, POINTS, *RICHER))
    run_jobs()
    with acting(cast.system):
        report.refresh_from_db()
        decision = Decision.objects.filter(subject_id=standing(cast).pk).latest("at", "id")
    assert decision.note == "No rule fits, and the first tier is everybody's."
    [change] = report.changes
    assert (change["then"]["points"], change["now"]["points"], change["many"]) == (40, 100, 2)
    page = read(browse, cast.vendor_admin, f"/w/northwind/decisions/{decision.public_id}/")
    assert "Rule 1 brings 40: Two certifications." in page
    assert "What else it could have been" not in page
