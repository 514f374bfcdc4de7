from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from hansa.deals.actions import answer_question, ask_for_more, cancel_deal, lose_deal, win_deal, withdraw_deal
from hansa.deals.jobs import sweep_expired
from hansa.deals.models import Deal, EndReason, LossReason, Status, WinReason
from hansa.deals.tests.in_time import at, local
from hansa.deals.tests.test_reminders import set_terms
from hansa.kernel.errors import DomainError
from hansa.testing.cast import Cast, Person
from hansa.testing.databases import move_clock
from hansa.testing.machine import machine, registration


def later(cast: Cast, person: Person | None = None, **facts: Any) -> Deal:
    """A registration that closes long after the clock was moved."""
    return cast.register(person, expected_close=timezone.now().date() + timedelta(days=300), **facts)


def withdraw(cast: Cast, deal: Deal) -> None:
    withdraw_deal(cast.partner_rep.actor, deal)


def lose(cast: Cast, deal: Deal) -> None:
    lose_deal(cast.partner_rep.actor, deal, reason=LossReason.PRICE)


def cancel(cast: Cast, deal: Deal) -> None:
    cancel_deal(cast.channel_manager.actor, deal, reason=EndReason.NO_ACTIVITY)


@pytest.mark.parametrize("end", [withdraw, lose, cancel])
def test_who_held_a_customer_waits_and_others_do_not(cast: Cast, end: Callable[[Cast, Deal], None]) -> None:
    set_terms(cast, cooling_off_days=30)
    end(cast, cast.register())
    with pytest.raises(DomainError, match=r"ended on .* You can register it again from") as refusal:
        cast.register()
    assert refusal.value.code == "cooling_off"
    assert cast.register(lines=[cast.planner]).status == Status.APPROVED
    assert cast.register(cast.rival_rep).status == Status.APPROVED


def test_after_the_pause_the_customer_may_be_registered_again(committed: Cast) -> None:
    set_terms(committed, cooling_off_days=30)
    committed.register()
    move_clock("91 days")
    sweep_expired.func(str(committed.system.vendor_id))
    with pytest.raises(DomainError, match="You can register it again from"):
        later(committed)
    move_clock("119 days")
    with pytest.raises(DomainError, match="You can register it again from"):
        later(committed)
    move_clock("120 days 1 minute")
    assert later(committed).status == Status.APPROVED


def test_a_win_and_a_claim_that_was_never_protected_do_not_count(committed: Cast) -> None:
    set_terms(committed, cooling_off_days=30)
    win_deal(committed.partner_rep.actor, committed.register(), reason=WinReason.FIT)
    withdraw(committed, committed.register(customer="Litware", domain=""))
    assert committed.register(customer="Litware", domain="").status == Status.UNDER_REVIEW
    move_clock("91 days")
    assert later(committed).status == Status.APPROVED


def test_an_answer_cannot_turn_another_claim_into_one_that_has_to_wait(cast: Cast) -> None:
    set_terms(cast, cooling_off_days=30)
    withdraw(cast, cast.register())
    deal = cast.register(customer="Litware", domain="")
    by = timezone.now().date() + timedelta(days=3)
    ask_for_more(cast.deal_desk.actor, deal, question="Which one?", fields=["customer", "domain"], answer_by=by)
    given = {"customer": "Contoso Logistics", "domain": "contoso-logistics.example"}
    with pytest.raises(DomainError) as refusal:
        answer_question(cast.partner_rep.actor, deal, changes=given)
    assert refusal.value.code == "cooling_off"
    set_terms(cast, cooling_off_days=0)
    answer_question(cast.partner_rep.actor, deal, changes=given)


def test_the_refusal_says_nothing_of_who_holds_the_customer_now(cast: Cast) -> None:
    set_terms(cast, cooling_off_days=30)
    withdraw(cast, cast.register())
    before = machine(cast.partner_admin).post("/deal-registrations", registration(cast))
    cast.register(cast.rival_rep)
    after = machine(cast.partner_admin).post("/deal-registrations", registration(cast))
    assert (before.status_code, before.json()["code"]) == (409, "cooling_off")
    assert after.content == before.content


def test_the_page_says_from_when_and_then_offers_to_register_again(cast: Cast, browse: Any) -> None:
    deal, client = cast.register(), browse(cast.partner_rep)
    withdraw(cast, deal)
    page = f"/w/northwind-fabrikam/deals/{deal.public_id}/"
    assert "Register again" in client.get(page).content.decode()
    set_terms(cast, cooling_off_days=30)
    told = client.get(page).content.decode()
    assert "You can register this customer again from" in told
    assert "Register again" not in told


def test_registering_again_begins_with_what_was_known(cast: Cast, browse: Any) -> None:
    deal = cast.register(lines=[cast.planner], need="Paper routes")
    address = f"/w/northwind-fabrikam/deals/register/?again={deal.public_id}"
    form = browse(cast.partner_rep).get(address).context["form"]
    known = {name: form[name].value() for name in ("customer", "product_lines", "amount", "need")}
    assert known == {
        "customer": "Contoso Logistics",
        "product_lines": [cast.planner.public_id],
        "amount": "84,000",
        "need": "Paper routes",
    }


def test_the_day_that_is_named_is_the_first_on_which_it_works_all_day(late: Cast, browse: Any) -> None:
    """It is free again at 01:30 in the morning of the 31st in Amsterdam, when it is still the 30th in Greenwich."""
    set_terms(late, cooling_off_days=29)
    deal = late.register(expected_close=local(1, 12, month=12).date())
    at(local(2, 0, minute=30))
    withdraw(late, deal)
    at(local(30, 12))
    with pytest.raises(DomainError, match=r"ended on 2 March 2027\. You can register it again from 1 April 2027\."):
        later(late)
    told = browse(late.partner_rep).get(f"/w/northwind-fabrikam/deals/{deal.public_id}/").content.decode()
    assert "You can register this customer again from 1 April 2027." in told
