from datetime import date
from typing import Any

import pytest

from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.deals.actions import approve_deal, cancel_deal, lose_deal, withdraw_deal
from hansa.deals.models import Deal, EndReason, LossReason, Protection, Status
from hansa.kernel.errors import DomainError, Invalid, NotPermitted
from hansa.kernel.ids import new_id
from hansa.rulebook.models import Decision, DecisionEvidence
from hansa.testing.cast import Cast


def statuses(cast: Cast) -> list[str]:
    with acting(cast.system):
        return list(Deal.objects.order_by("submitted_at").values_list("status", flat=True))


def test_a_new_customer_is_approved_at_once_and_protected(cast: Cast) -> None:
    deal = cast.register(lines=[cast.analytics, cast.planner])
    assert deal.status == Status.APPROVED
    assert deal.protected_until
    assert (deal.protected_until - deal.submitted_at).days == 90
    with acting(cast.system):
        assert Protection.objects.filter(deal=deal).count() == 2


def test_it_leaves_an_event_for_each_transition(cast: Cast) -> None:
    deal = cast.register()
    with acting(cast.system):
        events = Event.objects.filter(subject_id=deal.pk).order_by("id")
        assert [event.name for event in events] == ["deal.registered", "deal.approved"]
        assert events[1].cause_id == events[0].id
        assert {event.actor_label for event in events} == {"Mara Lindqvist"}


def test_the_rival_learns_that_the_customer_is_taken_and_nothing_else(cast: Cast) -> None:
    cast.register()
    deal = cast.register(
        cast.rival_rep, customer="CONTOSO Logistics B.V.", domain="https://www.contoso-logistics.example/"
    )
    assert deal.status == Status.DUPLICATE
    with acting(cast.rival_rep.actor):
        decision = Decision.objects.get()
        assert decision.fired[0] == "registration-approval: customer-taken"
        assert "protected" not in decision.facts
        assert DecisionEvidence.objects.count() == 0


def test_another_product_line_is_free(cast: Cast) -> None:
    cast.register(lines=[cast.analytics])
    assert cast.register(cast.rival_rep, lines=[cast.planner]).status == Status.APPROVED


def test_the_second_waits_behind_an_undecided_first(cast: Cast) -> None:
    first = cast.register(domain="")
    assert first.status == Status.UNDER_REVIEW
    second = cast.register(cast.rival_rep, domain="")
    assert second.status == Status.UNDER_REVIEW
    approve_deal(cast.channel_manager.actor, first)
    with pytest.raises(DomainError, match="taken") as refusal:
        approve_deal(cast.channel_manager.actor, second)
    assert refusal.value.code == "already_protected"


def test_what_was_lost_or_withdrawn_or_canceled_is_free_at_once(cast: Cast) -> None:
    lose_deal(cast.partner_rep.actor, cast.register(), reason=LossReason.PRICE)
    withdraw_deal(cast.rival_rep.actor, cast.register(cast.rival_rep))
    cancel_deal(cast.channel_manager.actor, cast.register(), reason=EndReason.NO_ACTIVITY)
    assert cast.register(cast.rival_rep).status == Status.APPROVED
    assert statuses(cast) == ["approved", "withdrawn", "canceled", "approved"]


def test_incomplete_registrations_are_refused_and_not_stored(cast: Cast) -> None:
    incomplete: list[dict[str, Any]] = [{"customer": " "}, {"lines": []}, {"expected_close": date(2020, 1, 1)}]
    for wrong in incomplete:
        with pytest.raises(Invalid):
            cast.register(**wrong)
    assert statuses(cast) == []


def test_a_form_sent_twice_registers_once(cast: Cast) -> None:
    submission = new_id()
    cast.register(submission=submission)
    with pytest.raises(DomainError) as refusal:
        cast.register(submission=submission)
    assert refusal.value.code == "already_sent"
    assert statuses(cast) == ["approved"]


def test_the_deal_desk_does_not_register(cast: Cast) -> None:
    with pytest.raises(NotPermitted):
        cast.register(cast.channel_manager)
