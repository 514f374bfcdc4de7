"""A draft over what was recorded: what changes, for whom, and what cannot be said."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from hansa.core.tenancy import acting
from hansa.deals.actions import approve_deal
from hansa.deals.rules import APPROVAL
from hansa.kernel.errors import DomainError
from hansa.rulebook import replay_run
from hansa.rulebook.actions import change_policy, draft_policy, propose_policy, replay_policy
from hansa.rulebook.dmn.writing import write_table
from hansa.rulebook.models import DecisionEvidence, PolicyVersion, Replay
from hansa.testing.cast import Cast
from hansa.testing.queue import run_jobs

BUILT_IN = write_table(APPROVAL.built_in.table).decode()
LAST_ROW_APPROVES = '<outputEntry>\n          <text>"approved"</text>'
LOOKED_AT = BUILT_IN.replace(LAST_ROW_APPROVES, LAST_ROW_APPROVES.replace("approved", "under_review"))


@pytest.fixture(autouse=True)
def copies(settings: Any, tmp_path: Path) -> Path:
    settings.REPLAY_COPIES = tmp_path / "replays"
    return tmp_path / "replays"


@pytest.fixture(params=["postgres", "duckdb"])
def engine(request: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "duckdb":
        monkeypatch.setattr(replay_run, "SMALL", -1)
    return str(request.param)


def draft(cast: Cast, dmn: str = LOOKED_AT) -> PolicyVersion:
    vendor = cast.vendor_admin.workspace.vendor
    version: PolicyVersion = draft_policy(
        cast.vendor_admin.actor, vendor, policy=APPROVAL, dmn=dmn, summary="A person looks.", takes=False
    )
    return version


def replayed(cast: Cast, version: PolicyVersion, **given: Any) -> Replay:
    """The report, once its job has run."""
    report = replay_policy(cast.vendor_admin.actor, version, **given)
    run_jobs()
    with acting(cast.system):
        return Replay.objects.get(pk=report.pk)


def test_what_would_be_decided_otherwise_is_counted_by_kind_with_its_money(cast: Cast, engine: str) -> None:
    cast.register(customer="One", domain="one.example")
    cast.register(customer="Two", domain="two.example")
    cast.register(customer="Three", domain="")
    report = replayed(cast, draft(cast))
    assert report.status == "done", report.problem
    assert report.counts == {"recorded": 3, "changed": 2, "missing": 0}
    [change] = report.changes
    assert change["then"]["status"] == "approved"
    assert change["now"]["status"] == "under_review"
    assert change["side"] == "lose"
    assert change["many"] == 2
    assert change["money"] == {"EUR": 2 * cast.register(customer="Four", domain="four.example").amount_minor}
