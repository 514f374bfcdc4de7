"""The terms that policies change: the time to decide, extensions, the pause after a protection, and caps."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from hansa.core.tenancy import acting
from hansa.deals.actions import approve_extension, request_extension, withdraw_deal
from hansa.deals.models import Deal, ExtensionRequest, ReviewClock
from hansa.deals.rules import AT_ONCE, BY_A_PERSON, COOLING_OFF, EXTENSION, REVIEW, VALIDATION
from hansa.kernel.errors import DomainError
from hansa.programs.models import Program
from hansa.rulebook.actions import draft_policy, propose_policy, publish_policy
from hansa.rulebook.dmn.syntax import ANYTHING, Cell, Compares, Equals, Input, Name, Row, Table
from hansa.rulebook.dmn.values import Kind
from hansa.rulebook.dmn.writing import write_table
from hansa.rulebook.models import Decision, DecisionEvidence
from hansa.rulebook.policies import Policy
from hansa.testing.cast import Cast, chief_of

Rules = Callable[..., None]


@pytest.fixture
def publish(cast: Cast) -> Rules:
    """Publishes the policy's table with other rows: a test of one fact each, its answers, and its note."""
    chief = chief_of(cast)

    def publish(policy: Policy, *rows: tuple[str, Any, tuple[Any, ...], str]) -> None:
        dmn = write_table(table(policy, rows)).decode()
        given = {"policy": policy, "dmn": dmn, "summary": "New terms.", "takes": False}
        version = draft_policy(cast.vendor_admin.actor, cast.vendor_admin.workspace.vendor, **given)
        propose_policy(cast.vendor_admin.actor, version)
        publish_policy(chief.actor, version)

    return publish


def table(policy: Policy, rows: Any) -> Table:
    built, kinds = policy.built_in.table, {fact.name: fact.kind for fact in policy.vocabulary}
    facts = list(dict.fromkeys(fact for fact, *_ in rows if fact))
    inputs = tuple(Input(fact, Name(fact, kinds[fact]), id=f"input_{fact}") for fact in facts)
    made = tuple(
        Row(f"row-{at}", tuple(cell(test, kinds[one]) if one == fact else ANYTHING for one in facts), said, note)
        for at, (fact, test, said, note) in enumerate(rows)
    )
    return Table(built.id, built.name, built.facts, inputs, built.outputs, made, built.hit_policy)


def cell(test: Any, kind: Kind) -> Cell:
    return Cell((test if isinstance(test, Compares) else Equals(test),))


def set_terms(cast: Cast, **terms: int) -> None:
    with acting(cast.system):
        Program.objects.filter(pk=cast.program.pk).update(**terms)


def allowed(cast: Cast, deal: Deal) -> timedelta:
    with acting(cast.deal_desk.actor):
        return ReviewClock.objects.get(deal=deal).allowed


def ask(cast: Cast, deal: Deal, days: int = 30) -> ExtensionRequest:
    asked: ExtensionRequest = request_extension(
        cast.partner_rep.actor, deal, days=days, reason="The budget comes late."
    )
    return asked


def test_the_time_to_decide_follows_the_kind_of_deal(cast: Cast, publish: Rules) -> None:
    usual = allowed(cast, cast.register(customer="A", domain="a.example", expected_close=cast.far_away))
    publish(REVIEW, ("amount_minor", Compares(">", 0), (-4,), "Sooner."), ("", None, (0,), "As usual."))
    deal = cast.register(customer="B", domain="b.example", expected_close=cast.far_away)
    assert allowed(cast, deal) == usual - timedelta(hours=4)
    with acting(cast.partner_rep.actor):
        decision = Decision.objects.get(subject_id=deal.pk)
    assert decision.outputs["extra_review_hours"] == -4
    assert "registration-review: row-0" in decision.fired


def test_there_is_at_least_an_hour_to_decide(cast: Cast, publish: Rules) -> None:
    publish(REVIEW, ("", None, (-1_000,), "At once, nearly."))
    assert allowed(cast, cast.register(expected_close=cast.far_away)) == timedelta(hours=1)


def test_an_extension_is_given_at_once_where_the_policy_says_so(cast: Cast, publish: Rules) -> None:
    publish(
        EXTENSION,
        ("days_asked", Compares("<=", 14), (AT_ONCE, 0, 0), "Two weeks are given at once."),
        ("", None, (BY_A_PERSON, 0, 0), "Longer, a person looks."),
    )
    deal = cast.register()
    asked = ask(cast, deal, 14)
    assert (asked.status, asked.granted_days, asked.note) == ("approved", 14, "Two weeks are given at once.")
    with acting(cast.partner_rep.actor):
        decision = Decision.objects.get(subject_id=asked.pk)
        assert Deal.objects.get(pk=deal.pk).protected_until == deal.protected_until + timedelta(days=14)
    assert (decision.version, decision.made_by, decision.fired) == ("1", "policy", ["registration-extension: row-0"])
    assert decision.facts["days_asked"] == 14
    with acting(cast.deal_desk.actor):
        assert DecisionEvidence.objects.filter(decision=decision).exists()
    assert ask(cast, deal, 15).status == "pending"


def test_a_tier_is_extended_more_often_and_for_longer(cast: Cast, publish: Rules) -> None:
    set_terms(cast, extensions_max=0, extension_days=30)
    deal = cast.register()
    with pytest.raises(DomainError, match="not extended"):
        ask(cast, deal)
    publish(EXTENSION, ("tier_rank", Compares(">=", 0), (BY_A_PERSON, 1, 20), "Once, for long."))
    asked = ask(cast, deal, 50)
    approve_extension(cast.deal_desk.actor, asked)
    with acting(cast.partner_rep.actor):
        assert Decision.objects.get(subject_id=asked.pk).facts["extensions_granted"] == 0
    with pytest.raises(DomainError, match=r"extended once at most\. Once, for long"):
        ask(cast, deal, 50)


def test_days_beyond_the_policy_are_refused(cast: Cast, publish: Rules) -> None:
    publish(EXTENSION, ("", None, (BY_A_PERSON, 0, -50), "Briefly."))
    with pytest.raises(DomainError, match="1 to 10 days"):
        ask(cast, cast.register(), 11)


def test_the_pause_after_a_protection_follows_the_policy(cast: Cast, publish: Rules) -> None:
    publish(
        COOLING_OFF,
        ("deal_type", "renewal", (0,), "A renewal needs no pause."),
        ("", None, (10,), "Ten days."),
    )
    withdraw_deal(cast.partner_rep.actor, cast.register())
    with pytest.raises(DomainError, match="You can register it again") as refusal:
        cast.register()
    assert refusal.value.code == "cooling_off"
    renewed = cast.register(deal_type="renewal")
    with acting(cast.partner_rep.actor):
        assert Decision.objects.get(subject_id=renewed.pk).outputs["extra_pause_days"] == 0


def test_a_pause_of_the_program_can_be_dropped_for_some(cast: Cast, publish: Rules) -> None:
    set_terms(cast, cooling_off_days=30)
    withdraw_deal(cast.partner_rep.actor, cast.register())
    with pytest.raises(DomainError, match="You can register it again"):
        cast.register()
    publish(COOLING_OFF, ("is_reseller", True, (-365,), "No pause for resellers."), ("", None, (0,), "As usual."))
    assert cast.register().status == "approved"


def test_a_cap_can_stand_in_the_table_alone(cast: Cast, publish: Rules) -> None:
    publish(
        VALIDATION,
        ("open_registrations", Compares(">=", 1), ("too_many_open", None), "One at a time."),
        ("", None, (None, None), "Complete."),
    )
    cast.register()
    with pytest.raises(DomainError, match="One at a time"):
        cast.register(customer="Second", domain="second.example")


def test_the_partner_reads_the_terms_and_when_it_asks(cast: Cast, publish: Rules, browse: Any) -> None:
    publish(EXTENSION, ("", None, (AT_ONCE, 1, 5), "Given at once, once more than usual."))
    rep = browse(cast.partner_rep)
    page = rep.get("/w/northwind-fabrikam/program/").content.decode()
    assert "Given at once; 1 extension more; 5 days more" in page
    assert "By when a person decides" in page
    assert "As usual" in page
    deal = cast.register()
    form = rep.get(f"/w/northwind-fabrikam/deals/{deal.public_id}/extension/").content.decode()
    assert "It is given at once." in form
    given = {"days": "7", "reason": "The budget comes late."}
    answer = rep.post(f"/w/northwind-fabrikam/deals/{deal.public_id}/extension/", given, follow=True)
    assert "Given at once" in answer.content.decode()
