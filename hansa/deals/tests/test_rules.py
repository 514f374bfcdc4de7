"""Each rule of the approval table, by the facts that fire it."""

from typing import Any

import pytest

from hansa.deals.models import Status
from hansa.deals.rules import APPROVAL, EXTENSION, REGISTRATION, rule
from hansa.rulebook.dmn.writing import write_table
from hansa.rulebook.policies import Policy, told
from hansa.tiers.facts import TYPE_FACTS

FREE: dict[str, Any] = {
    "own_claim": False,
    "protected": False,
    "direct_opportunity": False,
    "direct_lead": False,
    "earlier_claim": False,
    "similar_conflict": False,
    "held_until_lately": False,
    "crm_account": False,
    "similarity": None,
    "evidence_required": False,
    "evidence_given": False,
    "in_territory": True,
    "has_web_address": True,
    "days_to_close": 70,
    "deal_type": "new",
    "tier_rank": 1,
    "amount_minor": 5_000_000,
    **dict.fromkeys(TYPE_FACTS, False),
}
FIRES: dict[str, tuple[dict[str, Any], Status]] = {
    "own-claim": ({"own_claim": True}, Status.DUPLICATE),
    "protected": ({"protected": True}, Status.DUPLICATE),
    "direct-opportunity": ({"direct_opportunity": True}, Status.DUPLICATE),
    "direct-lead": ({"direct_lead": True}, Status.DUPLICATE),
    "earlier-claim": ({"earlier_claim": True}, Status.UNDER_REVIEW),
    "similar-company": ({"similar_conflict": True}, Status.UNDER_REVIEW),
    "held-until-lately": ({"held_until_lately": True}, Status.UNDER_REVIEW),
    "known-account": ({"crm_account": True}, Status.UNDER_REVIEW),
    "no-evidence": ({"evidence_required": True}, Status.UNDER_REVIEW),
    "outside-territory": ({"in_territory": False}, Status.UNDER_REVIEW),
    "no-web-address": ({"has_web_address": False}, Status.UNDER_REVIEW),
    "far-away": ({"days_to_close": 366}, Status.UNDER_REVIEW),
    "new-customer": ({}, Status.APPROVED),
}


def test_every_rule_is_tried() -> None:
    assert list(FIRES) == [row.id for row in APPROVAL.built_in.table.rows]


@pytest.mark.parametrize("row", FIRES)
def test_a_rule_decides(row: str) -> None:
    facts, status = FIRES[row]
    ruling = rule(FREE | facts, usual_days=90)
    assert (ruling.answers[0].row.id, ruling.status) == (row, status)


@pytest.mark.parametrize("row", FIRES)
def test_a_rule_goes_before_those_beneath_it(row: str) -> None:
    facts: dict[str, Any] = {}
    for lower in reversed(FIRES):
        facts |= FIRES[lower][0]
        if lower == row:
            break
    assert rule(FREE | facts, usual_days=90).answers[0].row.id == row


@pytest.mark.parametrize(
    ("facts", "days"), [({}, 90), ({"tier_rank": 3}, 120), ({"tier_rank": 3, "deal_type": "renewal"}, 90)]
)
def test_the_tier_lengthens_a_protection_but_not_a_renewals(facts: dict[str, Any], days: int) -> None:
    assert rule(FREE | facts, usual_days=90).protection_days == days


def test_a_rule_that_rests_on_the_vendors_facts_shows_partners_another() -> None:
    for policy in REGISTRATION:
        rules = policy.built_in
        for place, row in enumerate(rules.table.rows):
            assert (told(rules, place).id != row.id) == (place in rules.vendors_own), row.id
    assert len(APPROVAL.built_in.vendors_own) == 7


@pytest.mark.parametrize("policy", [*REGISTRATION, EXTENSION], ids=lambda policy: policy.name)
def test_the_built_in_tables_are_fit_for_their_policies(policy: Policy) -> None:
    assert policy.read(write_table(policy.built_in.table)) == policy.built_in.table
