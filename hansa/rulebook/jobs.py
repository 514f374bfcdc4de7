"""Replays are worked through by jobs, and what they read is copied for them beforehand."""

from importlib import import_module
from types import ModuleType
from uuid import UUID

from procrastinate.contrib.django import app

from hansa.accounts.each_vendor import defer_for_each_vendor
from hansa.core.actors import Actor, System
from hansa.core.jobs import end_running, ended_by, given_up
from hansa.core.retries import TryAgain
from hansa.core.tenancy import acting, moment
from hansa.rulebook.actions import GIVEN_UP_AFTER, RUN_REPLAY, fail_replay
from hansa.rulebook.replay_models import Replay

BROKEN = "Something went wrong on our side. Replay the version again."


@app.task(name=RUN_REPLAY, retry=TryAgain(5))
def run_replay(replay_id: str, vendor_id: str) -> None:
    """Make the report of a replay; does nothing to one that is not running."""
    actor = System("replay", UUID(vendor_id))
    with acting(actor):
        report: Replay = Replay.objects.visible_to(actor).named(UUID(replay_id))
    if report.status != Replay.Status.RUNNING:
        return
    with ended_by(fail_replay, actor, Replay, report.pk, BROKEN):
        _engines().replay_now(actor, report)


@given_up(RUN_REPLAY)
def end_replay(replay_id: str, vendor_id: str) -> None:
    """End a replay that no attempt will finish."""
    end_running(fail_replay, System("replay", UUID(vendor_id)), Replay, UUID(replay_id), BROKEN)


@app.periodic(cron="*/20 * * * *")
@app.task(name="copy_decisions_of_all_vendors")
def copy_decisions_of_all_vendors(timestamp: int) -> None:
    """A job for each vendor."""
    defer_for_each_vendor(copy_decisions)


@app.task(name="copy_decisions")
def copy_decisions(vendor_id: str) -> list[str]:
    """Bring a vendor's copies up to date, so that its next replay finds little to copy; returns the policies' names.

    Replays that nobody works on any more end first.
    """
    actor = System("copy of decisions", UUID(vendor_id))
    _give_up(actor)
    copied: list[str] = _engines().copy_large(actor)
    return copied


def _give_up(actor: Actor) -> None:
    """End replays whose last attempt could not even write down that it broke."""
    with acting(actor):
        running = Replay.objects.visible_to(actor).filter(status=Replay.Status.RUNNING)
        stuck = list(running.filter(created_at__lte=moment() - GIVEN_UP_AFTER))
    for report in stuck:
        fail_replay(actor, report, problem=BROKEN)


def _engines() -> ModuleType:
    """`replay_run` with DuckDB and Ibis, in a worker at its first replay: every web process reads this module, and they
    are a hundred megabytes that it never uses."""
    return import_module("hansa.rulebook.replay_run")
