"""A program that answers all registrations together: what is decided, who is told what, and when."""

from datetime import timedelta
from typing import Any

import pytest

from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.deals import releases
from hansa.deals.actions import (
    answer_question,
    approve_deal,
    ask_for_more,
    mark_duplicate,
    reject_deal,
    release_decision,
    withdraw_deal,
)
from hansa.deals.models import Deal, Protection, Status, Verdict
from hansa.deals.rules import APPROVAL, PROTECTION
from hansa.deals.tests.in_time import MONDAY, at, local, now, sweep
from hansa.kernel.errors import DomainError
from hansa.notices.models import Notice
from hansa.programs.actions import change_answers
from hansa.programs.models import Program
from hansa.rulebook.models import Decision, DecisionEvidence
from hansa.rulebook.rerun import rerun
from hansa.testing.cast import Cast
from hansa.testing.queue import run_jobs

CLOSE = MONDAY.date() + timedelta(days=70)
FIVE = 17 * 60


def answer_together(cast: Cast, *times: int) -> None:
    with acting(cast.system):
        program = Program.objects.get(pk=cast.program.pk)
    change_answers(cast.vendor_admin.actor, program, answer_times=times)
    run_jobs()


@pytest.fixture
def together(late: Cast) -> Cast:
    """The vendor in Amsterdam answers all registrations together, at five; it is Monday, eight o'clock."""
    answer_together(late, FIVE)
    return late


def register(cast: Cast, *given: Any, **facts: Any) -> Deal:
    deal = cast.register(*given, **{"expected_close": CLOSE, **facts})
    run_jobs()
    return deal


def verdict(cast: Cast, deal: Deal) -> Verdict:
    with acting(cast.system):
        found: Verdict = Verdict.objects.get(deal=deal)
        return found


def events(cast: Cast, deal: Deal, person: Any) -> list[str]:
    with acting(person.actor):
        rows = Event.objects.visible_to(person.actor).filter(data__customer=deal.customer_name)
        return list(rows.order_by("at", "id").values_list("name", flat=True))


def notices(cast: Cast, person: Any) -> list[str]:
    with acting(cast.system):
        return list(Notice.objects.filter(recipient=person.membership).values_list("title", flat=True))


def release_at(cast: Cast, moment: Any) -> int:
    at(moment)
    told = releases.sweep_releases.func(str(cast.system.vendor_id))
    run_jobs()
    return told


def test_the_first_registration_protects_before_anybody_is_told(together: Cast) -> None:
    first = register(together, together.rival_rep)
    second = register(together)
    assert (now(together, first).status, now(together, second).status) == (Status.UNDER_REVIEW, Status.UNDER_REVIEW)
    assert (verdict(together, first).becomes, verdict(together, second).becomes) == ("approved", "duplicate")
    with acting(together.system):
        assert [row.deal_id for row in Protection.objects.all()] == [first.pk]
    assert notices(together, together.rival_rep) == notices(together, together.partner_rep) == []


def test_all_are_told_at_the_set_time_and_not_before(together: Cast) -> None:
    taken, free = register(together, together.rival_rep), register(together)
    assert release_at(together, local(1, 16, minute=59)) == 0
    assert release_at(together, local(1, 17)) == 2
    assert (now(together, taken).status, now(together, free).status) == (Status.APPROVED, Status.DUPLICATE)
    assert now(together, taken).protected_until == verdict(together, taken).protected_until
    assert notices(together, together.rival_rep) == ["Contoso Logistics is approved"]
    assert notices(together, together.partner_rep) == ["Contoso Logistics: this customer is taken"]
    assert release_at(together, local(2, 17)) == 0


def test_what_is_decided_on_friday_evening_is_told_on_monday(together: Cast) -> None:
    at(local(5, 18))
    register(together)
    assert [release_at(together, local(day, 18)) for day in (6, 7)] == [0, 0]
    assert release_at(together, local(8, 17)) == 1


def test_a_persons_decision_is_held_too(together: Cast) -> None:
    decide = (
        (approve_deal, {}, "approved"),
        (reject_deal, {"reason": "too_early"}, "rejected"),
        (mark_duplicate, {}, "duplicate"),
    )
    for act, given, becomes in decide:
        deal = register(together, customer=f"Customer {becomes}", domain="")
        before = events(together, deal, together.partner_rep)
        act(together.deal_desk.actor, deal, **given)
        run_jobs()
        assert verdict(together, deal).becomes == becomes
        assert now(together, deal).status == Status.UNDER_REVIEW
        assert events(together, deal, together.partner_rep) == before
    assert notices(together, together.partner_rep) == []
    assert release_at(together, local(1, 17)) == 3


def test_what_is_decided_is_not_decided_again(together: Cast) -> None:
    deal = register(together)
    for act, given in ((reject_deal, {"reason": "too_early"}), (approve_deal, {})):
        with pytest.raises(DomainError, match="decided already"):
            act(together.deal_desk.actor, deal, **given)
    with pytest.raises(DomainError, match="decided already"):
        ask_for_more(together.deal_desk.actor, deal, question="Who?", answer_by=MONDAY.date())


def test_no_form_is_shown_to_decide_again_what_is_decided(together: Cast, browse: Any) -> None:
    page = f"/w/northwind/registrations/{register(together).public_id}/"
    shown = browse(together.deal_desk).post(f"{page}rejection/", {"then": "ask"}, follow=True)
    assert shown.redirect_chain == [(page, 302)]
    assert "decided already, and told with all others" in shown.content.decode()


def test_the_partner_answers_before_a_person_decides(together: Cast) -> None:
    deal = register(together, domain="")
    ask_for_more(together.deal_desk.actor, deal, question="Their address?", answer_by=MONDAY.date(), fields=["domain"])
    with pytest.raises(DomainError, match="The partner is asked"):
        approve_deal(together.deal_desk.actor, deal)
    answer_question(together.partner_rep.actor, deal, changes={"domain": "contoso-logistics.example"})
    assert now(together, deal).status == Status.UNDER_REVIEW
    run_jobs()
    assert verdict(together, deal).becomes == "approved"


def test_one_can_be_told_early_and_the_others_wait(together: Cast) -> None:
    early, later = register(together), register(together, customer="Adatum", domain="adatum.example")
    release_decision(together.deal_desk.actor, early)
    run_jobs()
    assert (now(together, early).status, now(together, later).status) == (Status.APPROVED, Status.UNDER_REVIEW)
    told = events(together, early, together.vendor_admin)
    assert told.count("verdict.released") == told.count("deal.decision_released") == told.count("deal.approved") == 1
    with pytest.raises(DomainError, match="Nothing"):
        release_decision(together.deal_desk.actor, early)


def test_answering_at_once_again_tells_what_waits(together: Cast) -> None:
    deal = register(together)
    answer_together(together)
    assert now(together, deal).status == Status.APPROVED
    assert register(together, customer="Adatum", domain="adatum.example").status == Status.APPROVED


def test_what_is_withdrawn_untold_leaves_no_trace(together: Cast) -> None:
    """Else who registers, withdraws and registers again would read from the pause that the customer was free."""
    with acting(together.system):
        Program.objects.filter(pk=together.program.pk).update(cooling_off_days=30)
    free, taken = register(together), register(together, together.rival_rep)
    for deal, person in ((free, together.partner_rep), (taken, together.rival_rep)):
        withdraw_deal(person.actor, deal)
        run_jobs()
        assert now(together, deal).protected_until is None
    assert register(together).status == Status.UNDER_REVIEW
    assert release_at(together, local(1, 17)) == 1


def test_a_release_that_dies_in_the_middle_tells_each_once(together: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    deals = [register(together, customer=f"Customer {n}", domain=f"customer-{n}.example") for n in range(4)]
    tell, told = releases.release_decision, []

    def dies(actor: Any, deal: Deal) -> None:
        if len(told) == 2:
            raise SystemExit("killed")
        told.append(tell(actor, deal))

    monkeypatch.setattr(releases, "release_decision", dies)
    with pytest.raises(SystemExit):
        release_at(together, local(1, 17))
    monkeypatch.undo()
    assert release_at(together, local(1, 17, minute=5)) == 2
    assert sorted(notices(together, together.partner_rep)) == [f"Customer {n} is approved" for n in range(4)]
    assert [events(together, deal, together.partner_rep).count("deal.approved") for deal in deals] == [1] * 4


def test_nobody_is_reminded_of_what_is_decided(together: Cast) -> None:
    register(together)
    waiting = register(together, customer="Adatum", domain="")
    sweep(together, local(4, 16))
    asked = [title for title in notices(together, together.channel_manager) if "decide" in title]
    assert asked
    assert all(title.startswith(waiting.customer_name) for title in asked)


def test_the_decision_that_is_told_later_keeps_each_of_its_answers(together: Cast) -> None:
    deal = register(together)
    release_decision(together.deal_desk.actor, deal)
    with acting(together.system):
        told = Decision.objects.filter(subject_id=deal.pk).latest("at", "id")
        proof = DecisionEvidence.objects.get(decision=told)
        assert [each["policy"] for each in told.answers] == [APPROVAL.name, PROTECTION.name]
        assert [each["row"] for each in proof.answers] == ["new-customer", told.answers[1]["row"]]
        assert all(rerun(one, None).same for one in Decision.objects.filter(subject_id=deal.pk).exclude(pk=told.pk))
        assert rerun(told, proof).same


def test_the_form_promises_what_will_be(cast: Cast, browse: Any) -> None:
    rep, page = browse(cast.partner_rep), "/w/northwind-fabrikam/deals/register/"
    assert "You will know at once" in rep.get(page).content.decode()
    answer_together(cast, 17 * 60)
    told = rep.get(page).content.decode()
    assert "You are told with all others" in told
    assert "approved in a second" not in told
