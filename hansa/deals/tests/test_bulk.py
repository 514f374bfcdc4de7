import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from hansa.accounts.models import Membership
from hansa.accounts.roles import Role
from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.deals import bulk
from hansa.deals.actions import decide_in_bulk, resume_bulk, stop_bulk, withdraw_deal
from hansa.deals.actions.impartial import OWN
from hansa.deals.bulk import not_decided, progress_of, run_to_the_end
from hansa.deals.models import BulkDecision, Deal, RejectReason, Status
from hansa.kernel.errors import DomainError
from hansa.kernel.ids import new_id
from hansa.programs.models import Program
from hansa.rulebook.models import Decision
from hansa.testing.cast import Cast, Person, another_partner
from hansa.testing.machine import machine
from hansa.testing.queue import run_jobs

HOME = "/w/northwind"
BULK = f"{HOME}/bulk-decisions"


class Killed(BaseException):
    """The worker is gone: nothing after it in the same process happens."""


@pytest.fixture
def desk(cast: Cast, browse: Any) -> Client:
    client: Client = browse(cast.channel_manager)
    return client


def waiting(cast: Cast, count: int) -> list[Deal]:
    """Registrations of as many customers, which a person decides."""
    return [cast.register(domain="", customer=f"Customer {number} Works") for number in range(count)]


def start(cast: Cast, deals: list[Deal], **given: Any) -> BulkDecision:
    ids = [deal.pk for deal in deals]
    vendor = cast.partnership.vendor
    run: BulkDecision = decide_in_bulk(cast.channel_manager.actor, vendor, deals=ids, **{"kind": "approve", **given})
    return run


def statuses(cast: Cast) -> list[str]:
    with acting(cast.system):
        return list(Deal.objects.order_by("submitted_at", "id").values_list("status", flat=True))


def as_now(cast: Cast, run: BulkDecision) -> BulkDecision:
    with acting(cast.system):
        return BulkDecision.objects.get(pk=run.pk)


def refusals(cast: Cast, run: BulkDecision) -> list[str]:
    with acting(cast.system):
        return [item.refusal for item in not_decided(cast.system, run).order_by("number")]


def times_approved(cast: Cast) -> list[int]:
    """How often each deal was decided by hand, and announced as approved."""
    with acting(cast.system):
        deals = list(Deal.objects.values_list("pk", flat=True))
        by_hand = Decision.objects.filter(version="manual").values_list("subject_id", flat=True)
        told = Event.objects.filter(name="deal.approved").values_list("subject_id", flat=True)
        return [count for rows in (list(by_hand), list(told)) for count in map(rows.count, deals)]


def test_what_is_ticked_is_approved_each_as_by_itself(cast: Cast, desk: Client) -> None:
    first, second, left = waiting(cast, 3)
    queue = desk.get(f"{HOME}/registrations/").content.decode()
    assert f'form="bulk" name="deal" value="{first.public_id}"' in queue
    chosen = {"deal": [first.public_id, second.public_id]}
    assert "Approve 2 registrations?" in desk.get(f"{BULK}/approval/", chosen).content.decode()
    running = desk.post(f"{BULK}/approval/", {**chosen, "note": "Good luck"}, follow=True).content.decode()
    assert '<progress max="2" value="0">' in running
    run_jobs()
    assert statuses(cast) == [Status.APPROVED, Status.APPROVED, left.status]
    with acting(cast.system):
        run = BulkDecision.objects.get()
        began = Event.objects.get(name="bulk.started")
        assert {event.cause_id for event in Event.objects.filter(name="deal.approved")} == {began.pk}
        by_hand = Decision.objects.filter(subject_id__in=[first.pk, second.pk]).exclude(note__in=["", None])
        assert [one.made_by for one in by_hand.filter(note="Good luck")] == [cast.channel_manager.user.name] * 2
    page = desk.get(f"{BULK}/{run.public_id}/").content.decode()
    assert "Nothing was left over." in page


def test_all_that_a_filter_shows_is_what_it_showed(cast: Cast, desk: Client) -> None:
    waiting(cast, 2)
    rivals = cast.register(cast.rival_rep, domain="", customer="Litware Health")
    chosen = {"every": "1", "asked": f"show=all&partner={cast.partnership.public_id}"}
    page = desk.get(f"{BULK}/approval/", chosen)
    assert "Approve 2 registrations" in page.content.decode()
    cast.register(domain="", customer="Came Later")
    desk.post(f"{BULK}/approval/", dict(page.context["choice"].given))
    run_jobs()
    assert statuses(cast) == [Status.APPROVED, Status.APPROVED, rivals.status, Status.UNDER_REVIEW]


def test_what_cannot_be_approved_is_listed_with_the_reason(cast: Cast, desk: Client) -> None:
    taken, gone, own = cast.register(domain=""), *waiting(cast, 1), None
    rival = cast.register(cast.rival_rep, domain="")
    own = cast.register(_also_a_partner(cast), domain="", customer="My Own Works")
    withdraw_deal(cast.partner_rep.actor, gone)
    run = start(cast, [taken, rival, gone, own])
    run_jobs()
    assert refusals(cast, run) == [
        "This customer is taken for one of these product lines.",
        "This deal is withdrawn: you cannot approve it now.",
        OWN,
    ]
    page = desk.get(f"{BULK}/{run.public_id}/").content.decode()
    assert f'href="../../registrations/{rival.public_id}/"' in page
    assert OWN in page


def test_many_are_rejected_for_one_reason(cast: Cast, desk: Client) -> None:
    deals = waiting(cast, 2)
    chosen = {"deal": [deal.public_id for deal in deals]}
    assert desk.post(f"{BULK}/rejection/", chosen).status_code == 422
    desk.post(f"{BULK}/rejection/", {**chosen, "reason": RejectReason.TOO_EARLY})
    run_jobs()
    assert statuses(cast) == [Status.REJECTED] * 2


def test_it_stops_midway_and_goes_on(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    run = start(cast, waiting(cast, 3))
    _after(monkeypatch, 1, lambda: stop_bulk(cast.channel_manager.actor, run))
    run_jobs()
    assert statuses(cast).count(Status.APPROVED) == 1
    with acting(cast.system):
        assert (progress_of(run).done, progress_of(run).waiting) == (1, 2)
    resume_bulk(cast.deal_desk.actor, as_now(cast, run))
    run_jobs()
    assert statuses(cast) == [Status.APPROVED] * 3
    assert as_now(cast, run).by_label == cast.deal_desk.user.name


def test_it_stops_when_who_started_it_has_left(cast: Cast) -> None:
    run = start(cast, waiting(cast, 1))
    Membership.objects.filter(pk=cast.channel_manager.membership.pk).update(roles=[Role.AUDITOR])
    run_jobs()
    stopped = as_now(cast, run)
    assert (stopped.status, stopped.problem) == ("stopped", bulk.LEFT)
    assert statuses(cast) == [Status.UNDER_REVIEW]


def test_a_killed_worker_leaves_nothing_half_done(committed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    run = start(committed, waiting(committed, 4))
    with monkeypatch.context() as patch:
        _after(patch, 2, _killed)
        with pytest.raises(Killed):
            run_to_the_end(committed.system, run.pk)
    connections["default"].close()
    run_to_the_end(committed.system, run.pk)
    assert times_approved(committed) == [1] * 8
    assert as_now(committed, run).decided == 4


def test_two_workers_on_one_run_approve_each_once(committed: Cast) -> None:
    run, barrier = start(committed, waiting(committed, 8)), threading.Barrier(2)

    def work() -> None:
        barrier.wait()
        run_to_the_end(committed.system, run.pk)
        connections["default"].close()

    with ThreadPoolExecutor(2) as threads:
        for worker in [threads.submit(work) for _ in range(2)]:
            worker.result()
    assert times_approved(committed) == [1] * 16
    assert as_now(committed, run).status == BulkDecision.Status.DONE


def test_a_machine_starts_one_and_reads_how_far_it_is(cast: Cast) -> None:
    waiting(cast, 2)
    rivals = cast.register(cast.rival_rep, domain="", customer="Customer 0 Works")
    program = machine(cast.vendor_admin)
    started = program.post("/bulk-decisions", {"decision": "approve", "filter": {"show": "all"}}).json()
    assert (started["status"], started["total"], started["decided"]) == ("running", 3, 0)
    run_jobs()
    address = f"/bulk-decisions/{started['id']}"
    done = program.get(address).json()
    assert (done["status"], done["decided"], done["refused"]) == ("done", 2, 1)
    [refused] = program.get(f"{address}/refusals").json()["data"]
    assert (refused["registration"], refused["code"]) == (rivals.public_id, "already_protected")
    assert program.post(f"{address}/cancellation").status_code == 409


def test_nothing_and_too_many_are_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hansa.deals.actions.decide_many.MOST", 1)
    for deals, code in (([], "nothing_chosen"), (waiting(cast, 2), "too_many")):
        with pytest.raises(DomainError) as refusal:
            start(cast, deals)
        assert refusal.value.code == code


def _also_a_partner(cast: Cast) -> Person:
    """The channel manager, who works for a further partner as well."""
    manager, rep = cast.channel_manager, another_partner(cast, "adatum")
    place = rep.workspace
    member = Membership.objects.create(user=manager.user, organization=place.organization, roles=[Role.PARTNER_SALES])
    return Person(manager.user, member, place)


def _killed() -> None:
    raise Killed


def _after(patch: pytest.MonkeyPatch, count: int, then: Any) -> None:
    """Do something in the middle of the transaction that approves the registration after so many."""
    approve, seen = bulk.ACTS[BulkDecision.Kind.APPROVE], []

    def approving(*args: Any, **given: Any) -> Any:
        approved = approve(*args, **given)
        seen.append(approved)
        if len(seen) == count:
            then()
        return approved

    approving.name, approving.by = approve.name, approve.by  # type: ignore[attr-defined]
    patch.setitem(bulk.ACTS, BulkDecision.Kind.APPROVE, approving)


def in_another_program(cast: Cast, deal: Deal, reasons: dict[str, str]) -> None:
    """Move a registration to a second program, which rejects for these reasons."""
    with acting(cast.system):
        second = Program.objects.get(pk=cast.program.pk)
        second.pk, second.name, second.reasons = new_id(), "Second", {"reject": reasons}
        second.save(force_insert=True)
        Deal.objects.filter(pk=deal.pk).update(program=second)


def test_many_are_rejected_for_the_programs_own_reasons(cast: Cast, desk: Client) -> None:
    own = {"reject": [{"code": "too_early", "label": "No budget this year"}]}
    changed = machine(cast.vendor_admin).patch(f"/programs/{cast.program.public_id}/reasons", own)
    assert changed.status_code == 200, changed.content
    deals = waiting(cast, 2)
    asked = {"deal": [deal.public_id for deal in deals]}
    shown = desk.get(f"{BULK}/rejection/", asked).content.decode()
    assert "No budget this year" in shown
    assert "Outside the partner" not in shown
    assert desk.post(f"{BULK}/rejection/", {**asked, "reason": "outside_territory"}).status_code == 422
    address = desk.post(f"{BULK}/rejection/", {**asked, "reason": "too_early"}).url
    run_jobs()
    assert "No budget this year" in desk.get(address).content.decode()
    with acting(cast.system):
        assert set(Deal.objects.values_list("status", "reason_text")) == {("rejected", "No budget this year")}


def test_registrations_of_several_programs_are_rejected_for_what_all_of_them_offer(cast: Cast, desk: Client) -> None:
    deals = waiting(cast, 2)
    in_another_program(cast, deals[1], {"too_early": "Come back later"})
    asked = {"deal": [deal.public_id for deal in deals]}
    shown = desk.get(f"{BULK}/rejection/", asked).content.decode()
    assert "Too early: no project yet / Come back later" in shown or "Come back later / Too early" in shown
    assert "Outside the partner" not in shown
    with pytest.raises(DomainError, match="Not every program"):
        start(cast, deals, kind="reject", reason="outside_territory")
    start(cast, deals, kind="reject", reason="too_early")
    run_jobs()
    with acting(cast.system):
        told = set(Deal.objects.values_list("reason_text", flat=True))
    assert told == {"Too early: no project yet", "Come back later"}
