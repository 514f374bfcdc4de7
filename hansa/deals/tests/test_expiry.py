from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection
from django.utils import timezone

from hansa.core.tenancy import acting
from hansa.deals.actions import expire_deal, win_deal
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


def test_the_runtime_role_cannot_move_the_clock(committed: Cast) -> None:

    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("INSERT INTO core_clock (shift) VALUES ('1 day')")
