from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from hansa.accounts.models import Membership
from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.deals.actions import cancel_deal, register_deal, reject_deal, win_deal, withdraw_deal
from hansa.deals.models import Deal, Protection
from hansa.disputes.actions import (
    add_statement,
    answer_hearing,
    appeal_dispute,
    appeal_hearing,
    ask_opener,
    ask_other_side,
    decide_dispute,
    open_dispute,
    withdraw_dispute,
)
from hansa.disputes.models import Dispute, Entry
from hansa.disputes.shown import page_of_side
from hansa.disputes.tests.contest import GRANT, UPHOLD, decided, heard, hearings, now, opened
from hansa.kernel.errors import DomainError, NotPermitted
from hansa.kernel.money import Money
from hansa.partnerships.models import Partnership
from hansa.programs.actions import change_dispute_terms
from hansa.rulebook.models import Decision, DecisionEvidence
from hansa.testing.cast import Cast, Person, another_partner
from hansa.testing.queue import run_jobs


def holders(cast: Cast) -> set[object]:
    with acting(cast.system):
        rows = Protection.objects.filter(vendor_id=cast.system.vendor_id, during__contains=timezone.now())
        return set(rows.values_list("deal", flat=True))


def _registered_by(person: Person, cast: Cast) -> Deal:
    partnership = Partnership(pk=person.actor.partnership_id, vendor_id=person.actor.vendor_id)
    facts = {"customer": "Contoso", "domain": "contoso-logistics.example", "amount": Money(1_00, "EUR")}
    close = timezone.now().date() + timedelta(days=70)
    lines = [cast.analytics.pk]
    deal: Deal = register_deal(person.actor, partnership, product_lines=lines, expected_close=close, **facts)
    return deal


def code(call, *given, **further) -> str:
    with pytest.raises(DomainError) as refused:
        call(*given, **further)
    return refused.value.code


def test_a_granted_dispute_moves_the_protection_in_one_step(cast: Cast) -> None:
    held, dispute, hearing = decided(cast, **GRANT)
    ours = now(cast, dispute.deal)
    assert (held.status, held.reason, held.note) == ("canceled", "dispute_decided", "We erred.")
    assert (ours.status, ours.note, ours.protected_until > ours.decided_at) == ("approved", "You were first.", True)
    assert (dispute.status, dispute.result, hearing.result) == ("decided", "granted", "moved")
    assert holders(cast) == {ours.pk}
    with acting(cast.system):
        record = Decision.objects.get(subject_id=dispute.pk)
        proof = DecisionEvidence.objects.get(decision=record)
        theirs = Decision.objects.get(subject_id=hearing.pk)
    assert (record.outputs, record.note) == ({"result": "granted", "reason": "evidence"}, "You were first.")
    assert (theirs.partnership_id, theirs.note) == (cast.rivals.pk, "We erred.")
    assert proof.facts["heard"] == [held.public_id]
    assert any(clue.get("subject") == str(held.pk) for clue in proof.evidence)


def test_what_is_upheld_changes_no_protection(cast: Cast) -> None:
    held, dispute, hearing = decided(cast, **UPHOLD)
    assert (held.status, now(cast, dispute.deal).status) == ("approved", "duplicate")
    assert (dispute.result, hearing.result, hearing.note) == ("upheld", "kept", "It stands.")
    assert holders(cast) == {held.pk}


def test_a_protection_that_comes_in_between_stops_the_grant_and_nothing_is_changed(cast: Cast) -> None:
    held, dispute = opened(cast)
    heard(cast, dispute)
    withdraw_deal(cast.rival_rep.actor, held)
    third = _registered_by(another_partner(cast, "third"), cast)
    assert third.status == "approved"
    assert code(decide_dispute, cast.channel_manager.actor, dispute, **GRANT) == "not_heard"
    assert (now(cast, dispute).status, holders(cast)) == ("opened", {third.pk})


def test_no_protection_moves_from_a_customer_that_was_won(cast: Cast) -> None:
    held, dispute = opened(cast)
    heard(cast, dispute)
    win_deal(cast.rival_rep.actor, held, reason="price")
    assert code(decide_dispute, cast.channel_manager.actor, dispute, **GRANT) == "already_protected"
    assert (now(cast, dispute).status, now(cast, held).outcome, holders(cast)) == ("opened", "won", {held.pk})


def test_nobody_loses_a_protection_unheard(cast: Cast) -> None:
    _, dispute = opened(cast)
    assert code(decide_dispute, cast.channel_manager.actor, dispute, **GRANT) == "not_heard"
    day = timezone.now().date() + timedelta(days=7)
    ask_other_side(cast.channel_manager.actor, dispute, question="Since when?", answer_by=day)
    assert code(decide_dispute, cast.channel_manager.actor, dispute, **GRANT) == "still_asked"


def test_each_side_reads_its_own_words_and_nothing_of_the_other(cast: Cast) -> None:
    """What the database shows to either side, events and notices with it, never has a word of the other in it."""
    _, dispute, hearing = decided(cast, **GRANT)
    run_jobs()
    with acting(cast.rival_rep.actor):
        rows = [Entry, Event, Decision, Deal, type(hearing)]
        theirs = str([list(model.objects.filter(vendor=dispute.vendor_id).values_list()) for model in rows])
        assert not Dispute.objects.filter(vendor=dispute.vendor_id).exists()
    with acting(cast.partner_rep.actor):
        ours = str([list(model.objects.filter(vendor=dispute.vendor_id).values_list()) for model in [*rows, Dispute]])
    for word in ("We have met them since March", "You were first", "Fabrikam", "Mara", str(dispute.pk)):
        assert word not in theirs
    for word in ("We have an offer out", "We erred", "Since when", "Proseware", "Remo", str(hearing.pk)):
        assert word not in ours
    letters = {
        address: "".join(str(letter.body) for letter in mail.outbox if address in letter.to)
        for address in (cast.partner_rep.user.email, cast.rival_rep.user.email)
    }
    assert "You were first" in letters[cast.partner_rep.user.email]
    assert "We erred. You may appeal" in letters[cast.rival_rep.user.email]
    assert "Proseware" not in letters[cast.partner_rep.user.email]
    assert "Fabrikam" not in letters[cast.rival_rep.user.email]


def test_who_disputes_sees_the_same_whether_a_partner_or_our_own_sales_stand_against_it(cast: Cast) -> None:
    def told(dispute: Dispute) -> list[object]:
        day = dispute.opened_at.date() + timedelta(days=7)
        hearing = ask_other_side(cast.channel_manager.actor, dispute, question="Since when?", answer_by=day)
        side = cast.rival_rep if hearing.partnership_id else cast.deal_desk
        answer_hearing(side.actor, hearing, statement="A while.")
        run_jobs()
        decide_dispute(cast.channel_manager.actor, dispute, **UPHOLD)
        with acting(cast.partner_rep.actor):
            rows = Event.objects.visible_to(cast.partner_rep.actor).filter(subject_id=dispute.pk).order_by("at", "id")
            return [(event.name, event.actor_kind, event.actor_label, event.changes) for event in rows]

    _, against_partner = opened(cast)
    direct = cast.register(customer="Litware Health", domain="")
    reject_deal(cast.deal_desk.actor, direct, reason="direct_active")
    against_us = open_dispute(cast.partner_rep.actor, direct, statement="They asked for us.")
    first, second = told(against_partner), told(against_us)
    assert first == second


def test_only_ones_own_decisions_are_disputed_once_and_in_time(cast: Cast) -> None:
    _, dispute = opened(cast)
    ours = dispute.deal
    assert code(open_dispute, cast.partner_rep.actor, ours, statement="Again.") == "disputed_before"
    withdraw_dispute(cast.partner_rep.actor, dispute)
    assert code(open_dispute, cast.partner_rep.actor, ours, statement="Again.") == "disputed_before"
    again = cast.register()
    assert again.status == "duplicate"
    with pytest.raises(NotPermitted):
        open_dispute(cast.channel_manager.actor, again, statement="For them.")
    change_dispute_terms(cast.vendor_admin.actor, cast.program, dispute_days=0, dispute_hours=8, appeal_days=1)
    assert code(open_dispute, cast.partner_rep.actor, now(cast, again), statement="We.") == "no_disputes"
    mine = cast.register(customer="Tailspin Toys", domain="tailspintoys.example")
    assert code(open_dispute, cast.partner_rep.actor, mine, statement="We.") == "nothing_to_dispute"


def test_a_protection_that_was_ended_can_be_given_back(cast: Cast) -> None:
    ended = cast.register()
    cancel_deal(cast.channel_manager.actor, ended, reason="no_activity")
    dispute = open_dispute(cast.partner_rep.actor, now(cast, ended), statement="We met them on Monday.")
    decide_dispute(cast.vendor_admin.actor, dispute, **GRANT)
    assert holders(cast) == {ended.pk}
    assert now(cast, ended).status == "approved"


def test_who_ended_it_does_not_decide_the_dispute_while_somebody_else_can(cast: Cast) -> None:
    ended = cast.register()
    cancel_deal(cast.channel_manager.actor, ended, reason="no_activity")
    dispute = open_dispute(cast.partner_rep.actor, now(cast, ended), statement="We met them on Monday.")
    assert code(decide_dispute, cast.channel_manager.actor, dispute, **UPHOLD) == "decided_before"
    Membership.objects.filter(pk=cast.vendor_admin.membership.pk).update(status="deprovisioned")
    decide_dispute(cast.channel_manager.actor, dispute, **UPHOLD)
    appeal_dispute(cast.partner_rep.actor, dispute, statement="Look again.")
    assert code(decide_dispute, cast.channel_manager.actor, now(cast, dispute), **UPHOLD) == "decided_before"
    Membership.objects.filter(pk=cast.vendor_admin.membership.pk).update(status="active")
    decide_dispute(cast.vendor_admin.actor, now(cast, dispute), **GRANT)
    assert (now(cast, dispute).status, now(cast, ended).status) == ("closed", "approved")


def test_the_side_that_loses_its_protection_gets_it_back_on_appeal_with_the_time_that_was_left(cast: Cast) -> None:
    held, dispute, hearing = decided(cast, **GRANT)
    assert code(appeal_dispute, cast.partner_rep.actor, dispute, statement="More.") == "not_lost"
    appeal_hearing(cast.rival_rep.actor, hearing, statement="Our offer was first.")
    run_jobs()
    dispute = now(cast, dispute)
    assert dispute.status == "appealed"
    assert code(decide_dispute, cast.channel_manager.actor, dispute, **UPHOLD) == "decided_before"
    decide_dispute(cast.vendor_admin.actor, dispute, **UPHOLD)
    back, ours, dispute = now(cast, held), now(cast, dispute.deal), now(cast, dispute)
    assert holders(cast) == {held.pk}
    assert (back.status, ours.status, ours.reason) == ("approved", "canceled", "dispute_decided")
    assert abs((back.protected_until - back.decided_at) - timedelta(seconds=hearing.left_seconds)) < timedelta(
        seconds=1
    )
    assert (dispute.status, now(cast, hearing).result) == ("closed", "kept")
    assert code(appeal_dispute, cast.partner_rep.actor, dispute, statement="More.") == "appealed_before"
    assert code(open_dispute, cast.partner_rep.actor, ours, statement="Again.") == "decided_in_dispute"


def test_a_dispute_taken_back_lets_the_other_side_go(cast: Cast) -> None:
    _, dispute = opened(cast)
    heard(cast, dispute)
    withdraw_dispute(cast.partner_rep.actor, now(cast, dispute))
    run_jobs()
    [hearing] = hearings(cast, dispute)
    assert (now(cast, dispute).result, hearing.status, hearing.result) == ("withdrawn", "closed", "kept")
    assert code(add_statement, cast.partner_rep.actor, now(cast, dispute), statement="Wait.") == "dispute_decided"
    assert code(answer_hearing, cast.rival_rep.actor, hearing, statement="Wait.") == "hearing_over"


def test_the_vendor_never_speaks_for_a_partner(cast: Cast) -> None:
    _, dispute = opened(cast)
    hearing = heard(cast, dispute)
    assert code(answer_hearing, cast.channel_manager.actor, hearing, statement="They say.") == "other_side"
    day = timezone.now().date() + timedelta(days=7)
    ask_opener(cast.channel_manager.actor, now(cast, dispute), question="Who met whom?", answer_by=day)
    assert now(cast, dispute).status == "evidence"
    add_statement(cast.partner_rep.actor, now(cast, dispute), statement="Mara met the buyer.")
    run_jobs()
    assert now(cast, dispute).status == "opened"


def test_who_won_is_told_of_no_appeal(cast: Cast) -> None:
    _, dispute, hearing = decided(cast, **GRANT)
    with acting(cast.partner_rep.actor):
        assert page_of_side(cast.partner_rep.actor, dispute)["advice"] == "It is decided. Nothing for you to do."
    with acting(cast.rival_rep.actor):
        assert "appeal until" in page_of_side(cast.rival_rep.actor, hearing)["advice"]
