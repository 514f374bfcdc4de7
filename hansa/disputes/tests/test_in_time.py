from datetime import timedelta

from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.deals.tests.in_time import MONDAY, at, calendar, local
from hansa.disputes.actions import ask_other_side, decide_dispute
from hansa.disputes.jobs import sweep_disputes
from hansa.disputes.models import Dispute
from hansa.disputes.tests.contest import GRANT, UPHOLD, hearings, now, opened
from hansa.testing.cast import Cast
from hansa.testing.queue import run_jobs


def late(cast: Cast) -> Dispute:
    """A dispute of Monday morning, to be decided within 40 business hours: on Friday evening."""
    at(MONDAY)
    calendar(cast)
    _, dispute = opened(cast, expected_close=MONDAY.date() + timedelta(days=70))
    run_jobs()
    assert now(cast, dispute).due_at == local(5, 17)
    return dispute


def sweep(cast: Cast, moment) -> None:
    at(moment)
    sweep_disputes.func(str(cast.system.vendor_id))
    run_jobs()


def told(cast: Cast, dispute: Dispute) -> list[str]:
    with acting(cast.system):
        names = ("dispute.reminded", "dispute.escalated", "dispute.resumed", "hearing.lapsed", "dispute.closed")
        return list(Event.objects.filter(name__in=names).order_by("at", "id").values_list("name", flat=True))


def test_the_clock_stands_while_a_side_is_asked_and_goes_on_without_its_answer(committed: Cast) -> None:
    dispute = late(committed)
    at(local(2, 9))  # 8 of 40 hours are over
    ask_other_side(committed.channel_manager.actor, dispute, question="Since when?", answer_by=local(4, 9).date())
    sweep(committed, local(4, 16))
    assert told(committed, dispute) == []
    sweep(committed, local(4, 17))
    assert told(committed, dispute) == ["hearing.lapsed", "dispute.resumed"]
    assert local(10, 17) - now(committed, dispute).due_at < timedelta(seconds=2)
    [hearing] = hearings(committed, dispute)
    assert hearing.status == "heard"
    decide_dispute(committed.channel_manager.actor, now(committed, dispute), **GRANT)


def test_who_is_to_decide_is_reminded_and_then_others_are_told_each_once(committed: Cast) -> None:
    dispute = late(committed)
    for moment in (local(3, 13), local(3, 14), local(4, 17), local(5, 17), local(5, 17, minute=5), local(8, 17)):
        sweep(committed, moment)
    assert told(committed, dispute) == ["dispute.reminded"] * 2 + ["dispute.escalated"] * 2
    with acting(committed.partner_rep.actor):
        assert not Event.objects.filter(name__in=["dispute.reminded", "dispute.escalated"]).exists()


def test_what_nobody_appeals_in_time_is_closed_with_its_hearings(committed: Cast) -> None:
    dispute = late(committed)
    ask_other_side(committed.channel_manager.actor, dispute, question="Since when?", answer_by=local(2, 9).date())
    sweep(committed, local(2, 17))
    decide_dispute(committed.channel_manager.actor, now(committed, dispute), **UPHOLD)
    sweep(committed, local(2, 17) + timedelta(days=13))
    assert now(committed, dispute).status == "decided"
    sweep(committed, local(2, 18) + timedelta(days=14))
    [hearing] = hearings(committed, dispute)
    assert (now(committed, dispute).status, hearing.status) == ("closed", "closed")
