"""Nobody camps on a customer by writing it in another way: a person looks at what resembles one held until lately."""

from typing import Any

import pytest

from hansa.core.tenancy import acting
from hansa.deals.actions import approve_deal, win_deal, withdraw_deal
from hansa.deals.models import Deal, Status, Verdict, WinReason
from hansa.deals.tests.test_answered_together import FIVE, answer_together, register
from hansa.deals.tests.test_cooling_off import later
from hansa.deals.tests.test_reminders import set_terms
from hansa.rulebook.models import DecisionEvidence
from hansa.testing.cast import Cast
from hansa.testing.databases import move_clock
from hansa.testing.machine import machine, registration
from hansa.testing.queue import run_jobs

OTHERWISE: list[dict[str, Any]] = [
    {"domain": "contoso-logistics.nl"},
    {"customer": "Contoso Logistics Group", "domain": ""},
    {"customer": "Contoso Logistik", "domain": "contoso.nl"},
]


@pytest.fixture
def held(cast: Cast) -> Cast:
    """The program's partners wait for thirty days, and this one has just let go of Contoso Logistics."""
    set_terms(cast, cooling_off_days=30)
    withdraw_deal(cast.partner_rep.actor, cast.register())
    return cast


def proof(cast: Cast, deal: Deal) -> DecisionEvidence:
    with acting(cast.system):
        found: DecisionEvidence = DecisionEvidence.objects.get(decision__subject_id=deal.pk)
        return found


@pytest.mark.parametrize("written", OTHERWISE)
def test_another_address_or_spelling_is_looked_at_by_a_person(held: Cast, written: dict[str, Any]) -> None:
    deal = held.register(**written)
    assert deal.status == Status.UNDER_REVIEW
    assert deal.resembles
    fired, *_ = proof(held, deal).evidence
    assert (fired["row"], fired["why"].split(",")[0]) == (
        "held-until-lately",
        "This partner held a company much like this one until lately",
    )


def test_the_console_says_why_and_does_not_propose_to_approve(held: Cast, browse: Any) -> None:
    deal, desk = held.register(**OTHERWISE[0]), browse(held.deal_desk)
    page = desk.get(f"/w/northwind/registrations/{deal.public_id}/").content.decode()
    queue = desk.get("/w/northwind/registrations/?show=all").content.decode()
    for told in (page, queue):
        assert "Look closer" in told
        assert "like a customer that this partner held until" in told
        assert "its cooling-off ends" in told
    assert "Held until lately: Fabrikam Consulting" in page
    assert "cooling off until" in page
    assert "Nothing resembles it" not in page


def test_a_person_may_approve_it_all_the_same(held: Cast) -> None:
    deal = held.register(**OTHERWISE[0])
    approve_deal(held.deal_desk.actor, deal)
    with acting(held.system):
        assert Deal.objects.get(pk=deal.pk).status == Status.APPROVED


def test_the_partner_reads_that_a_person_looks_at_it_and_no_more(held: Cast) -> None:
    customer = {"name": "Contoso Logistics", "domain": "contoso-logistics.nl", "country": "NL"}
    made = machine(held.partner_admin).post("/deal-registrations", registration(held, customer=customer)).json()
    [decision] = made["decisions"]
    assert (made["status"], decision["fired"][0]) == ("under_review", "registration-approval: a-person-decides")
    assert "A person looks at this registration" in decision["note"]
    assert "held_until_lately" not in decision["facts"]
    [shown] = machine(held.vendor_admin).get(f"/deal-registrations/{made['id']}/evidence").json()["data"]
    [clue] = [each for each in shown["evidence"] if each.get("kind") == "ended"]
    assert clue["subject"].startswith("deal_")
    assert clue["until"] < clue["free_from"]
    assert shown["facts"]["held_until_lately"] is True


def test_another_line_a_rival_and_another_customer_are_free(held: Cast) -> None:
    assert held.register(lines=[held.planner], **OTHERWISE[0]).status == Status.APPROVED
    assert held.register(customer="Litware", domain="litware.example").status == Status.APPROVED
    assert held.register(held.rival_rep, **OTHERWISE[0]).status == Status.APPROVED


def test_what_was_won_and_what_was_never_protected_do_not_count(cast: Cast) -> None:
    set_terms(cast, cooling_off_days=30)
    win_deal(cast.partner_rep.actor, cast.register(), reason=WinReason.FIT)
    withdraw_deal(cast.partner_rep.actor, cast.register(customer="Litware", domain=""))
    assert cast.register(customer="Litware", domain="litware.example").status == Status.APPROVED


def test_after_the_pause_it_is_approved_at_once(committed: Cast) -> None:
    set_terms(committed, cooling_off_days=30)
    withdraw_deal(committed.partner_rep.actor, committed.register())
    move_clock("29 days 23 hours")
    assert later(committed, **OTHERWISE[0]).status == Status.UNDER_REVIEW
    move_clock("30 days 1 minute")
    assert later(committed, customer="Contoso Logistics", domain="contoso-logistics.eu").status == Status.APPROVED


def test_without_a_pause_nobody_waits(cast: Cast) -> None:
    withdraw_deal(cast.partner_rep.actor, cast.register())
    assert cast.register(**OTHERWISE[0]).status == Status.APPROVED


def test_where_all_are_answered_together_a_person_decides_it(late: Cast) -> None:
    set_terms(late, cooling_off_days=30)
    withdraw_deal(late.partner_rep.actor, register(late))
    answer_together(late, FIVE)
    deal = register(late, **OTHERWISE[0])
    run_jobs()
    with acting(late.system):
        assert Verdict.objects.get(deal=deal).becomes == ""
    assert proof(late, deal).evidence[0]["row"] == "held-until-lately"
