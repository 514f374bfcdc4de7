"""What a program asks of a registration: fields, evidence, caps and reasons, at every door."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.deals.actions import approve_deal, cancel_deal, lose_deal, reject_deal, win_deal
from hansa.deals.models import Deal, EndReason, LossReason, RejectReason, Status
from hansa.files.actions import attach_file
from hansa.files.tests.samples import PDF
from hansa.kernel.errors import DomainError, Invalid
from hansa.programs.actions import change_reasons, change_requirements
from hansa.programs.models import Program
from hansa.programs.reasons import REASONS, checked, offered
from hansa.rulebook.models import Decision, DecisionEvidence
from hansa.testing.cast import Cast
from hansa.testing.machine import machine, registration
from hansa.testing.queue import run_jobs
from hansa.testing.races import contest

WANTED = "Add what shows that the customer wants it"
FORM = {
    "customer": "Litware Health",
    "domain": "litware.example",
    "country": "NL",
    "amount": "50,000",
    "expected_close": "2027-03-31",
    "deal_type": "new",
}


def asks(cast: Cast, **wanted: Any) -> None:
    """Let the program ask for this and nothing else."""
    usual = {"required_fields": [], "evidence": "never", "open_registrations_max": 0, "registrations_per_day": 0}
    change_requirements(cast.vendor_admin.actor, cast.program, **{**usual, **wanted})


def facts(cast: Cast, deal: Deal) -> dict[str, Any]:
    with acting(cast.system):
        decision = Decision.objects.filter(subject_id=deal.pk).latest("at", "id")
        return dict(DecisionEvidence.objects.get(decision=decision).facts)


def test_a_refusal_names_the_field_at_every_door(cast: Cast, browse) -> None:
    asks(cast, required_fields=["contact_email", "need"])
    address = f"/w/{cast.partner_rep.workspace.slug}/deals/register/"
    rep = browse(cast.partner_rep)
    for page in (address, f"{address}offline/"):
        shown = rep.get(page).content.decode()
        assert "<label" in shown
        assert shown.index('name="need"') < shown.index("<details")
    answer = rep.post(address, {**FORM, "product_lines": cast.analytics.public_id, "need": "Routes"})
    assert answer.status_code == 422
    assert "This program needs the e-mail of whom you talk to." in answer.content.decode()
    sent = machine(cast.partner_admin).post("/deal-registrations", registration(cast))
    assert (sent.status_code, sent.json()["errors"][0]["field"]) == (422, "contact_email")
    with pytest.raises(Invalid) as refused:
        cast.register(contact_email="ada@contoso.example")
    assert refused.value.code == "need_missing"
    deal = cast.register(contact_email="ada@contoso.example", need="Routes")
    known = facts(cast, deal)
    assert (known["need_required"], known["need_given"], known["domain_required"]) == (True, True, False)


def test_an_earlier_customers_address_is_known(cast: Cast, browse) -> None:
    asks(cast, required_fields=["domain"])
    cast.register(customer="Litware Health", domain="litware.example", lines=[cast.planner])
    answer = browse(cast.partner_rep).post(
        f"/w/{cast.partner_rep.workspace.slug}/deals/register/",
        {**FORM, "domain": "", "product_lines": cast.analytics.public_id},
    )
    assert answer.status_code == 302


def test_what_was_there_before_stays_valid(cast: Cast) -> None:
    deal = cast.register(domain="")
    asks(cast, required_fields=["domain"], evidence="approval", open_registrations_max=1)
    assert approve_deal(cast.deal_desk.actor, deal).status == Status.APPROVED


def test_evidence_is_asked_for_before_it_is_approved(cast: Cast, browse) -> None:
    asks(cast, evidence="approval")
    deal = cast.register()
    assert Status(deal.status) == Status.UNDER_REVIEW
    assert (facts(cast, deal)["evidence_required"], facts(cast, deal)["evidence_given"]) == (True, False)
    portal = f"/w/{cast.partner_rep.workspace.slug}/deals/{deal.public_id}/"
    assert WANTED in browse(cast.partner_rep).get(portal).content.decode()
    with pytest.raises(DomainError) as refused:
        approve_deal(cast.deal_desk.actor, deal)
    assert refused.value.code == "evidence_missing"
    attach_file(cast.deal_desk.actor, deal, name="ours.pdf", content=PDF + b" ")
    run_jobs()
    assert stands(cast, deal) == Status.UNDER_REVIEW
    attach_file(cast.partner_rep.actor, deal, name="order.pdf", content=PDF)
    run_jobs()
    assert stands(cast, deal) == Status.APPROVED
    assert facts(cast, deal)["evidence_given"] is True
    assert WANTED not in browse(cast.partner_rep).get(portal).content.decode()


def test_words_are_evidence_too(cast: Cast) -> None:
    asks(cast, evidence="submission")
    with pytest.raises(Invalid) as refused:
        cast.register()
    assert (refused.value.code, refused.value.field) == ("evidence_missing", "evidence")
    assert Status(cast.register(evidence="Order 4711").status) == Status.APPROVED


def test_a_cap_on_open_registrations_counts_what_is_open(cast: Cast) -> None:
    asks(cast, open_registrations_max=1)
    first = cast.register()
    with pytest.raises(DomainError) as refused:
        cast.register(customer="Adatum", domain="adatum.example")
    assert refused.value.code == "too_many_open"
    cast.register(cast.rival_rep, customer="Adatum", domain="adatum.example")
    lose_deal(cast.partner_rep.actor, first, reason=LossReason.PRICE)
    second = cast.register(customer="Litware", domain="litware.example")
    assert facts(cast, second)["open_registrations"] == 0


def test_a_cap_within_a_day_ends_with_the_day(cast: Cast) -> None:
    asks(cast, registrations_per_day=1)
    deal = cast.register()
    with pytest.raises(DomainError) as refused:
        cast.register(customer="Adatum", domain="adatum.example")
    assert refused.value.code == "too_many_within_a_day"
    with acting(cast.system):
        Deal.objects.filter(pk=deal.pk).update(submitted_at=deal.submitted_at - timedelta(days=1, seconds=1))
    cast.register(customer="Adatum", domain="adatum.example")


def test_registrations_at_once_do_not_pass_the_cap(committed: Cast) -> None:
    asks(committed, open_registrations_max=2)

    def register(number: int) -> Deal:
        return committed.register(customer=f"Customer {number} Works", domain=f"customer-{number}.example")

    with contest(committed, [committed.partner_rep] * 6) as race:
        results = race.race([partial(register, number) for number in range(6)])
    assert len([result for result in results if result.answer]) == 2
    assert {result.error.code for result in results if result.error} == {"too_many_open"}


def test_people_choose_among_the_reasons_that_are_offered(cast: Cast, browse) -> None:
    change_reasons(cast.vendor_admin.actor, cast.program, reasons={"reject": {"too_early": "Come back with a budget"}})
    deal = cast.register(domain="")
    page = f"/w/{cast.vendor_admin.workspace.slug}/registrations/{deal.public_id}/rejection/"
    shown = browse(cast.deal_desk).get(page).content.decode()
    assert "Come back with a budget" in shown
    assert "Already a customer" not in shown
    sent = machine(cast.vendor_admin).post(
        f"/deal-registrations/{deal.public_id}/rejection", {"reason": "existing_customer"}
    )
    assert (sent.status_code, sent.json()["code"]) == (422, "reason_unknown")
    reject_deal(cast.deal_desk.actor, deal, reason=RejectReason.TOO_EARLY)
    change_reasons(cast.vendor_admin.actor, cast.program, reasons={"reject": {"too_early": "Something else"}})
    portal = f"/w/{cast.partner_rep.workspace.slug}/deals/{deal.public_id}/"
    assert "Come back with a budget" in browse(cast.partner_rep).get(portal).content.decode()
    with acting(cast.system):
        event = Event.objects.get(name="deal.rejected")
        assert (event.data["reason"], event.data["reason_text"]) == ("too_early", "Come back with a budget")


def test_a_reason_of_hansa_itself_needs_no_offer(cast: Cast) -> None:
    deal = cast.register()
    change_reasons(cast.vendor_admin.actor, cast.program, reasons={"end": {"other": "See the note"}})
    assert cancel_deal(cast.system, deal, reason=EndReason.PARTNER_ENDED).reason_text == "The partnership ended"


def test_a_result_is_called_as_the_program_calls_it(cast: Cast) -> None:
    change_reasons(cast.vendor_admin.actor, cast.program, reasons={"win": {"price": "Best value"}})
    deal = cast.register()
    win_deal(cast.partner_rep.actor, deal, reason="price")
    shown = machine(cast.partner_admin).get(f"/deal-registrations/{deal.public_id}").json()
    assert (shown["reason"], shown["reason_text"]) == ("price", "Best value")


@given(some.sampled_from(sorted(REASONS)), some.data())
def test_what_is_kept_offers_what_was_wanted(what: str, data: some.DataObject) -> None:
    wanted = data.draw(some.dictionaries(some.sampled_from(REASONS[what].values), some.just("A label"), min_size=1))
    assert offered({what: checked(what, wanted)}, what) == wanted
    assert checked(what, offered({}, what)) == {}


def test_a_machine_reads_and_changes_what_is_asked(cast: Cast) -> None:
    vendor, ours = machine(cast.vendor_admin), machine(cast.partner_admin)
    path = f"/programs/{cast.program.public_id}"
    changed = vendor.patch(f"{path}/requirements", {"required_fields": ["need", "country"], "evidence": "approval"})
    assert changed.json()["required_fields"] == ["country", "need"]
    assert ours.get(f"{path}/requirements").json() == changed.json()
    assert ours.patch(f"{path}/requirements", {"evidence": "never"}).status_code == 404
    vendor.patch(f"{path}/reasons", {"loss": [{"code": "timing", "label": "Wrong moment"}]})
    shown = ours.get(f"{path}/reasons").json()
    assert shown["loss"] == [{"code": "timing", "label": "Wrong moment"}]
    assert len(shown["win"]) == len(REASONS["win"])


def stands(cast: Cast, deal: Deal) -> Status:
    with acting(cast.system):
        return Status(Deal.objects.get(pk=deal.pk).status)


def asked_of(cast: Cast) -> Program:
    with acting(cast.system):
        found: Program = Program.objects.get(pk=cast.program.pk)
        return found


def test_the_administrators_pages_change_it_and_partners_read_it(cast: Cast, browse) -> None:
    admin, setup = browse(cast.vendor_admin), f"/w/{cast.vendor_admin.workspace.slug}/program/setup/"
    sent = {"required_fields": ["need"], "evidence": "submission", "open_registrations_max": 9}
    answer = admin.post(f"{setup}requirements/{cast.program.public_id}/", sent)
    assert answer.status_code == 422
    answer = admin.post(f"{setup}requirements/{cast.program.public_id}/", {**sent, "registrations_per_day": 0})
    assert answer["Location"] == setup
    assert (asked_of(cast).required_fields, asked_of(cast).evidence) == (["need"], "submission")
    page = f"{setup}reasons/{cast.program.public_id}/"
    usual = {f"{what}-{code}": label for what, reasons in REASONS.items() for code, label in reasons.choices}
    none = {name: label for name, label in usual.items() if not name.startswith("win-")}
    assert "Offer at least one reason." in admin.post(page, none).content.decode()
    assert admin.post(page, {**usual, "win-price": "", "win-services": "What we do"}).status_code == 302
    assert asked_of(cast).reasons["win"]["services"] == "What we do"
    assert "price" not in asked_of(cast).reasons["win"]
    assert set(asked_of(cast).reasons) == {"win"}
    read = browse(cast.partner_rep).get(f"/w/{cast.partner_rep.workspace.slug}/program/").content.decode()
    assert "what problem the customer wants to solve" in read
    assert "at most 9 open registrations" in read
    assert "What a registration needs" in admin.get(setup).content.decode()
