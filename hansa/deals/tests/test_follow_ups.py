"""What follows a deal that was won: registered beside it, protected behind it, and never twice."""

from datetime import datetime, timedelta

import pytest

from hansa.core.tenancy import acting
from hansa.deals.actions import approve_deal, extend_deal, lose_deal, win_deal
from hansa.deals.models import Deal, DealType, LossReason, Protection, Status, WinReason
from hansa.deals.tests.test_portal_pages import DEALS, page
from hansa.kernel.errors import DomainError
from hansa.rulebook.models import Decision
from hansa.testing.cast import Cast
from hansa.testing.machine import machine, registration

FOLLOWING = (DealType.EXPANSION, DealType.RENEWAL)


@pytest.fixture
def won(cast: Cast) -> Deal:
    deal = cast.register()
    win_deal(cast.partner_rep.actor, deal, reason=WinReason.FIT)
    return deal


def holds(cast: Cast, deal: Deal) -> list[tuple[datetime, datetime]]:
    """The times for which a deal protects its customer."""
    with acting(cast.system):
        ranges = [it.during for it in Protection.objects.filter(deal=deal)]
    return sorted((it.lower, it.upper) for it in ranges if not it.isempty)


@pytest.mark.parametrize("kind", FOLLOWING)
def test_what_follows_is_protected_from_where_the_kept_protection_ends(cast: Cast, won: Deal, kind: str) -> None:
    follow_up = cast.register(deal_type=kind)
    assert follow_up.status == Status.APPROVED
    [(_, kept_until)] = holds(cast, won)
    assert holds(cast, follow_up) == [(kept_until, follow_up.protected_until)]


def test_on_another_product_line_it_is_protected_at_once(cast: Cast, won: Deal) -> None:
    follow_up = cast.register(deal_type=DealType.EXPANSION, lines=[cast.planner])
    assert holds(cast, follow_up) == [(follow_up.decided_at, follow_up.protected_until)]


def test_new_business_beside_a_deal_won_is_registered_already(cast: Cast, won: Deal) -> None:
    assert cast.register().reason == "own_claim"


@pytest.mark.parametrize("kind", FOLLOWING)
def test_an_open_deal_is_not_followed(cast: Cast, kind: str) -> None:
    cast.register()
    assert cast.register(deal_type=kind).reason == "own_claim"


def test_one_at_a_time_follows(cast: Cast, won: Deal) -> None:
    first = cast.register(deal_type=DealType.EXPANSION)
    assert cast.register(deal_type=DealType.RENEWAL).reason == "own_claim"
    lose_deal(cast.partner_rep.actor, first, reason=LossReason.TIMING)
    assert cast.register(deal_type=DealType.RENEWAL).status == Status.APPROVED


def test_one_at_a_time_follows_what_is_kept_for_longer_than_it_would_hold_itself(cast: Cast) -> None:
    deal = cast.register()
    extend_deal(cast.channel_manager.actor, deal, days=20)
    win_deal(cast.partner_rep.actor, deal, reason=WinReason.FIT)
    first = cast.register(deal_type=DealType.EXPANSION)
    assert (first.status, holds(cast, first)) == (Status.APPROVED, [])
    assert cast.register(deal_type=DealType.RENEWAL).reason == "own_claim"
    lost = lose_deal(cast.partner_rep.actor, first, reason=LossReason.TIMING)
    assert lost.protected_until <= lost.closed_at
    assert cast.register(deal_type=DealType.RENEWAL).status == Status.APPROVED


def test_when_what_followed_is_lost_the_kept_protection_stays(cast: Cast, won: Deal) -> None:
    [kept] = holds(cast, won)
    follow_up = cast.register(deal_type=DealType.EXPANSION)
    lose_deal(cast.partner_rep.actor, follow_up, reason=LossReason.TIMING)
    assert holds(cast, won) == [kept]
    assert holds(cast, follow_up) == []
    assert cast.register(cast.rival_rep).status == Status.DUPLICATE


def test_a_rival_gets_between_neither(cast: Cast, won: Deal) -> None:
    cast.register(deal_type=DealType.EXPANSION)
    for kind in (DealType.NEW, *FOLLOWING):
        rival = cast.register(cast.rival_rep, deal_type=kind)
        assert (rival.status, rival.reason) == (Status.DUPLICATE, "")


def test_the_vendor_approves_what_follows_by_hand_once(cast: Cast, won: Deal) -> None:
    first, second = (cast.register(deal_type=kind, expected_close=cast.far_away) for kind in FOLLOWING)
    assert (first.status, second.status) == (Status.UNDER_REVIEW, Status.DUPLICATE)
    approve_deal(cast.channel_manager.actor, first)
    [(_, kept_until)], [(begins, _)] = holds(cast, won), holds(cast, first)
    assert begins == kept_until


def test_the_rival_under_review_waits_for_the_kept_protection(cast: Cast) -> None:
    ours = cast.register()
    theirs = cast.register(cast.rival_rep, lines=[cast.planner], expected_close=cast.far_away)
    win_deal(cast.partner_rep.actor, ours, reason=WinReason.FIT)
    both = cast.register(deal_type=DealType.EXPANSION, lines=[cast.analytics, cast.planner])
    assert both.status == Status.UNDER_REVIEW
    approve_deal(cast.channel_manager.actor, theirs)
    with pytest.raises(DomainError, match="taken"):
        approve_deal(cast.channel_manager.actor, both)


def test_the_vendor_sees_in_the_evidence_what_it_follows(cast: Cast, won: Deal) -> None:
    follow_up = cast.register(deal_type=DealType.EXPANSION)
    with acting(cast.system):
        decision = Decision.objects.get(subject_id=follow_up.pk)
    assert decision.facts["own_claim"] is False


def test_the_api_registers_what_follows(cast: Cast, won: Deal) -> None:
    body = registration(cast, type="renewal", expected_close=f"{won.expected_close + timedelta(days=30)}")
    answer = machine(cast.partner_admin).post("/deal-registrations", body).json()
    assert answer["status"] == Status.APPROVED


def test_the_page_of_a_deal_won_leads_to_the_form_filled_in(cast: Cast, won: Deal, browse) -> None:
    client = browse(cast.partner_rep)
    told = page(client, f"{DEALS}{won.public_id}/")
    assert f"{DEALS}register/?again={won.public_id}" in told
    assert "Register an expansion" in told
    form = client.get(f"{DEALS}register/?again={won.public_id}").context["form"]
    assert (form["customer"].value(), form["deal_type"].value()) == ("Contoso Logistics", DealType.EXPANSION)
    assert form.open_more
