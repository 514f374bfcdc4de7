"""What is kept of a decision, for whom, and for how long."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import Error, transaction

from hansa.core.tenancy import acting
from hansa.deals.actions import (
    approve_deal,
    cancel_deal,
    decline_amendment,
    decline_extension,
    extend_deal,
    mark_duplicate,
    reject_deal,
    request_extension,
    request_lines,
)
from hansa.deals.models import EndReason, RejectReason
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


BY_HAND: dict[str, Callable[[Cast], Any]] = {
    "approved": lambda cast: approve_deal(cast.deal_desk.actor, cast.register(domain=""), note="They called us."),
    "rejected": lambda cast: reject_deal(
        cast.deal_desk.actor, cast.register(domain=""), reason=RejectReason.OTHER, note="They called us."
    ),
    "duplicate": lambda cast: mark_duplicate(cast.deal_desk.actor, cast.register(domain=""), note="They called us."),
    "canceled": lambda cast: cancel_deal(
        cast.channel_manager.actor, cast.register(), reason=EndReason.NO_ACTIVITY, note="They called us."
    ),
    "extended": lambda cast: extend_deal(cast.channel_manager.actor, cast.register(), days=5, note="They called us."),
    "declined": lambda cast: decline_extension(
        cast.deal_desk.actor,
        request_extension(cast.partner_rep.actor, cast.register(), days=5, reason="Budget"),
        note="They called us.",
    ),
    "other lines": lambda cast: decline_amendment(
        cast.deal_desk.actor,
        request_lines(
            cast.partner_rep.actor, cast.register(), product_lines=[cast.planner.pk], reason="They want another"
        ),
        note="They called us.",
    ),
}


@pytest.mark.parametrize("act", BY_HAND.values(), ids=BY_HAND)
def test_whatever_a_person_decides_is_a_decision_with_who_and_why(cast: Cast, act: Callable[[Cast], Any]) -> None:
    act(cast)
    decision = decisions(cast.partner_rep)[-1]
    people = {cast.deal_desk.user.name, cast.channel_manager.user.name}
    assert (decision.version, decision.made_by in people, decision.note) == ("manual", True, "They called us.")
    assert (decision.answers, decision.outputs["status"] != "") == ([], True)


@pytest.mark.parametrize("model", [Decision, DecisionEvidence])
def test_what_was_decided_is_never_changed_and_never_deleted(cast: Cast, model) -> None:
    cast.register()
    with acting(cast.system):
        rows = model.objects.all()
        for attempt in (rows.delete, lambda: rows.update(facts={})):
            with pytest.raises(Error), transaction.atomic():
                attempt()
