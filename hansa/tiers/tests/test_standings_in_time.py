"""Standings over days and months: warned, in grace, lost, and what an exception does to that."""

from datetime import timedelta

import pytest

from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.kernel.errors import DomainError
from hansa.testing.cast import Cast
from hansa.testing.databases import move_clock
from hansa.tiers.actions import (
    approve_change,
    change_tier_terms,
    decline_change,
    grant_exception,
)
from hansa.tiers.tests.running import certify, evaluated, now, place, run_tiers, standing, tier, today


def happened(cast: Cast) -> list[str]:
    with acting(cast.system):
        rows = Event.objects.filter(partnership_id=cast.partnership.pk, name__startswith="tier.")
        return [event.name for event in rows.order_by("id")]


@pytest.fixture
def cast(committed: Cast) -> Cast:
    """The clock moves, so the cast is committed."""
    return committed


def later(days: int) -> None:
    move_clock(f"{days} days")


def test_who_falls_below_is_warned_then_keeps_the_tier_for_its_grace_and_then_loses_it(cast: Cast) -> None:
    run_tiers(cast, demotion="at_once", days_below=14, grace_days=60)
    certify(cast, 2)
    certify(cast, 1, today(cast))
    assert standing(cast).status == "at_risk"
    later(13)
    assert evaluated(cast).status == "at_risk"
    later(15)
    in_grace = evaluated(cast)
    assert (in_grace.status, place(cast).tier.rank) == ("in_grace", 2)
    later(74)
    assert (evaluated(cast).status, place(cast).tier.rank) == ("in_grace", 2)
    later(76)
    assert (evaluated(cast).status, place(cast).tier.rank) == ("qualified", 1)
    assert happened(cast) == ["tier.promoted", "tier.slipped", "tier.grace_began", "tier.demoted"]


def test_what_is_declined_is_not_proposed_again_the_next_day(cast: Cast) -> None:
    run_tiers(cast, approve_promotion=True, cycle="year")
    certify(cast, 2)
    decline_change(cast.channel_manager.actor, standing(cast), reason="Let us meet first.")
    later(1)
    assert evaluated(cast).proposed is None
    with pytest.raises(DomainError, match="No change"):
        approve_change(cast.channel_manager.actor, standing(cast))


def test_an_exception_keeps_the_tier_until_its_day_and_ends_by_itself(cast: Cast) -> None:
    run_tiers(cast, demotion="at_once", days_below=0, grace_days=0)
    grant_exception(
        cast.channel_manager.actor,
        place(cast),
        tier=tier(cast, 3),
        until=today(cast) + timedelta(days=30),
        reason="They move offices.",
    )
    assert (place(cast).tier.rank, standing(cast).status) == (3, "qualified")
    later(29)
    evaluated(cast)
    assert place(cast).tier.rank == 3
    later(32)
    evaluated(cast)
    assert place(cast).tier.rank == 1


def test_a_standstill_takes_nobodys_grace(cast: Cast) -> None:
    run_tiers(cast, cycle="month", days_below=14, grace_days=20)
    certify(cast, 2)
    certify(cast, 1)
    later(200)  # nobody evaluated for half a year, and the partner has heard of no grace
    found = evaluated(cast)
    assert (found.status, place(cast).tier.rank) == ("in_grace", 2)
    assert found.grace_until - now(cast) >= timedelta(days=20)


def test_the_first_of_many_ends_that_have_passed_is_judged_too(cast: Cast) -> None:
    run_tiers(cast, cycle="month", promotion="period_end", periods={"certifications": "quarter"})
    certify(cast, 2)
    assert place(cast).tier.rank == 1
    later(300)
    evaluated(cast)
    assert happened(cast)[0] == "tier.promoted"


def test_who_is_evaluated_again_begins_anew(cast: Cast) -> None:
    run_tiers(cast, demotion="at_once", days_below=14, grace_days=60)
    certify(cast, 2)
    certify(cast, 1)
    assert standing(cast).status == "at_risk"
    change_tier_terms(cast.vendor_admin.actor, cast.program, running=False)
    assert standing(cast).evaluated_at is None
    later(100)
    change_tier_terms(cast.vendor_admin.actor, cast.program, running=True)
    found = evaluated(cast)
    assert (found.status, now(cast) - found.below_since < timedelta(days=1)) == ("at_risk", True)


def test_a_tier_lost_at_a_periods_end_is_judged_by_what_was_true_until_then(cast: Cast) -> None:
    run_tiers(cast, cycle="month", days_below=0, grace_days=1, periods={"certifications": "year"})
    certify(cast, 2)
    certify(cast, 1)
    later(1)
    assert evaluated(cast).status == "in_grace"
    later(100)  # nobody evaluated for three months: the end of the first has passed
    lost = evaluated(cast)
    assert lost.held == 1
    assert lost.since.day == 1
