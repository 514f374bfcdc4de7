"""What is kept of a decision, for whom, and for how long."""

import pytest
from django.db import Error, transaction

from hansa.core.tenancy import acting
from hansa.deals.actions import approve_deal
from hansa.deals.rules import APPROVAL, REGISTRATION
from hansa.rulebook.models import Decision, DecisionEvidence
from hansa.testing.cast import Cast, Person


def decisions(person: Person) -> list[Decision]:
    with acting(person.actor):
        return list(Decision.objects.visible_to(person.actor).order_by("at"))


def evidence(person: Person) -> list[DecisionEvidence]:
    with acting(person.actor):
        return list(DecisionEvidence.objects.visible_to(person.actor))


def test_a_decision_keeps_the_version_the_rows_and_every_fact(cast: Cast) -> None:
    cast.register()
    [decision], [proof] = decisions(cast.deal_desk), evidence(cast.deal_desk)
    assert (decision.policy, decision.version, decision.made_by) == (APPROVAL.name, APPROVAL.built_in.version, "policy")
    assert decision.fired[0] == "registration-approval: new-customer"
    assert proof.facts.keys() == {fact.name for policy in REGISTRATION for fact in policy.vocabulary}


def test_the_partner_reads_its_share_and_the_vendor_the_rest(cast: Cast) -> None:
    cast.register()
    cast.register(cast.rival_rep)
    [decision] = decisions(cast.rival_rep)
    partners = {fact.name for policy in REGISTRATION for fact in policy.vocabulary if fact.audience == "partner"}
    assert decision.facts.keys() == partners
    assert "protected" not in str([decision.facts, decision.fired, decision.note, decision.hint])
    assert evidence(cast.rival_rep) == []
    assert {row["row"] for proof in evidence(cast.deal_desk) for row in proof.evidence if "row" in row} >= {"protected"}


def test_nobody_reads_a_rivals_or_a_strangers_decision(cast: Cast) -> None:
    cast.register()
    assert decisions(cast.rival_rep) == decisions(cast.stranger) == []
    assert evidence(cast.stranger) == []


def test_a_persons_decision_is_kept_beside_the_automatic_one_with_its_reason(cast: Cast) -> None:
    approve_deal(cast.deal_desk.actor, cast.register(domain=""), note="They called us.")
    _, by_hand = decisions(cast.partner_rep)
    assert (by_hand.version, by_hand.made_by, by_hand.note) == ("manual", "Dana Desk", "They called us.")


@pytest.mark.parametrize("model", [Decision, DecisionEvidence])
def test_what_was_decided_is_never_changed_and_never_deleted(cast: Cast, model) -> None:
    cast.register()
    with acting(cast.system):
        rows = model.objects.all()
        for attempt in (rows.delete, lambda: rows.update(facts={})):
            with pytest.raises(Error), transaction.atomic():
                attempt()
