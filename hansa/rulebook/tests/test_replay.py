"""A draft over what was recorded: what changes, for whom, and what cannot be said."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction

from hansa.core.tenancy import acting, moment
from hansa.deals.actions import approve_deal, cancel_deal, reject_deal
from hansa.deals.models import Deal, EndReason, RejectReason
from hansa.deals.rules import APPROVAL
from hansa.kernel.errors import DomainError
from hansa.kernel.ids import new_id
from hansa.partnerships.models import Enrollment
from hansa.programs.models import Program
from hansa.rulebook import jobs, replay_run
from hansa.rulebook.actions import change_policy, draft_policy, propose_policy, publish_policy, replay_policy
from hansa.rulebook.dmn.writing import write_table
from hansa.rulebook.jobs import BROKEN
from hansa.rulebook.models import Decision, DecisionEvidence, PolicyVersion, Replay
from hansa.rulebook.replay_shown import last_replay
from hansa.rulebook.scope import EVERYBODY, Scope
from hansa.testing.cast import Cast, chief_of
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


def draft(cast: Cast, dmn: str = LOOKED_AT, scope: Scope = EVERYBODY) -> PolicyVersion:
    vendor = cast.vendor_admin.workspace.vendor
    version: PolicyVersion = draft_policy(
        cast.vendor_admin.actor, vendor, policy=APPROVAL, dmn=dmn, summary="A person looks.", takes=False, scope=scope
    )
    return version


def published(cast: Cast, scope: Scope) -> None:
    version = propose_policy(cast.vendor_admin.actor, draft(cast, scope=scope))
    publish_policy(chief_of(cast).actor, version)


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


def test_the_same_table_changes_nothing(cast: Cast, engine: str) -> None:
    for name in ("One", "Two"):
        cast.register(customer=name, domain=f"{name}.example".lower())
    cast.register(cast.rival_rep, customer="One", domain="one.example")
    report = replayed(cast, draft(cast, BUILT_IN))
    assert report.counts == {"recorded": 3, "changed": 0, "missing": 0}


def test_no_draft_passes_over_a_customer_that_is_protected(cast: Cast, engine: str) -> None:
    free = BUILT_IN.replace('"duplicate"</text>\n        </outputEntry>', '"approved"</text>\n        </outputEntry>')
    cast.register()
    assert cast.register(cast.rival_rep).status == "duplicate"
    report = replayed(cast, draft(cast, free))
    assert report.counts == {"recorded": 2, "changed": 0, "missing": 0}


def test_a_fact_that_was_not_recorded_is_counted_and_named_never_null(cast: Cast, engine: str) -> None:
    recorded_without(cast, "similarity", "in_territory")
    report = replayed(cast, draft(cast))
    assert report.counts == {"recorded": 2, "changed": 1, "missing": 1}
    assert report.missing == [{"many": 1, "facts": ["in_territory"], "reason": ""}]


def test_a_fact_that_is_recorded_as_something_else_is_missing_too(cast: Cast, engine: str) -> None:
    recorded_without(cast, in_territory="yes")
    assert replayed(cast, draft(cast)).missing == [{"many": 1, "facts": ["in_territory"], "reason": ""}]


def test_what_no_row_covers_is_not_replayable(cast: Cast, engine: str) -> None:
    cast.register()
    start = BUILT_IN.rindex("<rule ")
    open_end = BUILT_IN[:start] + BUILT_IN[BUILT_IN.index("</rule>", start) + len("</rule>") :]
    report = replayed(cast, draft(cast, open_end))
    assert report.missing == [{"many": 1, "facts": [], "reason": "no_row"}]


def test_what_a_person_decided_afterwards_is_told(cast: Cast, engine: str) -> None:
    deal = cast.register(domain="")
    assert deal.status == "under_review"
    approve_deal(cast.deal_desk.actor, deal)
    at_once = BUILT_IN.replace('"under_review"</text>', '"approved"</text>')
    report = replayed(cast, draft(cast, at_once))
    [change] = report.changes
    assert (change["side"], change["many"], change["later"]) == ("gain", 1, {"approved": 1})


def test_what_counts_as_a_persons_decision_is_the_first_that_answers_the_same(cast: Cast, engine: str) -> None:
    deals = [cast.register(customer=name, domain="") for name in ("One", "Two")]
    approve_deal(cast.deal_desk.actor, deals[0])
    cancel_deal(cast.system, deals[0], reason=EndReason.OTHER, note="They closed.")
    reject_deal(cast.deal_desk.actor, deals[1], reason=RejectReason.OTHER, note="Not for us.")
    at_once = BUILT_IN.replace('"under_review"</text>', '"approved"</text>')
    [change] = replayed(cast, draft(cast, at_once)).changes
    assert change["later"] == {"approved": 1, "rejected": 1}


def test_a_number_that_a_person_decided_is_told_as_it_was() -> None:
    assert [replay_run._plain(text) for text in ("90.000000", "1.500000")] == ["90", "1.5"]


def test_months_beyond_reason_are_refused(cast: Cast) -> None:
    with pytest.raises(DomainError, match="1 to 60 months"):
        replay_policy(cast.vendor_admin.actor, draft(cast), months=61)


def test_only_what_was_decided_in_that_time_is_replayed(cast: Cast, engine: str) -> None:
    cast.register()
    report = replay_policy(cast.vendor_admin.actor, draft(cast), months=1)
    cast.register(cast.rival_rep)
    run_jobs()
    with acting(cast.system):
        assert Replay.objects.get(pk=report.pk).counts["recorded"] == 1


def test_a_finished_report_stays_as_it_is(cast: Cast) -> None:
    cast.register()
    report = replayed(cast, draft(cast))
    for change in ("UPDATE rulebook_replay SET counts = '{}'", "DELETE FROM rulebook_replay",
                   "UPDATE rulebook_replaycases SET many = 0", "DELETE FROM rulebook_replaycases"):  # fmt: skip
        with (
            pytest.raises(DatabaseError, match="Cannot"),
            acting(cast.system),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(change)
    assert report.counts["changed"] == 1


def test_a_version_counts_as_replayed_until_its_table_changes(cast: Cast) -> None:
    cast.register()
    version = draft(cast)
    replayed(cast, version)
    with acting(cast.system):
        assert last_replay(cast.system, version)
    version = change_policy(
        cast.vendor_admin.actor, version, policy=APPROVAL, dmn=BUILT_IN, summary="Nothing.", takes=False
    )
    with acting(cast.system):
        assert last_replay(cast.system, version) is None


def test_a_replay_that_breaks_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay_run, "_sum_up", lambda work: 1 / 0)
    report = replayed(cast, draft(cast))
    assert (report.status, report.problem) == ("failed", BROKEN)


def test_another_attempt_begins_in_a_folder_of_its_own(
    cast: Cast, engine: str, copies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.register()
    report = replay_policy(cast.vendor_admin.actor, draft(cast))
    with monkeypatch.context() as killed:
        killed.setattr(replay_run.shutil, "rmtree", lambda *_, **__: None)
        killed.setattr(replay_run, "_finish", lambda *_: gone())
        with pytest.raises(OperationalError):
            run_jobs()
    jobs.run_replay(str(report.pk), str(report.vendor_id))
    with acting(cast.system):
        assert Replay.objects.get(pk=report.pk).status == "done"
    [left] = copies.glob("*/runs/*")
    os.utime(left, (0, 0))
    replayed(cast, draft(cast))
    assert list(copies.glob("*/runs/*")) == []


def test_a_version_is_replayed_once_at_a_time(cast: Cast) -> None:
    version = draft(cast)
    report = replay_policy(cast.vendor_admin.actor, version)
    with pytest.raises(DomainError, match="being replayed already"):
        replay_policy(cast.vendor_admin.actor, version)
    replay_policy(cast.vendor_admin.actor, draft(cast))
    with acting(cast.system):
        Replay.objects.filter(pk=report.pk).update(created_at=moment() - timedelta(hours=2))
    jobs.copy_decisions(str(report.vendor_id))
    with acting(cast.system):
        assert Replay.objects.get(pk=report.pk).status == "failed"
    assert replayed(cast, version).status == "done"


def gone() -> None:
    raise OperationalError("the database went away")


def recorded_without(cast: Cast, *names: str, **instead: Any) -> None:
    """One more decision like that of a fresh registration, whose record lacks these facts or has others."""
    deal = cast.register(customer="Earlier", domain="earlier.example")
    with acting(cast.system):
        kept = DecisionEvidence.objects.get(decision__subject_id=deal.pk).facts
    recorded_again(cast, deal, facts={name: kept[name] for name in kept if name not in names} | instead)


def recorded_again(cast: Cast, deal: Deal, **evidence: Any) -> None:
    """One more decision like the registration's first, with another evidence."""
    with acting(cast.system):
        decision = Decision.objects.filter(subject_id=deal.pk).earliest("at", "id")
        kept = DecisionEvidence.objects.get(decision=decision)
        decision.pk, kept.pk = new_id(), new_id()
        kept.decision_id = decision.pk
        for name, value in evidence.items():
            setattr(kept, name, value)
        decision.save(force_insert=True)
        kept.save(force_insert=True)


def test_a_draft_for_some_partners_is_replayed_over_decisions_about_them(cast: Cast, engine: str, browse: Any) -> None:
    cast.register(customer="One", domain="one.example")
    cast.register(cast.rival_rep, customer="Two", domain="two.example")
    scope = Scope(pilot="First", partners=[cast.partnership])
    report = replayed(cast, draft(cast, scope=scope))
    assert report.counts == {"recorded": 1, "changed": 1, "missing": 0}
    page = browse(cast.vendor_admin).get(f"/w/northwind/program/replays/{report.public_id}/").content.decode()
    assert "for the pilot First: 1 partner." in page


def test_a_draft_for_a_program_is_not_replayed_over_what_another_program_decided(cast: Cast, engine: str) -> None:
    cast.register(customer="One", domain="one.example")
    version = draft(cast, scope=Scope(program=cast.program))
    assert replayed(cast, version).counts["recorded"] == 1
    with acting(cast.system):
        Program.objects.filter(pk=cast.program.pk).update(name="Renamed")
        assert last_replay(cast.system, PolicyVersion.objects.get(pk=version.pk))
    with acting(cast.system):
        other = Program.objects.create(vendor_id=cast.system.vendor_id, name="Other")
        Enrollment.objects.create(
            vendor_id=other.vendor_id, partnership=cast.partnership, program=other, partner_types=["reseller"]
        )
    assert replayed(cast, draft(cast, scope=Scope(program=other))).counts["recorded"] == 0


def test_decisions_about_partners_with_rules_of_their_own_are_not_replayed(
    cast: Cast, engine: str, browse: Any
) -> None:
    cast.register(customer="One", domain="one.example")
    cast.register(cast.rival_rep, customer="Two", domain="two.example")
    published(cast, Scope(pilot="First", partners=[cast.partnership]))
    report = replayed(cast, draft(cast))
    assert report.counts["recorded"] == 1
    assert report.partners == [cast.rivals.pk]
    page = browse(cast.vendor_admin).get(f"/w/northwind/program/replays/{report.public_id}/").content.decode()
    assert "for all partners without rules of their own: 1 partner." in page


def test_what_a_programs_version_decides_is_not_replayed_by_one_for_all(cast: Cast, engine: str) -> None:
    cast.register(customer="One", domain="one.example")
    with acting(cast.system):
        other = Program.objects.create(vendor_id=cast.system.vendor_id, name="Other")
        Enrollment.objects.create(
            vendor_id=other.vendor_id, partnership=cast.partnership, program=other, partner_types=["reseller"]
        )
    published(cast, Scope(program=cast.program))
    report = replayed(cast, draft(cast))
    assert (report.partners, report.counts["recorded"]) == ([cast.partnership.pk], 0)


def test_what_counts_as_recorded_is_the_answer_as_it_was_on_its_own_facts(cast: Cast, engine: str) -> None:
    deal = cast.register(customer="Earlier", domain="earlier.example")
    own = {"policy": APPROVAL.name, "version": "1", "row": "r", "outputs": {"status": "duplicate", "because": None}}
    recorded_again(cast, deal, answers=[own | {"facts": {"in_territory": "unsaid"}}])
    report = replayed(cast, draft(cast, BUILT_IN))
    assert report.missing == [{"many": 1, "facts": ["in_territory"], "reason": ""}]
    recorded_again(cast, deal, answers=[own])
    [change] = replayed(cast, draft(cast, BUILT_IN)).changes
    assert (change["then"]["status"], change["now"]["status"], change["side"]) == ("duplicate", "approved", "gain")


def test_a_decision_in_which_the_policy_gave_no_answer_is_no_case(cast: Cast, engine: str) -> None:
    deal = cast.register(customer="Earlier", domain="earlier.example")
    recorded_again(cast, deal, answers=[{"policy": "another", "version": "1", "row": "r", "outputs": {}}])
    assert replayed(cast, draft(cast)).counts["recorded"] == 1
    recorded_again(cast, deal, answers=[])
    assert replayed(cast, draft(cast)).counts["recorded"] == 2
