"""Files beside registrations that are answered together: the partner removes them, and the vendor keeps them."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hansa.core.tenancy import acting
from hansa.deals.actions import approve_deal, release_decision
from hansa.deals.models import Deal, Verdict
from hansa.files.actions import attach_file, attach_internal_file, remove_internal_file
from hansa.files.models import Attachment, InternalFile, kept_for_the_vendor
from hansa.files.tests.samples import PDF
from hansa.kernel.errors import DomainError
from hansa.programs.actions import change_answers
from hansa.programs.models import Program
from hansa.testing.cast import Cast, Person
from hansa.testing.machine import machine
from hansa.testing.queue import run_jobs
from hansa.testing.reading import text_of

KEPT = "Removed, and kept for you alone."


@pytest.fixture
def together(cast: Cast) -> Cast:
    """A program that asks for evidence and answers all registrations together, at five."""
    with acting(cast.system):
        program = Program.objects.get(pk=cast.program.pk)
    change_answers(cast.vendor_admin.actor, program, answer_times=[17 * 60])
    with acting(cast.system):
        Program.objects.filter(pk=cast.program.pk).update(evidence="approval")
    run_jobs()
    return cast


def shown(cast: Cast, **facts: Any) -> tuple[Deal, Attachment]:
    """A registration with its evidence, looked at by the rules."""
    deal = cast.register(**facts)
    file: Attachment = attach_file(cast.partner_rep.actor, deal, name="order.pdf", content=PDF)
    run_jobs()
    return deal, file


def becomes(cast: Cast, deal: Deal) -> str:
    with acting(cast.system):
        return str(Verdict.objects.get(deal=deal).becomes)


def path(person: Person, rest: str) -> str:
    return f"/w/{person.workspace.slug}/{rest}"


def test_the_evidence_of_a_decision_that_is_not_told_stays_with_the_vendor(together: Cast, browse: Any) -> None:
    deal, file = shown(together)
    assert becomes(together, deal) == "approved"
    rep, desk = browse(together.partner_rep), browse(together.deal_desk)
    said = text_of(rep.get(path(together.partner_rep, f"files/{file.public_id}/remove/")))
    assert "Northwind keeps it" in said
    assert rep.post(path(together.partner_rep, f"files/{file.public_id}/remove/")).status_code == 302
    release_decision(together.deal_desk.actor, deal)
    page = text_of(desk.get(path(together.deal_desk, f"registrations/{deal.public_id}/")))
    assert KEPT in page
    assert f"files/{file.public_id}/" in page
    assert desk.get(path(together.deal_desk, f"files/{file.public_id}/")).content == PDF
    assert machine(together.vendor_admin).get(f"/files/{file.public_id}/content").content == PDF


def test_for_its_partner_it_is_gone(together: Cast, browse: Any) -> None:
    deal, file = shown(together)
    ours, rep = machine(together.partner_admin), browse(together.partner_rep)
    assert ours.post(f"/files/{file.public_id}/removal").json()["status"] == "removed"
    assert ours.get(f"/files/{file.public_id}/content").json()["code"] == "file_removed"
    assert rep.get(path(together.partner_rep, f"files/{file.public_id}/")).status_code == 409
    page = text_of(rep.get(path(together.partner_rep, f"deals/{deal.public_id}/")))
    assert f"files/{file.public_id}/" not in page
    assert KEPT not in page


def test_removing_reads_the_same_whether_it_is_decided_or_not_taken_or_free(together: Cast) -> None:
    approved, waits = shown(together), shown(together, customer="Adatum", domain="")
    together.register(together.rival_rep, customer="Litware", domain="litware.example")
    run_jobs()
    taken = shown(together, customer="Litware", domain="litware.example")
    found, ours = [], machine(together.partner_admin)
    ours.get("/deal-registrations")
    for _, file in (approved, waits, taken):
        with CaptureQueriesContext(connection) as captured:
            answer = ours.post(f"/files/{file.public_id}/removal")
        told = answer.json()
        said = [re.sub(r"'[^']*'|\bs\d+_x\d+", "?", query["sql"]) for query in captured]
        found.append((answer.status_code, {**told, "id": "", "about": "", "at": "", "removed_at": ""}, said))
    assert found[0] == found[1] == found[2]
    with acting(together.system):
        assert kept_for_the_vendor(Attachment.objects.all()).count() == 3


def test_what_the_vendor_keeps_shows_nothing_to_a_person_who_decides_later(together: Cast) -> None:
    deal, file = shown(together, customer="Adatum", domain="")
    machine(together.partner_admin).post(f"/files/{file.public_id}/removal")
    with pytest.raises(DomainError, match="asks for evidence"):
        approve_deal(together.deal_desk.actor, deal)


def test_where_each_is_answered_at_once_it_is_forgotten_and_so_are_the_vendors_own(cast: Cast, browse: Any) -> None:
    deal = cast.register(domain="")
    file = attach_file(cast.partner_rep.actor, deal, name="wrong.pdf", content=PDF)
    own = attach_internal_file(cast.channel_manager.actor, deal, name="ours.pdf", content=PDF)
    machine(cast.partner_admin).post(f"/files/{file.public_id}/removal")
    remove_internal_file(cast.channel_manager.actor, own)
    with acting(cast.system):
        assert not kept_for_the_vendor(Attachment.objects.all()).exists()
        assert not kept_for_the_vendor(InternalFile.objects.all()).exists()
    desk = browse(cast.deal_desk)
    assert KEPT not in text_of(desk.get(path(cast.deal_desk, f"registrations/{deal.public_id}/")))
    assert desk.get(path(cast.deal_desk, f"files/{file.public_id}/")).status_code == 409
