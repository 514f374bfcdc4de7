from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection
from django.utils import timezone

from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.deals import jobs
from hansa.deals.actions import end_deal, expire_deal, win_deal
from hansa.deals.jobs import sweep_expired
from hansa.deals.models import Deal, Status, WinReason
from hansa.kernel.errors import DomainError
from hansa.testing.cast import Cast
from hansa.testing.databases import move_clock


def status(cast: Cast, deal: Deal) -> str:
    with acting(cast.system):
        return Deal.objects.get(pk=deal.pk).status


def sweep(cast: Cast) -> int:
    return sweep_expired.func(str(cast.system.vendor_id))


def many(cast: Cast, count: int) -> list[Deal]:
    """Protected deals of as many customers."""
    return [cast.register(customer=f"Customer {one} Works", domain=f"c{one}.example") for one in range(count)]


def jobs_for(events: list[Event]) -> int:
    with connection.cursor() as cursor:
        asked = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'react' AND args->>'event_id' = ANY(%s)"
        cursor.execute(asked, [[str(event.id) for event in events]])
        return int(cursor.fetchone()[0])


def test_before_its_end_nothing_expires(committed: Cast) -> None:
    deal = committed.register()
    move_clock("89 days")
    assert sweep(committed) == 0
    with pytest.raises(DomainError, match="has not run out"):
        expire_deal(committed.system, deal)


def test_after_its_end_the_customer_is_free_before_anything_sweeps(committed: Cast) -> None:
    deal = committed.register()
    move_clock("91 days")
    rival = committed.register(committed.rival_rep, expected_close=timezone.now().date() + timedelta(days=200))
    assert (status(committed, deal), rival.status) == (Status.APPROVED, Status.APPROVED)


def test_the_sweep_expires_each_once(committed: Cast) -> None:
    deal = committed.register()
    move_clock("91 days")
    assert [sweep(committed), sweep(committed)] == [1, 0]
    assert status(committed, deal) == Status.EXPIRED


def test_a_deal_that_was_won_does_not_expire(committed: Cast) -> None:
    deal = committed.register()
    win_deal(committed.partner_rep.actor, deal, reason=WinReason.FIT)
    move_clock("91 days")
    assert sweep(committed) == 0
    assert status(committed, deal) == Status.APPROVED


def test_many_at_once_leave_the_events_that_one_leaves(committed: Cast) -> None:
    by_itself, *_ = deals = many(committed, 3)
    move_clock("91 days")
    expire_deal(committed.system, by_itself)
    assert sweep(committed) == 2
    with acting(committed.system):
        events = [Event.objects.get(subject_id=deal.pk, name="deal.expired") for deal in deals]
    told = [
        (event.changes, event.data["status"], event.partnership_id, event.subject_type, set(event.data))
        for event in events
    ]
    assert told[1:] == told[:1] * 2
    assert jobs_for(events) == 3


def test_a_sweep_killed_midway_is_gone_on_with(committed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    deals, expire, calls = many(committed, 5), end_deal._expire, []

    def expire_and_die(rows: Sequence[Deal]) -> None:
        calls.append(expire(rows))
        if len(calls) == 2:
            raise KeyboardInterrupt

    move_clock("91 days")
    monkeypatch.setattr(jobs, "AT_ONCE", 2)
    monkeypatch.setattr(end_deal, "_expire", expire_and_die)
    with pytest.raises(KeyboardInterrupt):
        sweep(committed)
    assert [status(committed, deal) for deal in deals].count(Status.EXPIRED) == 2
    assert sweep(committed) == 3
    with acting(committed.system):
        assert Event.objects.filter(name="deal.expired").count() == len(deals)


def test_what_fails_at_once_is_tried_one_by_one(committed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = many(committed, 2)
    move_clock("91 days")
    end = jobs.end_protection

    def broken(*_: object, **__: object) -> None:
        raise ArithmeticError

    monkeypatch.setattr(jobs, "expire_due", broken)
    monkeypatch.setattr(jobs, "end_protection", lambda actor, id: broken() if id == first.pk else end(actor, id))
    monkeypatch.setattr(jobs, "BATCH", 1)
    with pytest.raises(ArithmeticError):
        sweep(committed)
    assert (status(committed, first), status(committed, second)) == (Status.APPROVED, Status.EXPIRED)


def test_the_runtime_role_cannot_move_the_clock(committed: Cast) -> None:

    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("INSERT INTO core_clock (shift) VALUES ('1 day')")
