"""Asking for more: what stands still, what the partner may change, and what its answer brings about."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from hansa.accounts.models import Vendor
from hansa.accounts.roles import VENDOR_ROLES, Role
from hansa.core.tenancy import acting
from hansa.deals.actions import answer_question, ask_for_more, lapse_question, reject_deal, withdraw_deal
from hansa.deals.clock_jobs import sweep_clocks
from hansa.deals.clock_models import Field
from hansa.deals.limits import count_attempt
from hansa.deals.models import ClockStep, Deal, Question, RejectReason, Status
from hansa.deals.tests.in_time import at, calendar, local, now, sweep, terms, waiting
from hansa.kernel.errors import DomainError, Invalid, NotPermitted
from hansa.kernel.money import Money
from hansa.notices.models import Notice
from hansa.rulebook.models import Decision
from hansa.testing.cast import Cast
from hansa.testing.machine import machine
from hansa.testing.queue import run_jobs


def ask(cast: Cast, deal: Deal, *fields: str, by: Any = None) -> None:
    ask_for_more(
        cast.deal_desk.actor, deal, question="Which site is it?", fields=fields, answer_by=by or local(5, 9).date()
    )


def answer(cast: Cast, deal: Deal, note: str = "", **changes: Any) -> Deal:
    answered: Deal = answer_question(cast.partner_rep.actor, deal, note=note, changes=changes)
    return answered


def test_the_clock_goes_on_from_where_it_stood(late: Cast) -> None:
    deal = waiting(late)
    at(local(1, 13))
    ask(late, deal)
    assert (now(late, deal).status, now(late, deal).due_at) == (Status.ACTION_REQUIRED, local(5, 17))
    at(local(4, 13))
    answer(late, deal, "The one in Utrecht.")
    again = now(late, deal)
    assert (again.status, again.submitted_at) == (Status.UNDER_REVIEW, deal.submitted_at)
    assert again.due_at is not None
    assert abs(again.due_at - local(8, 17)) < timedelta(minutes=1)


def test_only_what_was_asked_about_can_be_changed(late: Cast) -> None:
    deal = waiting(late)
    ask(late, deal, "need")
    with pytest.raises(Invalid, match="not asked about"):
        answer(late, deal, need="Routes", amount=Money(1_00, "EUR"))
    answer(late, deal, need="Routes")
    assert (now(late, deal).need, now(late, deal).amount_minor) == ("Routes", deal.amount_minor)


@pytest.mark.parametrize(
    ("opened", "value", "code"),
    [
        ("customer", " ", "customer_missing"),
        ("customer", "---", "customer_missing"),
        ("domain", "...", "web_address_unreadable"),
        ("domain", "10.0.0.1", "web_address_unreadable"),
        ("amount", Money(84_000_00, "GBP"), "currency_not_accepted"),
        ("expected_close", local(1, 9).date() + timedelta(days=4000), "close_too_far_away"),
        ("amount", Money(0, "EUR"), "amount_not_positive"),
        ("expected_close", local(1, 9).date() - timedelta(days=1), "close_in_the_past"),
        ("deal_type", "gift", "type_unknown"),
        ("need", "", "answer_empty"),
    ],
)
def test_an_answer_is_as_complete_as_a_registration(late: Cast, opened: str, value: Any, code: str) -> None:
    deal = waiting(late)
    ask(late, deal, opened)
    with pytest.raises(Invalid) as refused:
        answer(late, deal, **{opened: value})
    assert refused.value.code == code


def test_with_the_web_address_the_rules_decide_and_the_place_is_kept(late: Cast) -> None:
    deal = waiting(late)
    ask(late, deal, "domain")
    run_jobs()
    answer(late, deal, domain="www.contoso-logistics.example")
    done = now(late, deal)
    assert (done.status, done.customer_domain, done.submitted_at) == (
        Status.APPROVED,
        "contoso-logistics.example",
        deal.submitted_at,
    )
    with acting(late.system):
        assert Decision.objects.filter(subject_id=deal.pk).count() == 2


def test_a_note_alone_decides_nothing(late: Cast) -> None:
    deal = waiting(late)
    ask(late, deal, "domain")
    answer(late, deal, "They have none.")
    with acting(late.system):
        assert Decision.objects.filter(subject_id=deal.pk).count() == 1
        assert Question.objects.get(deal=deal).note == "They have none."


def test_who_names_another_customer_does_not_overtake_who_was_there_before(late: Cast) -> None:
    deal = waiting(late)
    rival = waiting(late, person=late.rival_rep, customer="Litware Health")
    ask(late, deal, "customer")
    answer(late, deal, customer="Litware Health")
    moved = now(late, deal)
    assert moved.company_id == now(late, rival).company_id
    assert (moved.status, moved.submitted_at > rival.submitted_at) == (Status.UNDER_REVIEW, True)


def test_who_waited_behind_moves_up_when_the_claim_goes_to_another_customer(late: Cast) -> None:
    deal = late.register(expected_close=local(1, 9).date() + timedelta(days=500))
    behind = late.register(late.rival_rep, expected_close=local(1, 9, month=5).date())
    ask(late, deal, "customer", "domain")
    answer(late, deal, customer="Litware Health", domain="litware.example")
    run_jobs()
    assert now(late, behind).status == Status.APPROVED


def test_what_was_settled_while_the_partner_was_asked_counts_with_the_answer(late: Cast) -> None:
    first = late.register(expected_close=local(1, 9).date() + timedelta(days=500))
    second = late.register(late.rival_rep, expected_close=local(1, 9, month=5).date())
    ask(late, second)
    reject_deal(late.deal_desk.actor, first, reason=RejectReason.TOO_EARLY)
    run_jobs()
    assert now(late, second).status == Status.ACTION_REQUIRED
    answer_question(late.rival_rep.actor, second, note="In Utrecht.")
    run_jobs()
    assert now(late, second).status == Status.APPROVED


def test_while_the_partner_is_asked_its_claim_stands_before_later_ones(late: Cast) -> None:
    deal = late.register(expected_close=local(1, 9).date() + timedelta(days=500))
    ask(late, deal)
    rival = late.register(late.rival_rep, expected_close=local(1, 9, month=5).date())
    assert rival.status == Status.UNDER_REVIEW


def test_the_deal_desk_may_decide_without_waiting_for_the_answer(late: Cast) -> None:
    deal = waiting(late)
    ask(late, deal)
    reject_deal(late.deal_desk.actor, deal, reason=RejectReason.TOO_EARLY)
    with pytest.raises(DomainError, match="Nothing is asked"):
        answer(late, deal, "Too late.")
    sweep(late, local(12, 9))
    assert now(late, deal).status == Status.REJECTED


def test_the_partner_is_reminded_once_before_the_deadline(late: Cast) -> None:
    deal = waiting(late)
    ask(late, deal)
    for moment in (local(2, 10), local(4, 17), local(5, 10)):
        sweep(late, moment)
    with acting(late.system):
        assert list(ClockStep.objects.values_list("kind", "round")) == [("answer_reminder", 1)]
        titles = Notice.objects.filter(recipient=late.partner_rep.membership).values_list("title", flat=True)
        assert sum("your answer is needed" in title for title in titles) == 2
    assert now(late, deal).status == Status.ACTION_REQUIRED


def test_an_unanswered_question_goes_back_to_review_and_nobody_is_reminded_of_it(late: Cast) -> None:
    deal = waiting(late)
    at(local(1, 13))
    ask(late, deal)
    sweep(late, local(8, 9))
    again = now(late, deal)
    with acting(late.system):
        assert not ClockStep.objects.exists()
    assert again.status == Status.UNDER_REVIEW
    assert again.due_at is not None
    assert abs(again.due_at - local(10, 13)) < timedelta(minutes=1)


def test_an_unanswered_question_closes_the_registration_where_the_program_says_so(late: Cast) -> None:
    terms(late, on_silence="close")
    deal = waiting(late)
    ask(late, deal)
    sweep(late, local(8, 9))
    assert (now(late, deal).status, now(late, deal).reason) == (Status.REJECTED, RejectReason.INSUFFICIENT)


def test_before_its_deadline_no_question_lapses_and_after_it_none_is_answered(late: Cast) -> None:
    deal = waiting(late)
    ask(late, deal)
    with pytest.raises(DomainError, match="may still answer"):
        lapse_question(late.system, deal)
    at(local(6, 9))
    with pytest.raises(DomainError, match="time to answer is over"):
        answer(late, deal, "Now.")


def test_a_second_question_has_a_reminder_of_its_own(late: Cast) -> None:
    deal = waiting(late)
    ask(late, deal)
    sweep(late, local(5, 10))
    answer(late, deal, "In Utrecht.")
    ask(late, deal, by=local(12, 9).date())
    sweep(late, local(12, 10))
    with acting(late.system):
        assert list(ClockStep.objects.order_by("round").values_list("round", flat=True)) == [1, 2]


def test_a_partner_that_is_asked_may_withdraw(late: Cast) -> None:
    deal = waiting(late)
    ask(late, deal)
    withdraw_deal(late.partner_rep.actor, deal)
    sweep_clocks.func(str(late.system.vendor_id))
    assert now(late, deal).status == Status.WITHDRAWN


def test_partners_ask_nobody_and_the_vendor_answers_nothing(late: Cast) -> None:
    deal = waiting(late)
    with pytest.raises(NotPermitted):
        ask_for_more(late.partner_rep.actor, deal, question="And you?", answer_by=local(5, 9).date())
    ask(late, deal)
    with pytest.raises(NotPermitted):
        answer_question(late.deal_desk.actor, deal, note="Ourselves.")


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (local(1, 9).date() - timedelta(days=4), "deadline_past"),
        (local(30, 9, month=8).date(), "deadline_far"),
        (date.max, "deadline_far"),
    ],
)
def test_a_deadline_lies_ahead_and_near(late: Cast, day: date, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        ask(late, waiting(late), by=day)
    assert refused.value.code == code


def test_an_answer_counts_towards_the_cap_because_it_may_try_out_another_name(late: Cast, browse: Any) -> None:
    deal = waiting(late)
    ask(late, deal, Field.CUSTOMER)
    Vendor.objects.filter(pk=late.system.vendor_id).update(registrations_per_day=1)
    late.partner_rep.workspace.vendor.refresh_from_db()
    count_attempt(late.partner_rep.workspace)
    sent = {"customer": "Litware", "note": ""}
    page = browse(late.partner_rep).post(f"/w/northwind-fabrikam/deals/{deal.public_id}/answer/", sent)
    api = machine(late.partner_admin).post(f"/deal-registrations/{deal.public_id}/answer", {"changes": sent})
    assert (page.status_code, api.status_code) == (422, 429)
    assert now(late, deal).status == Status.ACTION_REQUIRED


def test_it_is_asked_and_answered_on_pages(late: Cast, browse: Any) -> None:
    deal = waiting(late)
    desk: Client = browse(late.deal_desk)
    page = f"/w/northwind/registrations/{deal.public_id}/question/"
    form = {"question": "Which site is it?", "fields_opened": ["amount", "domain"], "answer_by": "2027-03-05"}
    assert desk.post(page, form).status_code == 302
    assert "until Fri 17:00 CET" in desk.get("/w/northwind/registrations/?show=asked").content.decode()
    rep: Client = browse(late.partner_rep)
    shown = rep.get(f"/w/northwind-fabrikam/deals/{deal.public_id}/answer/").content.decode()
    assert "Which site is it?" in shown
    assert "84,000" in shown
    assert "expected_close" not in shown
    sent = {"note": "In Utrecht.", "amount": "90,000", "domain": ""}
    assert rep.post(f"/w/northwind-fabrikam/deals/{deal.public_id}/answer/", sent).status_code == 302
    assert (now(late, deal).amount_minor, now(late, deal).status) == (90_000_00, Status.UNDER_REVIEW)
    assert "In Utrecht." in desk.get(f"/w/northwind/registrations/{deal.public_id}/").content.decode()


def test_it_is_asked_and_answered_over_the_api(late: Cast) -> None:
    deal = waiting(late)
    path = f"/deal-registrations/{deal.public_id}"
    vendor, partner = machine(late.vendor_admin), machine(late.partner_admin)
    asked = vendor.post(f"{path}/question", {"question": "Site?", "fields": ["need"], "answer_by": "2027-03-05"})
    assert (asked.status_code, asked.json()["status"]) == (200, "action_required")
    refused = partner.post(f"{path}/answer", {"changes": {"country": "BE"}})
    assert (refused.status_code, refused.json()["code"]) == (422, "field_closed")
    answered = partner.post(f"{path}/answer", {"note": "Utrecht", "changes": {"need": "Routes"}})
    assert (answered.json()["status"], answered.json()["need"]) == ("under_review", "Routes")
    [question] = partner.get(f"{path}/questions").json()["data"]
    assert (question["note"], question["fields"]) == ("Utrecht", ["need"])
    assert machine(late.rival_admin).get(f"{path}/questions").status_code == 404


def test_the_queue_is_narrowed_and_sorted_by_time(late: Cast, browse: Any) -> None:
    terms(late, review_hours=8)
    waiting(late)
    terms(late, review_hours=2)
    waiting(late, customer="Litware Health")
    desk: Client = browse(late.deal_desk)
    at(local(1, 14))

    def page(query: str) -> str:
        return desk.get(f"/w/northwind/registrations/?{query}").content.decode()

    assert "overdue by 3 hours" in page("show=overdue")
    assert "Contoso" not in page("show=overdue")
    assert "Litware" not in page("show=today")
    assert "due in 2 business hours" in page("show=today") or "due within" in page("show=today")
    urgent, oldest = page("show=all&sort=due"), page("show=all")
    assert urgent.index("Litware") < urgent.index("Contoso")
    assert oldest.index("Contoso") < oldest.index("Litware")
    undue = late.register(
        late.rival_rep, customer="Trey Research", domain="trey.example", expected_close=local(9, 9).date()
    )
    assert "Contoso" in page(f"show=all&sort=due&after={undue.public_id}")


def test_a_calendar_with_a_holiday_list_is_set_on_its_page(late: Cast, browse: Any) -> None:
    admin: Client = browse(late.vendor_admin)
    days = {"monday": "9:00-12:00", "tuesday": "9:00-12:00"}
    form = {"timezone": "Europe/Amsterdam", **days, "holidays": "2027-03-01 Carnival\n2027-12-25\tChristmas Day"}
    assert admin.post("/w/northwind/program/setup/calendar/", form).status_code == 302
    assert "Carnival" in admin.get("/w/northwind/program/setup/").content.decode()
    terms(late, review_hours=3)
    assert waiting(late).due_at == local(2, 12)
    wrong = admin.post("/w/northwind/program/setup/calendar/", {**form, "holidays": "Christmas", "monday": "9-5"})
    assert "“Christmas” has no day and name" in wrong.content.decode()
    assert "Write from when until when" in wrong.content.decode()


def test_times_and_reminders_are_set_on_their_page(late: Cast, browse: Any) -> None:
    admin: Client = browse(late.vendor_admin)
    page = f"/w/northwind/program/setup/review/{late.program.public_id}/"
    form = {
        "review_hours": "16",
        "reminders": "50, 90 %",
        "on_breach": "approve",
        "escalation_role": Role.DEAL_DESK,
        "escalate_after": "4",
        "answer_days": "5",
        "on_silence": "close",
    }
    assert admin.post(page, form).status_code == 302
    assert "50 %, 90 %" in admin.get("/w/northwind/program/setup/").content.decode()
    assert admin.post(page, {**form, "reminders": "half"}).status_code == 422


def test_the_calendar_is_read_and_changed_over_the_api(late: Cast) -> None:
    calendar(late, d2027_12_25="Christmas Day")
    vendor, partner = machine(late.vendor_admin), machine(late.partner_admin)
    assert partner.get("/calendar").json()["holidays"] == [{"day": "2027-12-25", "name": "Christmas Day"}]
    changed = vendor.patch("/calendar", {"hours": {"monday": {"opens": "08:00", "closes": "24:00"}}})
    assert changed.json()["hours"]["monday"] == {"opens": "08:00", "closes": "24:00"}
    assert changed.json()["hours"]["tuesday"] is None
    assert len(changed.json()["holidays"]) == 1
    assert vendor.patch("/calendar", {"hours": {}}).status_code == 422
    review = vendor.patch(f"/programs/{late.program.public_id}/review", {"review_hours": 8})
    assert (review.json()["review_hours"], review.json()["reminders"]) == (8, [50, 80])


def test_nobody_else_and_each_role_of_ones_own_can_be_told_over_the_api_and_no_other(late: Cast) -> None:
    vendor, address = machine(late.vendor_admin), f"/programs/{late.program.public_id}/review"
    nobody = vendor.patch(address, {"escalation_role": ""})
    assert (nobody.status_code, nobody.json()["escalation_role"]) == (200, "")
    assert vendor.patch(address, {"review_hours": 8}).json()["escalation_role"] == ""
    for role in VENDOR_ROLES:
        assert vendor.patch(address, {"escalation_role": role}).json()["escalation_role"] == role
    refused = vendor.patch(address, {"escalation_role": Role.PARTNER_SALES})
    assert refused.status_code == 422
    assert "partner_" not in refused.content.decode().replace(Role.PARTNER_MARKETING_MANAGER, "")
