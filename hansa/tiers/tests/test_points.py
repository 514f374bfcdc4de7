"""Points towards a tier: what adds them up, what they decide, and what is kept of it."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.core.tenancy import acting
from hansa.rulebook.dmn.syntax import Malformed
from hansa.rulebook.dmn.to_python import compile_table
from hansa.rulebook.models import Decision
from hansa.rulebook.policies import Rules
from hansa.rulebook.rerun import proofs_of, rerun
from hansa.rulebook.scope import Scope
from hansa.testing.cast import Cast
from hansa.testing.databases import move_clock
from hansa.tiers.actions import change_tier_terms
from hansa.tiers.criteria import rank_of, ways_above
from hansa.tiers.facts import TYPE_FACTS
from hansa.tiers.models import TierStanding
from hansa.tiers.points import points_of, weights_of, within_reach
from hansa.tiers.published import table_of
from hansa.tiers.rules import CRITERIA, POINTS
from hansa.tiers.tests.running import (
    BY_POINTS,
    WEIGHTS,
    certify,
    count_points,
    evaluated,
    place,
    publish,
    run_tiers,
    standing,
)
from hansa.tiers.tests.test_ladder import KNOWN

DOUBLE = (["certifications"], [((">= 2",), {"points": "100"}, "Two certifications count double.")])


def rules_of(policy: Any, columns: Any, rows: Any) -> Rules:
    return Rules(policy, "1", compile_table(policy.read(table_of(policy, columns, rows).encode())))


def last_decision(cast: Cast) -> Decision:
    with acting(cast.system):
        found: Decision = Decision.objects.filter(subject_id=standing(cast).pk).latest("at", "id")
        return found


numbers = st.one_of(st.none(), st.integers(0, 20))
a_lot = st.decimals(0, 10**6, places=2)


@given(a_lot, st.integers(0, 30), numbers, st.sampled_from(sorted(TYPE_FACTS)))
def test_the_tables_that_hansa_comes_with_count_no_points(sold: Decimal, won: int, skilled: Any, kind: str) -> None:
    facts = {**KNOWN, "revenue_sourced": sold, "won_deals": won, "certifications": skilled, kind: True}
    rules = POINTS.built_in
    assert (points_of(rules, facts), weights_of(rules, facts), within_reach(rules, facts)) == (0, [], 0)
    assert "points" not in CRITERIA.built_in.asked


def test_an_installation_without_points_goes_on_as_it_was(cast: Cast, browse: Any) -> None:
    run_tiers(cast)
    certify(cast, 2)
    before = standing(cast)
    with acting(cast.system):  # as it was kept before there were points
        TierStanding.objects.filter(pk=before.pk).update(facts={k: v for k, v in before.facts.items() if k != "points"})
        decisions = Decision.objects.count()
    after = evaluated(cast)
    assert (after.held, after.since, after.status, after.closeness) == (2, before.since, "qualified", before.closeness)
    with acting(cast.system):
        assert Decision.objects.count() == decisions
    assert "Points" not in browse(cast.partner_rep).get("/w/northwind-fabrikam/tier/").content.decode()


def test_points_bring_a_tier_and_the_decision_says_which_rows_brought_them(cast: Cast) -> None:
    count_points(cast)
    certify(cast, 1)
    assert place(cast).tier.rank == 1
    certify(cast, 2)
    assert (place(cast).tier.rank, standing(cast).facts["points"]) == (2, 40)
    decision = last_decision(cast)
    assert (decision.facts["points"], decision.outputs) == (40, {"rank": 2, "points": 40})
    criteria, points = decision.answers
    assert (criteria["policy"], criteria["version"], criteria["row"]) == ("tier-criteria", "2", "row_2")
    assert (points["policy"], points["version"], points["row"]) == ("tier-points", "1", "row_1")


def test_an_auditor_adds_the_points_up_again_by_the_table_of_then(cast: Cast) -> None:
    count_points(cast)
    certify(cast, 5)
    decision = last_decision(cast)
    assert decision.answers[1]["row"] == "row_1 + row_3"
    publish(cast, POINTS, *DOUBLE)
    with acting(cast.system):
        proof = proofs_of(cast.system, [decision])[decision.pk]
        again = rerun(decision, proof)
        assert (again.same, [one.version for one in again.answers]) == (True, ["2", "1"])
        proof.answers[1]["outputs"] = {"points": 41}
        assert not rerun(decision, proof).same


def test_thresholds_stand_beside_points_in_one_row(cast: Cast) -> None:
    count_points(cast)
    certify(cast, 9)
    assert (standing(cast).facts["points"], place(cast).tier.rank) == (70, 2)
    rows = [((">= 70", ">= 9"), {"rank": "3"}, "Gold: seventy points, and nine certifications.")]
    publish(cast, CRITERIA, ["points", "certifications"], [*rows, (("-", "-"), {"rank": "1"}, "Everybody.")])
    evaluated(cast)
    assert place(cast).tier.rank == 3


def test_a_pilots_points_are_its_partners_alone(cast: Cast) -> None:
    count_points(cast)
    certify(cast, 2)
    publish(cast, POINTS, *DOUBLE, Scope(pilot="Skills first", partners=[cast.partnership]))
    evaluated(cast)
    assert (standing(cast).facts["points"], place(cast).tier.rank) == (100, 3)
    with acting(cast.system):
        others = TierStanding.objects.exclude(partnership=cast.partnership)
        assert {one.facts["points"] for one in others} == {0}


def test_a_past_end_of_a_period_is_judged_by_the_points_of_then(committed: Cast) -> None:
    cast = committed
    publish(cast, CRITERIA, *BY_POINTS)
    publish(cast, POINTS, *WEIGHTS)
    terms = {"cycle": "month", "promotion": "period_end", "approve_demotion": False}
    change_tier_terms(cast.vendor_admin.actor, cast.program, running=True, **terms)
    certify(cast, 2)
    assert place(cast).tier.rank == 1
    move_clock("40 days")  # nobody evaluated at the end of the month, and now points count double
    publish(cast, POINTS, *DOUBLE)
    assert evaluated(cast).qualified == 3
    assert place(cast).tier.rank == 2
    assert last_decision(cast).answers[1]["version"] == "1"


def test_where_no_row_of_the_criteria_fits_the_points_are_kept_too(cast: Cast) -> None:
    count_points(cast)
    certify(cast, 2)
    publish(cast, CRITERIA, ["points"], [((">= 1000",), {"rank": "3"}, "Gold alone.")])
    change_tier_terms(cast.vendor_admin.actor, cast.program, days_below=0, grace_days=0, demotion="at_once")
    evaluated(cast)
    decision = last_decision(cast)
    assert (decision.outputs, decision.facts["points"]) == ({"rank": 1}, 40)
    [points] = decision.answers
    assert (points["version"], points["outputs"]) == ("1", {"points": 40})
    with acting(cast.system):
        proof = proofs_of(cast.system, [decision])[decision.pk]
        assert (proof.facts, proof.answers) == (decision.facts, [points])
        assert rerun(decision, proof).same


@given(numbers, st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.booleans())
def test_who_brings_more_never_has_fewer_points_nor_a_lower_tier(
    skilled: int | None, won: int, plus: int, also: int, services: bool
) -> None:
    points, criteria = rules_of(POINTS, *WEIGHTS), rules_of(CRITERIA, *BY_POINTS)
    less = {**KNOWN, "certifications": skilled, "won_deals": won, "is_services": services}
    more = {**less, "certifications": (skilled or 0) + plus, "won_deals": won + also}
    fewer, many = (points_of(points, facts) for facts in (less, more))
    assert many >= fewer
    assert rank_of(criteria, {**more, "points": many}) >= rank_of(criteria, {**less, "points": fewer})


@given(numbers, st.integers(0, 9), st.booleans())
def test_points_are_missing_only_where_rows_are_named_that_bring_them(
    skilled: int | None, won: int, services: bool
) -> None:
    points, criteria = rules_of(POINTS, *WEIGHTS), rules_of(CRITERIA, *BY_POINTS)
    facts: dict[str, Any] = {**KNOWN, "certifications": skilled, "won_deals": won, "is_services": services}
    facts["points"] = has = points_of(points, facts)
    weights, reach = weights_of(points, facts), within_reach(points, facts)
    assert has == sum(weight.points for weight in weights if weight.counts)
    brought = {**facts}
    for one in (one for weight in weights if weight.open for one in weight.missing):
        brought[one.fact] = max(brought[one.fact] or 0, one.least or 0)
    assert points_of(points, brought) == reach == has + sum(weight.points for weight in weights if weight.open)
    for way in ways_above(criteria, facts, rank_of(criteria, facts), (1, 2, 3), reach=reach):
        assert all(one.fact != "points" or one.missing <= reach - has for one in way.missing)


@pytest.mark.parametrize(
    ("has", "reach", "opens"), [(None, 50, [True, True]), (3, 50, [False, True]), (9, 30, [False, False])]
)
def test_more_of_a_number_does_not_meet_what_has_an_upper_bound(has: int | None, reach: int, opens: list[bool]) -> None:
    rows = [(("[2..5]",), {"points": "20"}, "Two to five."), (("> 4",), {"points": "30"}, "More than four.")]
    rules, facts = rules_of(POINTS, ["certifications"], rows), {**KNOWN, "certifications": has}
    assert [weight.open for weight in weights_of(rules, facts)] == opens
    assert within_reach(rules, facts) == reach


@pytest.mark.parametrize(("has", "reach"), [(0, 40), (1, 40), (4, 10), (12, 10)])
def test_a_row_with_an_upper_bound_is_within_reach_alone(has: int, reach: int) -> None:
    rows = [(("[1..3]",), {"points": "40"}, "One to three."), ((">= 10",), {"points": "10"}, "Ten.")]
    rules, criteria = rules_of(POINTS, ["won_deals"], rows), rules_of(CRITERIA, *BY_POINTS)
    facts = {**KNOWN, "won_deals": has}
    facts["points"] = points_of(rules, facts)
    assert within_reach(rules, facts) == reach
    ways = ways_above(criteria, facts, rank_of(criteria, facts), (1, 2, 3), reach=reach)
    assert [way.rank for way in ways] == ([2] if has == 0 else [])


BOUNDED = [
    (("[1..3]", "-"), {"points": "40"}, "One to three certifications."),
    (("not(< 2)", "< 5"), {"points": "20"}, "Two certifications, and fewer than five deals."),
    (("4, >= 6", ">= 2"), {"points": "30"}, "Four certifications or six, and two deals."),
    (("-", "[3..8]"), {"points": "50"}, "Three to eight deals."),
]


@given(numbers, st.integers(0, 9))
def test_with_upper_bounds_too_each_open_row_brings_what_is_within_reach(skilled: int | None, won: int) -> None:
    rules = rules_of(POINTS, ["certifications", "won_deals"], BOUNDED)
    facts: dict[str, Any] = {**KNOWN, "certifications": skilled, "won_deals": won}
    reach = within_reach(rules, facts)
    assert reach >= points_of(rules, facts)
    for weight in weights_of(rules, facts):
        needs = {one.fact: one.least for one in weight.missing}
        if weight.open and None not in needs.values():
            brought = {**facts, **needs}
            assert reach >= points_of(rules, brought) >= weight.points
            assert all(one.counts for one in weights_of(rules, brought) if one.note == weight.note)


def test_no_way_asks_for_more_points_than_a_partner_can_have() -> None:
    criteria = rules_of(CRITERIA, *BY_POINTS)
    facts = {**KNOWN, "points": 0}
    assert [way.rank for way in ways_above(criteria, facts, 1, (1, 2, 3), reach=99)] == [2]
    assert ways_above(criteria, facts, 1, (1, 2, 3)) == []


@pytest.mark.parametrize("cell", ["not(< 3)", "3, >= 5", "not(<= 2.5)", "not(< 3, > 9)", "[3..9]", "3"])
def test_a_row_is_open_however_its_cell_says_how_much_it_asks(cell: str) -> None:
    points = rules_of(POINTS, ["won_deals"], [((cell,), {"points": "40"}, "Three deals.")])
    criteria, facts = rules_of(CRITERIA, *BY_POINTS), {**KNOWN, "points": 0}
    [weight] = weights_of(points, facts)
    assert (weight.open, within_reach(points, facts)) == (True, 40)
    assert [way.rank for way in ways_above(criteria, facts, 1, (1, 2, 3), reach=40)] == [2]
    assert [one.counts for one in weights_of(points, {**KNOWN, "won_deals": 3})] == [True]


def test_the_next_number_of_a_list_is_asked_of_who_is_past_the_first() -> None:
    rules = rules_of(POINTS, ["won_deals"], [(("3, >= 5",), {"points": "40"}, "Three, or five.")])
    [weight] = weights_of(rules, {**KNOWN, "won_deals": 4})
    assert (weight.open, weight.missing[0].missing) == (True, 1)


def test_a_row_that_asks_for_facts_together_is_open_without_a_number() -> None:
    dmn = table_of(POINTS, ["won_deals"], [((">= 3",), {"points": "40"}, "Three of both.")])
    together = dmn.replace("<text>won_deals</text>", "<text>won_deals + registrations</text>")
    [weight] = weights_of(Rules(POINTS, "1", compile_table(POINTS.read(together.encode()))), KNOWN)
    assert (weight.open, weight.missing[0].missing) == (True, None)


def test_a_table_without_rows_counts_none() -> None:
    rules = rules_of(POINTS, ["won_deals"], [])
    assert (points_of(rules, KNOWN), rules.evaluate(KNOWN).outputs, rules.evaluate(KNOWN).row_id) == (
        0,
        {"points": 0},
        "",
    )


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        (' aggregation="SUM"', "", r"adds up every row that fits, and COLLECT does not: choose COLLECT SUM \(C\+\)"),
        ('"SUM"', '"MAX"', "and COLLECT MAX does not"),
        ('hitPolicy="COLLECT" aggregation="SUM"', 'hitPolicy="FIRST"', "and FIRST does not"),
        ("<text>40</text>", "<text>-40</text>", "no whole number from 0 to 100000"),
        ("<text>40</text>", "<text>0.5</text>", "no whole number"),
        (
            'name="points" typeRef="number" />',
            'name="points" typeRef="number"><defaultOutputEntry><text>5</text></defaultOutputEntry></output>',
            "nothing to add up",
        ),
    ],
)
def test_a_table_of_points_adds_up_whole_numbers_and_nothing_else(was: str, becomes: str, said: str) -> None:
    dmn = table_of(POINTS, *WEIGHTS)
    assert was in dmn
    with pytest.raises(Malformed, match=said):
        POINTS.read(dmn.replace(was, becomes).encode())


def test_all_other_policies_want_one_answer_still() -> None:
    dmn = table_of(CRITERIA, *BY_POINTS).replace('hitPolicy="FIRST"', 'hitPolicy="COLLECT" aggregation="SUM"')
    with pytest.raises(Malformed, match="wants one answer, and COLLECT SUM gives many"):
        CRITERIA.read(dmn.encode())
