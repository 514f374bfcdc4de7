"""What each side reads of a decision: the row, its facts, and what would have turned it."""

from itertools import product
from typing import Any

import pytest
from django.utils import timezone

from hansa.core.tenancy import acting
from hansa.core.web.said import money_in_words
from hansa.deals.actions import approve_deal
from hansa.deals.rules import APPROVAL, rule
from hansa.deals.tests.test_rules import FREE
from hansa.rulebook.counterfactual import better_turn, other_turns
from hansa.rulebook.dmn.to_python import compile_table
from hansa.rulebook.models import Decision, DecisionEvidence
from hansa.rulebook.policies import Rules
from hansa.rulebook.record import decided
from hansa.rulebook.sentences import sentence
from hansa.rulebook.tests.test_policy_versions import BUILT_IN, published
from hansa.testing.cast import Cast, Person, chief_of
from hansa.testing.machine import machine

CLOSER = "With 365 days or less to the expected close, this would have been approved at once."
FREE_DUPLICATES = BUILT_IN.replace(
    '"duplicate"</text>\n        </outputEntry>', '"approved"</text>\n        </outputEntry>'
)
BY_AMOUNT = BUILT_IN.replace("<text>days_to_close</text>", "<text>amount_minor</text>").replace(
    "&gt; 365", "&gt; 1500000"
)
HIDDEN = [fact.name for fact in APPROVAL.vocabulary if fact.audience == "vendor" and fact.name != "similarity"]


def facts(**changes: Any) -> dict[str, Any]:
    words = {fact.name for fact in APPROVAL.vocabulary}
    return {name: value for name, value in (FREE | changes).items() if name in words}


def shown(**changes: Any) -> dict[str, Any]:
    """The facts that the partner sees."""
    own = {fact.name for fact in APPROVAL.vocabulary if fact.audience == "partner"}
    return {name: value for name, value in facts(**changes).items() if name in own}


def latest(person: Person) -> Decision:
    with acting(person.actor):
        return Decision.objects.visible_to(person.actor).latest("at", "id")


@pytest.mark.parametrize(
    ("row", "changes", "said"),
    [
        ("far-away", {"days_to_close": 400}, CLOSER),
        ("no-web-address", {"has_web_address": False}, "With the customer's own web address, this would have been"),
        ("no-evidence", {"evidence_required": True}, "With evidence, this would have been approved at once."),
        (
            "no-web-address",
            {"has_web_address": False, "days_to_close": 400},
            "With the customer's own web address and 365 days or less to the expected close, this would have been",
        ),
    ],
)
def test_the_smallest_change_in_a_sentence(row: str, changes: dict[str, Any], said: str) -> None:
    found = better_turn(APPROVAL.built_in, row, shown(**changes))
    assert found
    assert sentence(APPROVAL, found, "EUR").startswith(said)
    after = {change.fact: change.to for change in found.changes}
    assert rule(FREE | changes | after, usual_days=90).status == "approved"


def test_an_amount_that_would_have_turned_it_is_said_as_money() -> None:
    rules = rules_from(BY_AMOUNT)
    found = better_turn(rules, "far-away", shown(amount_minor=84_000_00))
    assert found
    said = "With an amount of €15,000 or less, this would have been approved at once."
    assert sentence(APPROVAL, found, "EUR") == said


@pytest.mark.parametrize("row", ["own-claim", "outside-territory", "new-customer", "customer-taken", "protected", "?"])
def test_what_nobody_could_change_or_may_know_has_none(row: str) -> None:
    changes = {"own_claim": row == "own-claim", "in_territory": row != "outside-territory"}
    assert better_turn(APPROVAL.built_in, row, shown(**changes)) is None


def test_where_the_hidden_facts_come_after_the_row_nothing_is_promised() -> None:
    table = BUILT_IN.replace('id="far-away"', 'id="moved"')
    rows = table.split("<rule ")
    moved = next(each for each in rows if each.startswith('id="moved"'))
    rules = rules_from("<rule ".join([rows[0], moved, *(each for each in rows[1:] if each is not moved)]))
    assert rules.table.rows[0].id == "moved"
    assert better_turn(rules, "moved", shown(days_to_close=400)) is None


def test_cases_that_look_alike_have_the_same_record_and_the_same_words(cast: Cast) -> None:
    """Over all that may be hidden: what partners are told is a function of what they see and of the answer."""
    for far, web in product((70, 400), (True, False)):
        told: dict[Any, set[str]] = {}
        for hidden in product((False, True), repeat=len(HIDDEN)):
            case = FREE | {"days_to_close": far, "has_web_address": web} | dict(zip(HIDDEN, hidden, strict=True))
            ruling = rule(case, usual_days=90)
            decision, _ = decided(
                cast.system, cast.partnership.pk, cast.partnership.pk, ruling.answers, evidence=(), at=timezone.now()
            )
            said = [decision.facts, decision.version, decision.outputs, decision.fired, decision.answers]
            told.setdefault((ruling.status, decision.note), set()).add(str([*said, decision.hint]))
        assert {len(each) for each in told.values()} == {1}


def test_the_version_that_partners_read_does_not_tell_that_a_rival_is_protected(cast: Cast) -> None:
    published(cast, chief_of(cast), dmn=FREE_DUPLICATES)
    cast.register()
    assert cast.register(cast.rival_rep).status == "duplicate"
    decision = latest(cast.rival_rep)
    assert (decision.version, decision.answers[0]["version"], decision.answers[0]["row"]) == (
        "1",
        "1",
        "customer-taken",
    )
    with acting(cast.deal_desk.actor):
        [first, *_] = DecisionEvidence.objects.get(decision=decision).answers
    assert (first["version"], first["asked"], first["row"]) == (APPROVAL.built_in.version, "1", "protected")


def test_what_a_row_leads_to_is_not_told_where_it_rests_on_the_vendors_facts(cast: Cast) -> None:
    decision, proof = decided(
        cast.system,
        cast.partnership.pk,
        cast.partnership.pk,
        rule(FREE | {"similar_conflict": True}, usual_days=90).answers,
        evidence=(),
        at=timezone.now(),
    )
    assert decision.outputs["because"] is None
    assert proof.answers[0]["outputs"]["because"] == "resembles"


def test_the_vendor_reads_what_else_the_table_could_have_said() -> None:
    found = other_turns(APPROVAL.built_in, facts(protected=True))
    assert [turn.answer for turn in found.found] == ["approved", "under_review"]
    assert (
        sentence(APPROVAL, found.found[0], "EUR")
        == "Without another one protected, this would have been approved at once."
    )


def test_the_partner_reads_its_projection_on_the_deals_page_and_on_the_decisions(cast: Cast, browse: Any) -> None:
    deal = cast.register(expected_close=cast.far_away)
    decision, client = latest(cast.partner_rep), browse(cast.partner_rep)
    page = client.get(f"/w/northwind-fabrikam/deals/{deal.public_id}/").content.decode()
    assert f"/w/northwind-fabrikam/decisions/{decision.public_id}/" in page
    assert "Decided before" not in page
    own = client.get(f"/w/northwind-fabrikam/decisions/{decision.public_id}/").content.decode()
    assert "<b>Rule 7</b>" in own
    assert "From today to the expected close" in own
    assert "500 days" in own
    assert money_in_words(deal.amount_minor, deal.currency) in own
    assert "minor units" not in page + own
    assert CLOSER in own
    assert own.index(decision.hint) < own.index(CLOSER)
    assert "direct opportunity" not in own
    assert "What else it could have been" not in own
    assert f"deals/{deal.public_id}/" in own


def test_a_duplicate_is_the_same_to_read_whatever_it_rests_on(cast: Cast, browse: Any) -> None:
    cast.register()
    cast.register(cast.rival_rep)
    decision = latest(cast.rival_rep)
    page = browse(cast.rival_rep).get(f"/w/northwind-proseware/decisions/{decision.public_id}/").content.decode()
    assert "This customer is taken" in page
    assert "Another registration" not in page
    assert "<b>Rule 2</b>" in page
    assert browse(cast.partner_rep).get(f"/w/northwind-fabrikam/decisions/{decision.public_id}/").status_code == 404


def test_the_vendor_reads_all_facts_the_row_the_alternatives_and_the_version(cast: Cast, browse: Any) -> None:
    cast.register()
    cast.register(cast.rival_rep)
    decision = latest(cast.rival_rep)
    page = browse(cast.vendor_admin).get(f"/w/northwind/decisions/{decision.public_id}/").content.decode()
    assert "<b>Rule 2</b>" in page
    assert "Another registration is protected" in page
    assert "Without another one protected, this would have been approved at once." in page
    assert "/w/northwind/program/policies/registration-approval/" in page
    assert ">the built-in rules</a>" in page
    assert f"<code>{decision.version}</code>" in page
    assert f"version {decision.version}" not in page


def test_the_api_shows_each_side_its_share(cast: Cast) -> None:
    deal = cast.register(expected_close=cast.far_away)
    partner, vendor = machine(cast.partner_admin), machine(cast.vendor_admin)
    [listed] = partner.get("/decisions", {"subject": deal.public_id}).json()["data"]
    assert listed["subject"] == deal.public_id
    own, whole = (client.get(f"/decisions/{listed['id']}").json() for client in (partner, vendor))
    assert own["counterfactual"]["text"] == whole["counterfactual"]["text"]
    assert own["counterfactual"]["changes"] == [{"fact": "days_to_close", "was": 500, "to": 365, "side": "or less"}]
    assert (own["alternatives"], "protected" in own["facts"], "protected" in whole["facts"]) == ([], False, True)
    assert [each["answer"] for each in whole["alternatives"]] == ["approved", "duplicate"]
    assert partner.get("/decisions", {"automatic": "false"}).json()["data"] == []
    assert partner.get("/decisions", {"subject": "nothing"}).status_code == 422


def test_a_persons_decision_shows_who_and_why_and_a_hint_comes_first(cast: Cast, browse: Any) -> None:
    deal = cast.register(domain="")
    assert latest(cast.partner_rep).hint
    approve_deal(cast.deal_desk.actor, deal, note="They called us.")
    decision = latest(cast.partner_rep)
    page = browse(cast.partner_rep).get(f"/w/northwind-fabrikam/decisions/{decision.public_id}/").content.decode()
    assert "Dana Desk" in page
    assert "They called us." in page


def rules_from(dmn: str) -> Rules:
    return Rules(APPROVAL, "other", compile_table(APPROVAL.read(dmn.encode())))
