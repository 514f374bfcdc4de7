"""From facts to tiers: what counts, what moves, who is told, and what is kept of it."""

from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.deals.actions import win_deal
from hansa.kernel.errors import DomainError
from hansa.notices.models import Notice
from hansa.partnerships.actions import change_enrollment, resume_partner, suspend_partner
from hansa.partnerships.models import Partnership
from hansa.rulebook.models import Decision
from hansa.testing.cast import Cast
from hansa.testing.queue import run_jobs
from hansa.tiers.actions import (
    approve_change,
    change_tier_terms,
    decline_change,
    end_exception,
    enter_fact,
    evaluate_standing,
    grant_exception,
)
from hansa.tiers.models import TierException, TierStanding
from hansa.tiers.tests.running import certify, evaluated, place, run_tiers, standing, tier, today


def happened(cast: Cast) -> list[str]:
    with acting(cast.system):
        rows = Event.objects.filter(partnership_id=cast.partnership.pk, name__startswith="tier.")
        return [event.name for event in rows.order_by("id")]


def test_a_number_that_the_vendor_enters_lifts_a_partner_at_once(cast: Cast) -> None:
    run_tiers(cast)
    certify(cast, 2)
    found = standing(cast)
    assert (place(cast).tier.rank, found.held, found.qualified, found.status) == (2, 2, 2, "qualified")
    assert happened(cast) == ["tier.promoted"]


def test_a_deal_won_counts_by_itself(cast: Cast) -> None:
    run_tiers(cast)
    certify(cast, 5)
    assert place(cast).tier.rank == 2
    deal = cast.register()
    win_deal(cast.partner_rep.actor, deal, reason="price")
    run_jobs()
    assert place(cast).tier.rank == 3
    found = standing(cast)
    assert (found.facts["won_deals"], found.facts["revenue_sourced"]) == (1, 84_000)
    assert (found.facts["approved_registrations"], found.facts["registrations"]) == (1, 1)


def test_what_is_not_measured_is_null_and_never_zero(cast: Cast) -> None:
    run_tiers(cast)
    facts = evaluated(cast).facts
    assert (facts["certifications"], facts["satisfaction"], facts["won_deals"]) == (None, None, 0)


def test_every_move_is_a_decision_with_all_its_facts(cast: Cast) -> None:
    run_tiers(cast)
    certify(cast, 2)
    with acting(cast.partner_rep.actor):
        decision = Decision.objects.visible_to(cast.partner_rep.actor).get(subject_id=standing(cast).pk)
    assert (decision.policy, decision.outputs, decision.note) == (
        "tier-criteria",
        {"rank": 2, "points": 0},
        "Silver: two certifications.",
    )
    assert decision.facts["certifications"] == 2
    assert decision.facts["satisfaction"] is None


def test_the_partner_is_told_what_became_of_its_tier(cast: Cast) -> None:
    run_tiers(cast)
    certify(cast, 2)
    run_jobs()
    with acting(cast.partner_admin.actor):
        titles = list(Notice.objects.visible_to(cast.partner_admin.actor).values_list("title", flat=True))
    assert [title for title in titles if "Silver" in title] == ["You have the tier Silver"]


def test_where_a_person_decides_the_manager_is_asked_and_approves(cast: Cast) -> None:
    run_tiers(cast, approve_promotion=True)
    certify(cast, 2)
    assert (place(cast).tier.rank, standing(cast).proposed.rank) == (1, 2)
    run_jobs()
    with acting(cast.channel_manager.actor):
        assert Notice.objects.visible_to(cast.channel_manager.actor).filter(title__contains="Silver").count() == 1
    approve_change(cast.channel_manager.actor, standing(cast))
    assert (place(cast).tier.rank, standing(cast).proposed) == (2, None)
    assert happened(cast) == ["tier.proposed", "tier.approved", "tier.promoted"]
    assert evaluated(cast).status == "qualified"


def test_an_exception_can_be_ended_early_and_only_once(cast: Cast) -> None:
    run_tiers(cast)
    grant_exception(cast.channel_manager.actor, place(cast), tier=tier(cast, 2), until=today(cast), reason="A launch.")
    with acting(cast.system):
        granted = TierException.objects.get()
    end_exception(cast.channel_manager.actor, granted)
    assert standing(cast).status == "at_risk"
    with pytest.raises(DomainError, match="over already"):
        end_exception(cast.channel_manager.actor, granted)


def test_another_tier_set_by_hand_counts_from_then_on(cast: Cast) -> None:
    run_tiers(cast)
    certify(cast, 2)
    certify(cast, 1)
    assert standing(cast).status == "at_risk"
    change_enrollment(
        cast.vendor_admin.actor, place(cast), partner_types=["reseller"], tier=tier(cast, 1), territories=[]
    )
    assert evaluated(cast).status == "qualified"
    assert place(cast).tier.rank == 1


def test_tiers_set_by_hand_stay_as_they_are(cast: Cast) -> None:
    certify(cast, 9)
    with acting(cast.system):
        assert not TierStanding.objects.exists()
    assert place(cast).tier.rank == 1


def test_an_evaluation_on_demand_is_refused_where_tiers_are_set_by_hand(cast: Cast) -> None:
    run_tiers(cast)
    found = evaluated(cast)
    assert evaluate_standing(cast.channel_manager.actor, found).qualified == 1
    change_tier_terms(cast.vendor_admin.actor, cast.program, running=False)
    with pytest.raises(DomainError, match="by hand"):
        evaluate_standing(cast.channel_manager.actor, found)


def test_nothing_is_decided_where_the_criteria_decide_no_more(cast: Cast, browse: Any) -> None:
    run_tiers(cast, approve_promotion=True)
    certify(cast, 2)
    found = standing(cast)
    with acting(cast.system):
        Partnership.objects.filter(pk=cast.partnership.pk).update(status="suspended")
    for refused in (approve_change, partial(decline_change, reason="No.")):
        with pytest.raises(DomainError) as refusal:
            refused(cast.channel_manager.actor, found)
        assert refusal.value.code == "not_evaluated"
    assert evaluated(cast).evaluated_at is None
    desk, listed = browse(cast.channel_manager), "/w/northwind/tiers/?show="
    assert "Nobody here" in desk.get(f"{listed}waiting").content.decode()
    assert "Not evaluated" in desk.get(f"{listed}all").content.decode()
    page = desk.get(f"/w/northwind/tiers/{found.public_id}/").content.decode()
    assert "Not evaluated" in page
    assert "approve/" not in page


def test_a_suspended_partner_is_not_evaluated_until_it_works_again(cast: Cast) -> None:
    run_tiers(cast)
    certify(cast, 1)
    suspend_partner(cast.vendor_admin.actor, cast.partnership)
    run_jobs()
    assert standing(cast).evaluated_at is None
    resume_partner(cast.vendor_admin.actor, cast.partnership)
    run_jobs()
    assert standing(cast).evaluated_at


def test_events_say_what_terms_and_numbers_were_before(cast: Cast) -> None:
    run_tiers(cast)
    certify(cast, 2)
    certify(cast, 3)
    change_tier_terms(cast.vendor_admin.actor, cast.program, grace_days=30)
    with acting(cast.system):
        entered = Event.objects.filter(name="tier_fact.entered").order_by("id")
        assert [one.changes for one in entered] == [{}, {"value": ["2.00", "3.00"]}]
        assert Event.objects.filter(name="tier_terms.changed").latest("id").changes == {"grace_days": [60, 30]}


def test_the_vendors_calendar_is_read_once_for_an_evaluation(cast: Cast) -> None:
    run_tiers(cast)
    with CaptureQueriesContext(connection) as asked:
        evaluated(cast)
    assert sum("programs_calendar" in query["sql"] for query in asked) == 1


@pytest.mark.parametrize(
    ("fact", "value", "days", "said"),
    [
        ("won_deals", "1", 0, "no fact that you enter"),
        ("certifications", "-1", 0, "from 0 on"),
        ("certifications", "NaN", 0, "from 0 on"),
        ("certifications", "1.001", 0, "from 0 on"),
        ("certifications", "1", 2, "not come yet"),
    ],
)
def test_numbers_that_are_none_are_refused(cast: Cast, fact: str, value: str, days: int, said: str) -> None:
    with pytest.raises(DomainError, match=said):
        enter_fact(
            cast.channel_manager.actor,
            place(cast),
            fact=fact,
            value=Decimal(value),
            dated=today(cast) + timedelta(days=days),
        )


def test_a_rival_reads_nothing_of_it(cast: Cast) -> None:
    run_tiers(cast)
    certify(cast, 2)
    with acting(cast.rival_rep.actor):
        assert not TierStanding.objects.filter(partnership=cast.partnership).exists()
