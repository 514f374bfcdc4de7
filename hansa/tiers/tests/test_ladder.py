"""How standings move: a tier is never lost before its grace ends, and a better partner never has a lower tier."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.tiers.criteria import rank_of, ways_above
from hansa.tiers.facts import FACTS, MONTHS_ENROLLED, TYPE_FACTS
from hansa.tiers.ladder import AT_RISK, DEMOTED, IN_GRACE, PROMOTED, PROPOSED, QUALIFIED, Place, Rungs, step
from hansa.tiers.periods import ends_between, months_between, next_end
from hansa.tiers.rules import CRITERIA

ZONE = ZoneInfo("Europe/Amsterdam")
START = datetime(2026, 1, 15, 2, tzinfo=UTC)
KNOWN = {fact.name: None if fact.entered else 0 for fact in FACTS} | {MONTHS_ENROLLED: 3}
KNOWN |= dict.fromkeys(TYPE_FACTS, False)


def rungs(**other: Any) -> Rungs:
    usual = {
        "promotion_at_end": False,
        "demotion_at_end": True,
        "promotion_asks": False,
        "demotion_asks": False,
        "below": timedelta(days=14),
        "grace": timedelta(days=60),
        "next_end": lambda at: next_end("quarter", at, ZONE),
    }
    return Rungs(**{**usual, **other})


def lived(place: Place, ranks: list[int], terms: Rungs) -> list[tuple[datetime, Place, str]]:
    """A day after the other with these ranks, the ends of quarters among them."""
    told, before = [], START
    for day, rank in enumerate(ranks):
        at = START + timedelta(days=day)
        for end in ends_between("quarter", before, at, ZONE):
            done = step(place, rank, end, terms, ends=True)
            place = done.place
            told.append((end, place, done.happened))
        done = step(place, rank, at, terms)
        place, before = done.place, at
        told.append((at, place, done.happened))
    return told


@given(
    st.lists(st.sampled_from([1, 2, 3]), min_size=1, max_size=400),
    st.integers(0, 40),
    st.integers(0, 120),
    st.booleans(),
)
def test_no_tier_is_lost_before_its_grace_ends(ranks: list[int], below: int, grace: int, at_end: bool) -> None:
    terms = rungs(below=timedelta(days=below), grace=timedelta(days=grace), demotion_at_end=at_end)
    held, below_since = 3, None
    for at, place, happened in lived(Place(3), ranks, terms):
        if happened == DEMOTED:
            assert below_since is not None or below == grace == 0 or (at_end and below == 0)
            assert at - (below_since or at) >= timedelta(days=below + grace)
            assert not at_end or at.astimezone(ZONE).hour == at.astimezone(ZONE).minute == 0
        else:
            assert place.held >= held
        held, below_since = place.held, place.below_since


@given(st.lists(st.sampled_from([1, 2, 3]), min_size=1, max_size=200))
def test_where_a_person_decides_no_tier_moves_by_itself(ranks: list[int]) -> None:
    terms = rungs(promotion_asks=True, demotion_asks=True)
    assert {place.held for _, place, _ in lived(Place(2), ranks, terms)} == {2}


def test_a_partner_below_its_tier_is_at_risk_then_in_grace_then_loses_it_at_the_periods_end() -> None:
    told = [(at, happened) for at, _, happened in lived(Place(3), [1] * 200, rungs()) if happened]
    assert [happened for _, happened in told] == ["slipped", "grace_began", "demoted"]
    assert told[1][0] - told[0][0] == timedelta(days=14)
    assert told[2][0] == datetime(2026, 4, 1, tzinfo=ZONE)  # 30 March is the end of the grace, 1 April of the quarter


def test_who_recovers_in_time_keeps_the_tier_and_starts_anew() -> None:
    told = [(place, happened) for _, place, happened in lived(Place(3), [1] * 20 + [3] + [1] * 10, rungs()) if happened]
    assert [happened for _, happened in told] == ["slipped", "grace_began", "recovered", "slipped"]
    assert told[2][0] == Place(3)


def test_a_promotion_can_wait_for_the_periods_end() -> None:
    told = lived(Place(1), [2] * 90, rungs(promotion_at_end=True))
    [at] = [at for at, _, happened in told if happened == PROMOTED]
    assert at == datetime(2026, 4, 1, tzinfo=ZONE)


def test_what_was_declined_is_proposed_again_when_the_period_ends() -> None:
    terms = rungs(promotion_asks=True)
    declined = Place(1, declined=2)
    assert step(declined, 2, START, terms).happened == ""
    assert step(declined, 3, START, terms).happened == PROPOSED
    assert step(declined, 2, START, terms, ends=True).happened == PROPOSED


def test_a_proposal_is_gone_with_its_reason() -> None:
    assert step(Place(1, proposed=2), 1, START, rungs(promotion_asks=True)).place == Place(1)


def test_an_exception_keeps_the_tier_and_ends_the_grace() -> None:
    in_grace = Place(3, IN_GRACE, START, START + timedelta(days=9))
    assert step(in_grace, 1, START, rungs(), floor=3).place == Place(3)
    assert step(Place(3), 1, START, rungs()).place.status == AT_RISK


def test_an_exception_to_a_higher_tier_counts_at_once() -> None:
    done = step(Place(1), 1, START, rungs(promotion_asks=True, promotion_at_end=True), floor=2)
    assert (done.place, done.happened, done.excepted) == (Place(2, QUALIFIED), PROMOTED, True)


@pytest.mark.parametrize("terms", [{"promotion_asks": True}, {"promotion_at_end": True}])
def test_an_exception_lets_through_no_more_than_it_grants(terms: dict[str, bool]) -> None:
    done = step(Place(1), 3, START, rungs(**terms), floor=2)
    assert (done.place.held, done.happened, done.excepted) == (2, PROMOTED, True)
    waiting = step(Place(1, proposed=3), 3, START, rungs(promotion_asks=True), floor=2)
    assert waiting.place == Place(2, proposed=3)
    declined = step(Place(1, declined=3), 3, START, rungs(promotion_asks=True), floor=2)
    assert step(declined.place, 3, START, rungs(promotion_asks=True), floor=2).happened == ""


def test_who_qualifies_for_more_than_an_exception_grants_has_it_where_nobody_is_asked() -> None:
    done = step(Place(1), 3, START, rungs(), floor=2)
    assert (done.place, done.excepted) == (Place(3), False)


def test_a_grace_is_never_over_before_the_partner_hears_of_it() -> None:
    late = START + timedelta(days=100)
    begun = step(Place(2, AT_RISK, START), 1, START + timedelta(days=20), rungs(), ends=True, told=late)
    assert begun.happened == "grace_began"
    assert begun.place.grace_until == datetime(2026, 7, 1, tzinfo=ZONE)


def test_every_end_of_a_period_that_has_passed_is_judged() -> None:
    assert len(ends_between("month", START, START + timedelta(days=400), ZONE)) == 13


def test_full_months_are_counted_by_the_vendors_days() -> None:
    joined, at = datetime(2026, 1, 14, 23, 30, tzinfo=UTC), datetime(2026, 2, 14, 12, tzinfo=UTC)
    assert months_between(joined, at, ZoneInfo("UTC")) == 1
    assert months_between(joined, at, ZONE) == 0  # there it joined on the 15th


def test_no_way_leads_to_a_tier_that_the_program_has_not() -> None:
    rules = CRITERIA.built_in
    assert {way.rank for way in ways_above(rules, KNOWN, 1, (1, 2, 3))} == {2, 3}
    assert {way.rank for way in ways_above(rules, KNOWN, 1, (1, 2))} == {2}
    assert ways_above(rules, KNOWN, 2, (1, 2)) == []


numbers = st.decimals(0, 10**6, places=2)


@given(numbers, st.integers(0, 30), st.integers(0, 30), numbers, st.integers(0, 9), st.integers(0, 9))
def test_who_brings_more_never_qualifies_for_less(
    revenue: Decimal, approved: int, won: int, more: Decimal, plus: int, also: int
) -> None:
    rules = CRITERIA.built_in
    less = {**KNOWN, "revenue_sourced": revenue, "approved_registrations": approved, "won_deals": won}
    better = {
        **less,
        "revenue_sourced": revenue + more,
        "approved_registrations": approved + plus,
        "won_deals": won + also,
    }
    assert rank_of(rules, better) >= rank_of(rules, less)


@given(numbers, st.integers(0, 30), st.integers(0, 30))
def test_who_brings_what_is_missing_has_the_next_tier(revenue: Decimal, approved: int, won: int) -> None:
    rules = CRITERIA.built_in
    facts = {**KNOWN, "revenue_sourced": revenue, "approved_registrations": approved, "won_deals": won}
    for way in ways_above(rules, facts, rank_of(rules, facts), (1, 2, 3)):
        brought = {one.fact: (one.has or 0) + one.missing for one in way.missing}
        assert rank_of(rules, {**facts, **brought}) == way.rank
        assert way.percent < 100


@pytest.mark.parametrize(
    ("cycle", "at", "end"),
    [
        ("quarter", "2026-03-31T21:59:59+00:00", "2026-04-01"),
        ("quarter", "2026-03-31T22:00:00+00:00", "2026-04-01"),
        ("year", "2026-02-01T00:00:00+00:00", "2027-01-01"),
        ("month", "2026-12-31T23:00:00+00:00", "2027-01-01"),
    ],
)
def test_periods_end_at_the_vendors_midnight(cycle: str, at: str, end: str) -> None:
    assert next_end(cycle, datetime.fromisoformat(at), ZONE).strftime("%Y-%m-%d %H:%M") == f"{end} 00:00"
