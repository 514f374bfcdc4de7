"""Days are the vendor's: it is Friday evening in Los Angeles, and Saturday in UTC."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hansa.core.tenancy import acting
from hansa.deals.actions import amend_deal, announce_end, answer_question, ask_for_more
from hansa.deals.models import Deal, EndReason, Protection
from hansa.deals.tests.in_time import OFFICE, at
from hansa.deals.tests.test_reminders import set_terms
from hansa.kernel.errors import DomainError
from hansa.kernel.money import Money
from hansa.notices.models import Notice
from hansa.programs.actions import change_calendar
from hansa.testing.cast import Cast
from hansa.testing.queue import run_jobs

WEST = ZoneInfo("America/Los_Angeles")
YESTERDAY, TODAY, LATER = date(2026, 11, 26), date(2026, 11, 27), date(2027, 2, 1)
WHY = {"reason": EndReason.NO_ACTIVITY, "note": "Nobody has called them."}


@pytest.fixture
def west(committed: Cast) -> Cast:
    at(datetime(2026, 11, 27, 18, tzinfo=WEST))
    vendor = committed.vendor_admin.workspace.vendor
    change_calendar(committed.vendor_admin.actor, vendor, timezone=str(WEST), hours=OFFICE, holidays={})
    set_terms(committed, notice_days=2)
    return committed


def announced(cast: Cast) -> Deal:
    deal = cast.register(expected_close=LATER)
    announce_end(cast.channel_manager.actor, deal, ends_on=date(2026, 11, 29), **WHY)
    return deal


def test_what_closes_today_is_registered_and_what_closed_yesterday_is_not(west: Cast) -> None:
    assert west.register(expected_close=TODAY).expected_close == TODAY
    with pytest.raises(DomainError, match="lies in the past"):
        west.register(expected_close=YESTERDAY, customer="Litware", domain="litware.example")


def test_the_rules_count_days_from_the_vendors_today(west: Cast) -> None:
    within = west.register(expected_close=date(2027, 11, 27))
    beyond = west.register(expected_close=date(2027, 11, 28), customer="Litware", domain="litware.example")
    assert (within.status, beyond.status) == ("approved", "under_review")


def test_a_change_of_the_close_is_held_to_the_same_day(west: Cast) -> None:
    deal, rep = west.register(expected_close=LATER), west.partner_rep.actor
    with pytest.raises(DomainError, match="lies in the past"):
        amend_deal(rep, deal, amount=Money(84_000_00, "EUR"), expected_close=YESTERDAY)
    amend_deal(rep, deal, amount=Money(84_000_00, "EUR"), expected_close=TODAY)


def test_an_answer_is_held_to_the_same_day(west: Cast) -> None:
    deal, rep = west.register(expected_close=LATER, domain=""), west.partner_rep.actor
    asked = {"question": "When?", "fields": ["expected_close"], "answer_by": date(2026, 12, 4)}
    ask_for_more(west.channel_manager.actor, deal, **asked)
    with pytest.raises(DomainError, match="lies in the past"):
        answer_question(rep, deal, changes={"expected_close": YESTERDAY})
    answer_question(rep, deal, changes={"expected_close": TODAY})


def test_notice_is_counted_in_the_vendors_days_and_holds_to_the_end_of_its_last(west: Cast, browse: Any) -> None:
    deal = west.register(expected_close=LATER)
    asked = browse(west.channel_manager).get(f"/w/northwind/registrations/{deal.public_id}/notice/").content.decode()
    assert 'value="2026-11-29"' in asked
    assert "29 November at the earliest" in asked
    with pytest.raises(DomainError, match="the first day is 29 November 2026"):
        announce_end(west.channel_manager.actor, deal, ends_on=date(2026, 11, 28), **WHY)
    announce_end(west.channel_manager.actor, deal, ends_on=date(2026, 11, 29), **WHY)
    with acting(west.system):
        end = datetime(2026, 11, 29, 23, 59, 59, tzinfo=WEST)
        assert {row.during.upper for row in Protection.objects.all()} == {end}


def test_the_day_that_the_partner_is_told_is_the_one_that_was_chosen(west: Cast, browse: Any) -> None:
    deal = announced(west)
    run_jobs()
    with acting(west.partner_rep.actor):
        assert "It ends on 29 November 2026." in Notice.objects.get(title__contains="ends early").text
    page = browse(west.partner_rep).get(f"/w/northwind-fabrikam/deals/{deal.public_id}/").content.decode()
    assert "30 November" not in page
    assert "29 November" in page


def test_pages_are_in_the_vendors_zone_from_its_calendars_change_on(west: Cast, browse: Any) -> None:
    deal = announced(west)
    page = browse(west.channel_manager).get(f"/w/northwind/registrations/{deal.public_id}/").content.decode()
    assert "23:59 PST" in page
