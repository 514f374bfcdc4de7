from datetime import UTC, datetime

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from hansa.accounts.models import User, Workspace
from hansa.core.actors import System
from hansa.core.tenancy import acting
from hansa.deals.models import Deal
from hansa.simulator import demonstration
from hansa.simulator.tell import Size
from hansa.talk.models import Message
from hansa.testing import databases
from hansa.testing.cast import Cast

UNTIL = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def filled(committed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    databases.empty()
    monkeypatch.setattr(demonstration, "SIZE", Size(seed=7, partners=4, registrations=30, months=3))
    demonstration.fill(UNTIL)


def deals() -> int:
    workspace = Workspace.objects.get(slug=demonstration.SLUG)
    with acting(System("test", workspace.vendor_id)):
        return Deal.objects.count()


def test_everybody_named_in_the_greeting_can_log_in(filled: None) -> None:
    for account in demonstration.ACCOUNTS:
        assert account.human.email in demonstration.greeting()
        user = User.objects.get(email=account.human.email)
        assert user.check_password(demonstration.pass_phrase())


def test_filling_it_again_changes_nothing(filled: None) -> None:
    before = deals()
    demonstration.fill(UNTIL)
    assert deals() == before == 30


def test_its_people_have_written_to_each_other(filled: None) -> None:
    workspace = Workspace.objects.get(slug=demonstration.SLUG)
    system = System("test", workspace.vendor_id)
    with acting(system):
        assert {message.side for message in Message.objects.visible_to(system)} == {"partner", "vendor"}


def test_nothing_but_the_replay_of_the_draft_waits_for_a_worker(filled: None) -> None:
    assert set(ProcrastinateJob.objects.values_list("task_name", flat=True)) == {"run_replay"}


def test_the_clock_shows_the_present_afterwards(filled: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT abs(extract(epoch FROM hansa_now() - clock_timestamp())) < 1")
        assert cursor.fetchone() == (True,)


def test_the_planner_knows_how_much_was_written(filled: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname IN ('deals_deal', 'core_event') ORDER BY relname")
        [(events,), (registrations,)] = cursor.fetchall()
    assert events > registrations == deals()
