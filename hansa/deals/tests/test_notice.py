from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from hansa.core.tenancy import acting
from hansa.deals.actions import announce_end, cancel_deal, extend_deal
from hansa.deals.jobs import sweep_expired
from hansa.deals.models import Deal, EndReason, Protection, Status
from hansa.deals.tests.test_reminders import set_terms
from hansa.kernel.errors import DomainError
from hansa.partnerships.actions import end_partnership
from hansa.testing.cast import Cast
from hansa.testing.databases import move_clock
from hansa.testing.machine import machine
from hansa.testing.queue import run_jobs

WHY = {"reason": EndReason.NO_ACTIVITY, "note": "Nobody has called them."}


def day(ahead: int) -> date:
    return timezone.now().date() + timedelta(days=ahead)


def stored(cast: Cast, deal: Deal) -> Deal:
    with acting(cast.system):
        found: Deal = Deal.objects.get(pk=deal.pk)
        return found


def test_the_end_moves_to_the_end_of_the_day_and_is_a_cancellation(committed: Cast) -> None:
    set_terms(committed, notice_days=14)
    deal = committed.register(lines=[committed.analytics, committed.planner])
    announce_end(committed.channel_manager.actor, deal, ends_on=day(14), **WHY)
    until = datetime.combine(day(14), time(23, 59, 59), UTC)
    with acting(committed.system):
        assert {row.during.upper for row in Protection.objects.all()} == {until}
    assert (stored(committed, deal).status, stored(committed, deal).protected_until) == (Status.APPROVED, until)
    move_clock("16 days")
    assert sweep_expired.func(str(committed.system.vendor_id)) == 1
    ended = stored(committed, deal)
    assert (ended.status, ended.reason, ended.closed_at) == (Status.CANCELED, EndReason.NO_ACTIVITY, until)
    assert committed.register(committed.rival_rep).status == Status.APPROVED


@pytest.mark.parametrize(("ahead", "code"), [(13, "too_soon"), (90, "ends_anyway")])
def test_the_day_keeps_the_terms_and_lies_before_the_end(cast: Cast, ahead: int, code: str) -> None:
    set_terms(cast, notice_days=14)
    with pytest.raises(DomainError) as refusal:
        announce_end(cast.channel_manager.actor, cast.register(), ends_on=day(ahead), **WHY)
    assert refusal.value.code == code


def test_with_notice_promised_nothing_ends_at_once_but_what_is_undecided(cast: Cast) -> None:
    set_terms(cast, notice_days=14)
    with pytest.raises(DomainError) as refusal:
        cancel_deal(cast.channel_manager.actor, cast.register(), **WHY)
    assert refusal.value.code == "notice_needed"
    waiting = cast.register(customer="Litware", domain="")
    cancel_deal(cast.channel_manager.actor, waiting, **WHY)
    assert stored(cast, waiting).status == Status.CANCELED


def test_the_end_of_the_partnership_ends_it_at_once(cast: Cast) -> None:
    set_terms(cast, notice_days=14)
    deal = cast.register()
    end_partnership(cast.vendor_admin.actor, cast.partnership)
    run_jobs()
    assert stored(cast, deal).status == Status.CANCELED


def test_what_is_announced_is_neither_announced_again_nor_extended(cast: Cast) -> None:
    deal = cast.register()
    announce_end(cast.channel_manager.actor, deal, ends_on=day(20), **WHY)
    with pytest.raises(DomainError, match="announced already"):
        announce_end(cast.channel_manager.actor, deal, ends_on=day(10), **WHY)
    with pytest.raises(DomainError, match="is not extended"):
        extend_deal(cast.channel_manager.actor, deal, days=5)


def test_the_partner_reads_the_day_and_the_reason(cast: Cast, browse: Any) -> None:
    set_terms(cast, notice_days=14)
    deal, desk = cast.register(), browse(cast.channel_manager)
    page = f"/w/northwind/registrations/{deal.public_id}/"
    assert f"{page}notice/" in desk.get(page).content.decode()
    assert desk.post(f"{page}notice/", {"reason": "no_activity", "ends_on": str(day(3))}).status_code == 422
    desk.post(f"{page}notice/", {**WHY, "ends_on": str(day(20))})
    told = browse(cast.partner_rep).get(f"/w/northwind-fabrikam/deals/{deal.public_id}/").content.decode()
    assert "has announced the end of this protection" in told
    assert "No activity. Nobody has called them." in told


def test_a_machine_announces_the_end(cast: Cast) -> None:
    deal, body = cast.register(), {"reason": "no_activity", "ends_on": str(day(20))}
    path = f"/deal-registrations/{deal.public_id}/notice"
    assert machine(cast.partner_admin).post(path, body).status_code == 403
    answer = machine(cast.vendor_admin).post(path, body).json()
    assert answer["protected_until"][:10] == str(day(20))
    assert answer["notice_given_at"]
