"""Decisions about tiers: their own page leads to the tier, and a draft of the criteria is replayed over them."""

from pathlib import Path
from typing import Any

import pytest

from hansa.core.tenancy import acting
from hansa.rulebook.actions import draft_policy, replay_policy
from hansa.rulebook.models import Decision, Replay
from hansa.rulebook.scope import Scope
from hansa.testing.cast import Cast
from hansa.testing.queue import run_jobs
from hansa.tiers.published import table_of
from hansa.tiers.rules import CRITERIA
from hansa.tiers.tests.running import certify, place, run_tiers, standing

EASIER = (["certifications"], [((">= 2",), {"rank": "3"}, "Gold is easier."), (("-",), {"rank": "1"}, "Everybody.")])


@pytest.fixture(autouse=True)
def copies(settings: Any, tmp_path: Path) -> None:
    settings.REPLAY_COPIES = tmp_path / "replays"


@pytest.mark.parametrize("within", [False, True])
def test_a_draft_of_the_criteria_says_who_would_have_a_better_tier(cast: Cast, browse: Any, within: bool) -> None:
    run_tiers(cast)
    certify(cast, 2)
    scope = Scope(program=cast.program) if within else Scope()
    given = {"dmn": table_of(CRITERIA, *EASIER), "summary": "Easier.", "takes": False, "scope": scope}
    draft = draft_policy(cast.vendor_admin.actor, cast.vendor_admin.workspace.vendor, policy=CRITERIA, **given)
    report = replay_policy(cast.vendor_admin.actor, draft)
    run_jobs()
    with acting(cast.system):
        done = Replay.objects.get(pk=report.pk)
    assert (done.status, done.problem) == ("done", "")
    [change] = done.changes
    assert (change["then"]["rank"], change["now"]["rank"], change["side"], change["many"]) == (2, 3, "gain", 1)
    cases = browse(cast.vendor_admin).get(f"/w/northwind/program/replays/{done.public_id}/cases/").content.decode()
    assert f"/w/northwind/tiers/{standing(cast).public_id}/" in cases


def test_a_decision_leads_to_the_tier_that_it_is_about(cast: Cast, browse: Any) -> None:
    run_tiers(cast)
    certify(cast, 2)
    with acting(cast.system):
        decision = Decision.objects.get(subject_id=standing(cast).pk)
    for person, home, there in (
        (cast.partner_rep, "/w/northwind-fabrikam/", f"tier/?place={place(cast).public_id}"),
        (cast.vendor_admin, "/w/northwind/", f"tiers/{standing(cast).public_id}/"),
    ):
        page = browse(person).get(f"{home}decisions/{decision.public_id}/").content.decode()
        assert f"{home}{there}" in page
        assert "For which tier a partner qualifies" in page
