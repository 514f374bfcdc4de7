"""The copy that large replays read: one vendor's alone, brought up to date, and put right where it is wrong."""

import stat
from pathlib import Path
from typing import Any

import duckdb
import pytest

from hansa.core.actors import Actor, System
from hansa.core.tenancy import acting, moment
from hansa.deals.rules import APPROVAL
from hansa.kernel.ids import new_id
from hansa.kernel.months import months_later
from hansa.rulebook import replay_run
from hansa.rulebook.jobs import copy_decisions
from hansa.rulebook.replay_copy import Copy, bring_up_to_date, engine_in, folder_of
from hansa.rulebook.tests.test_replay import recorded_without
from hansa.testing.cast import Cast


@pytest.fixture(autouse=True)
def copies(settings: Any, tmp_path: Path) -> Path:
    settings.REPLAY_COPIES = tmp_path / "replays"
    return tmp_path / "replays"


def copied(actor: Actor) -> list[str]:
    """The ids of the decisions that the copy holds, once it is up to date."""
    copy = Copy(actor.vendor_id, APPROVAL)
    with acting(actor):
        until = moment()
    since = months_later(until, -3)
    bring_up_to_date(actor, copy, since, until, lambda *_: None)
    with copy.files(since, until) as files, engine_in(copy.vendors_folder) as engine:
        if not files:
            return []
        rows = engine.execute(f"SELECT decision::VARCHAR FROM read_parquet({files})").fetchall()
    return [id for (id,) in rows]


def test_only_what_is_new_is_added(cast: Cast) -> None:
    cast.register()
    first = copied(cast.system)
    assert len(first) == 1
    cast.register(cast.rival_rep)
    both = copied(cast.system)
    assert both[:1] == first
    assert len(both) == 2
    assert copied(cast.system) == both


def test_a_decision_that_comes_late_is_found(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    early = new_id()
    cast.register()
    assert len(copied(cast.system)) == 1
    monkeypatch.setattr("hansa.rulebook.tests.test_replay.new_id", lambda: early)
    recorded_without(cast)
    assert str(early) in copied(cast.system)


def test_a_copy_that_saw_what_a_restored_database_has_not_is_made_anew(cast: Cast) -> None:
    cast.register()
    held = copied(cast.system)
    copy = Copy(cast.system.vendor_id, APPROVAL)
    [before] = copy.months().values()
    copy.manifest.write_text(copy.manifest.read_text().replace(before.known, str(new_id())))
    assert copied(cast.system) == held
    [after] = copy.months().values()
    assert after.file != before.file
    assert [file.name for file in copy.folder.glob("*.parquet")] == [after.file]


def test_a_copy_of_another_vocabulary_is_made_anew(cast: Cast) -> None:
    cast.register()
    copied(cast.system)
    manifest = Copy(cast.system.vendor_id, APPROVAL).manifest
    manifest.write_text(manifest.read_text().replace('"columns": "', '"columns": "not '))
    assert len(copied(cast.system)) == 1


def test_a_vendors_copy_is_for_this_installation_alone(cast: Cast, copies: Path) -> None:
    cast.register()
    copied(cast.system)
    found = [copies, *copies.rglob("*")]
    assert any(each.suffix == ".parquet" for each in found)
    assert {oct(stat.S_IMODE(each.stat().st_mode)) for each in found if each.is_dir()} == {"0o700"}
    assert {oct(stat.S_IMODE(each.stat().st_mode)) for each in found if each.is_file()} == {"0o600"}


def test_an_engine_opens_its_vendors_files_and_no_others(cast: Cast) -> None:
    cast.register()
    copied(cast.system)
    theirs = next(Copy(cast.system.vendor_id, APPROVAL).folder.glob("*.parquet"))
    other = folder_of(cast.stranger.actor.vendor_id)
    with engine_in(other) as engine:
        for attempt in (
            f"SELECT * FROM read_parquet('{theirs}')",
            f"SELECT * FROM read_parquet('{other}/../{theirs.parent.parent.name}/**/*.parquet')",
            f"COPY (SELECT 1) TO '{theirs}'",
            "SET enable_external_access = true",
            f"SET allowed_directories = ['{theirs.parent}/']",
        ):
            with pytest.raises(duckdb.Error):
                engine.execute(attempt)


def test_the_copy_of_one_vendor_holds_nothing_of_another(cast: Cast) -> None:
    cast.register()
    assert copied(System("test", cast.stranger.actor.vendor_id)) == []


def test_the_copy_names_nobody(cast: Cast) -> None:
    cast.register(customer="Unmistakable Works", domain="unmistakable.example")
    copied(cast.system)
    copy = Copy(cast.system.vendor_id, APPROVAL)
    with engine_in(copy.vendors_folder) as engine:
        [row] = engine.execute(f"SELECT * FROM read_parquet('{copy.folder}/*.parquet')").fetchall()
    assert not [each for each in row if isinstance(each, str) and "nmistakable" in each]


def test_a_job_keeps_the_copies_of_vendors_with_many_decisions(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.register()
    assert copy_decisions(str(cast.system.vendor_id)) == []
    monkeypatch.setattr(replay_run, "SMALL", 0)
    assert APPROVAL.name in copy_decisions(str(cast.system.vendor_id))
    assert len(copied(cast.system)) == 1
    cast.register(cast.rival_rep)
    copy_decisions(str(cast.system.vendor_id))
    copy = Copy(cast.system.vendor_id, APPROVAL)
    assert [month.seen for month in copy.months().values()] == [2]
