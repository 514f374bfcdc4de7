"""The clock of a registration with the database's clock moved: weekends, holidays, clock changes, a worker away."""

from typing import Any

import pytest

from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.deals.actions import approve_by_default, approve_deal, ask_for_more, escalate_review, remind_decider
from hansa.deals.models import ClockStep, Deal, ReviewClock, Status
from hansa.deals.tests.in_time import at, calendar, local, now, sweep, terms, waiting
from hansa.kernel.errors import DomainError
from hansa.notices.models import Notice
from hansa.partnerships.actions import assign_manager
from hansa.testing.cast import Cast


def done(cast: Cast) -> list[str]:
    with acting(cast.system):
        return list(ClockStep.objects.order_by("at").values_list("kind", flat=True))


def told(cast: Cast, person: Any) -> list[str]:
    with acting(cast.system):
        rows = Notice.objects.filter(recipient=person.membership, title__contains="decided by")
        return list(rows.order_by("created_at").values_list("title", flat=True))


def test_it_is_due_after_the_business_hours_that_the_program_gives(late: Cast) -> None:
    assert waiting(late).due_at == local(3, 17)


def test_what_is_approved_at_once_has_no_clock(late: Cast) -> None:
    assert waiting(late, domain="contoso-logistics.example").due_at is None


def test_over_a_weekend_with_a_clock_change_and_a_holiday_only_business_hours_count(late: Cast) -> None:
    calendar(late, d2027_03_29="Easter Monday")
    at(local(26, 7))
    assert waiting(late).due_at == local(31, 17)


def test_a_changed_calendar_leaves_a_time_that_was_told(late: Cast) -> None:
    deal = waiting(late)
    calendar(late, d2027_03_02="A late holiday")
    terms(late, review_hours=2)
    assert now(late, deal).due_at == deal.due_at


def test_reminders_come_at_their_shares_and_once(late: Cast) -> None:
    waiting(late)
    for moment in (local(1, 10), local(2, 13, minute=5), local(2, 13, minute=10), local(3, 12, minute=30)):
        sweep(late, moment)
    assert done(late) == ["reminder_50", "reminder_80"]
    assert len(told(late, late.channel_manager)) == 2


def test_where_nobody_looks_after_the_partner_those_who_lead_are_reminded(late: Cast) -> None:
    terms(late, escalation_role="")
    for partner in (late.partnership, late.rivals):
        assign_manager(late.vendor_admin.actor, partner, channel_manager=None)
    waiting(late)
    sweep(late, local(2, 13, minute=5))
    assert len(told(late, late.vendor_admin)) == 1


def test_who_was_away_sends_the_last_reminder_alone(late: Cast) -> None:
    waiting(late)
    sweep(late, local(3, 16))
    assert done(late) == ["reminder_80"]


def test_after_three_days_away_no_reminder_comes_after_its_deadline(late: Cast) -> None:
    waiting(late)
    sweep(late, local(4, 10))
    sweep(late, local(4, 11))
    assert done(late) == ["overdue"]


def test_after_a_week_away_those_who_lead_are_told_once(late: Cast) -> None:
    terms(late, escalation_role="vendor_admin")
    waiting(late)
    sweep(late, local(12, 10))
    sweep(late, local(12, 11))
    assert done(late) == ["escalation"]
    assert len(told(late, late.vendor_admin)) == len(told(late, late.channel_manager)) == 1


def test_without_a_deputy_the_next_in_turn_is_told(late: Cast) -> None:
    terms(late, escalation_role="vendor_admin")
    waiting(late)
    sweep(late, local(4, 9))
    assert (done(late), len(told(late, late.vendor_admin))) == (["overdue"], 1)


def test_what_is_decided_reminds_nobody(late: Cast) -> None:
    deal = waiting(late)
    at(local(2, 10))
    approve_deal(late.deal_desk.actor, deal)
    sweep(late, local(8, 10))
    assert done(late) == []


def test_a_program_can_leave_it_at_showing_that_it_is_overdue(late: Cast) -> None:
    terms(late, on_breach="none", reminders=[])
    waiting(late)
    sweep(late, local(12, 10))
    assert done(late) == []


def test_silence_approves_where_the_program_says_so(late: Cast) -> None:
    terms(late, on_breach="approve")
    deal = waiting(late)
    sweep(late, local(4, 9))
    sweep(late, local(12, 9))
    assert (now(late, deal).status, done(late)) == (Status.APPROVED, ["default_outcome"])


def test_silence_approves_nothing_that_overtakes_an_earlier_claim(late: Cast) -> None:
    terms(late, on_breach="approve")
    first = waiting(late)
    second = waiting(late, person=late.rival_rep)
    ask_for_more(late.deal_desk.actor, first, question="Who decides there?", answer_by=local(30, 9).date())
    sweep(late, local(4, 9))
    assert now(late, second).status == Status.UNDER_REVIEW
    assert done(late) == ["overdue"]
    with pytest.raises(DomainError, match="A person has to decide"):
        approve_by_default(late.system, second)


def test_a_step_is_done_once_whoever_asks_for_it(late: Cast) -> None:
    deal = waiting(late)
    remind_decider(late.system, deal, kind="reminder_50")
    with pytest.raises(DomainError, match="done before"):
        remind_decider(late.system, deal, kind="reminder_50")


def test_partners_learn_nothing_of_reminders(late: Cast) -> None:
    deal = waiting(late)
    escalate_review(late.system, deal, kind="overdue")
    with acting(late.partner_rep.actor):
        assert not Event.objects.filter(name="review.escalated").exists()
    with acting(late.system):
        assert Event.objects.filter(name="review.escalated").exists()


def test_the_clock_stands_while_the_partner_is_asked(late: Cast) -> None:
    deal = waiting(late)
    at(local(1, 13))
    ask_for_more(late.deal_desk.actor, deal, question="Who decides there?", answer_by=local(22, 9).date())
    sweep(late, local(12, 10))
    assert done(late) == []
    assert now(late, deal).due_at == local(22, 17)


def test_what_waits_from_before_there_were_clocks_gets_the_whole_time(late: Cast) -> None:
    deal = waiting(late)
    with acting(late.system):
        ReviewClock.objects.filter(deal=deal).delete()
        Deal.objects.filter(pk=deal.pk).update(due_at=None)
    sweep(late, local(8, 8))
    assert (now(late, deal).due_at, done(late)) == (local(10, 17), [])
