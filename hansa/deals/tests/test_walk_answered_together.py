"""Answering together as people do it: switched on, decided, read under review, told."""

from typing import Any

from hansa.deals.models import Status
from hansa.deals.tests.in_time import now
from hansa.testing.cast import Cast
from hansa.testing.queue import run_jobs


def test_from_the_switch_to_the_answer(committed: Cast, visit: Any) -> None:
    boss = visit(committed.vendor_admin)
    boss.open("/w/northwind/program/setup/")
    boss.press("Change when answers are given")
    boss.page.get_by_label("Together with all others", exact=False).check()
    boss.press("Save")
    assert boss.reads("Write at least one time")
    boss.fill(answer_times="11:00, 17:00")
    boss.press("Save")
    assert boss.reads("All registrations are answered together, on working days at 11:00 and 17:00.")

    held, early = committed.register(), committed.register(customer="Adatum", domain="adatum.example")
    run_jobs()
    partner = visit(committed.partner_rep)
    partner.open(f"/w/northwind-fabrikam/deals/{held.public_id}/")
    assert partner.reads("All registrations are answered together")
    assert partner.reads("You get a message when all are answered")
    partner.open("/w/northwind-fabrikam/program/")
    assert partner.reads("Until then each is under review, whether the customer is taken or free.")

    jonas = visit(committed.channel_manager, size="desktop")
    jonas.open("/w/northwind/registrations/?show=held")
    jonas.press("Adatum", exact=False)
    assert jonas.reads("Decided, and not told yet")
    jonas.press("Tell the partner now")
    assert (now(committed, early).status, now(committed, held).status) == (Status.APPROVED, Status.UNDER_REVIEW)
    jonas.open("/w/northwind/registrations/?show=held")
    jonas.press("Tell all now")
    jonas.press("Tell all now")
    run_jobs()
    assert now(committed, held).status == Status.APPROVED
