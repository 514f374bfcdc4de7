"""Files beside a deal: on the pages of both sides and over the API."""

import hashlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client

from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.deals.actions import approve_deal, withdraw_deal
from hansa.deals.models import Deal
from hansa.files import actions, limits
from hansa.files.actions import attach_file, attach_internal_file
from hansa.files.models import Attachment, InternalFile, Status
from hansa.files.tests.samples import HOSTILE, MAIL, PDF
from hansa.kernel.errors import DomainError
from hansa.notices.models import Notice
from hansa.testing.cast import Cast, Person
from hansa.testing.machine import machine
from hansa.testing.queue import run_jobs


@pytest.fixture
def waiting(cast: Cast) -> Deal:
    """A registration that a person has to decide."""
    return cast.register(domain="")


def page(person: Person, path: str) -> str:
    return f"/w/{person.workspace.slug}/{path}"


def send(browser: Client, person: Person, deal: Deal, content: bytes, name: str = "offer.pdf", to: str = "") -> Any:
    path = page(person, f"{to or 'deals'}/{deal.public_id}/files/")
    return browser.post(path, {"file": SimpleUploadedFile(name, content)})


def html(browser: Client, person: Person, deal: Deal) -> str:
    where = "registrations" if person.actor.side == "vendor" else "deals"
    response = browser.get(page(person, f"{where}/{deal.public_id}/"))
    assert response.status_code == 200
    return response.content.decode()


def kept(cast: Cast, model: Any = Attachment) -> list[Any]:
    with acting(cast.system):
        return list(model.objects.visible_to(cast.system).order_by("at", "id"))


def events(cast: Cast) -> list[Event]:
    with acting(cast.system):
        rows = Event.objects.visible_to(cast.system).filter(name__contains="file.")
        return list(rows.order_by("at", "id"))


def test_a_partner_attaches_and_the_vendor_downloads_it_as_it_came(cast: Cast, waiting: Deal, browse) -> None:
    rep, manager = browse(cast.partner_rep), browse(cast.channel_manager)
    answer = send(rep, cast.partner_rep, waiting, MAIL, "../Re: Angebot.eml")
    assert answer["Location"] == page(cast.partner_rep, f"deals/{waiting.public_id}/#files")
    [file] = kept(cast)
    assert file.name in html(rep, cast.partner_rep, waiting)
    shown = html(manager, cast.channel_manager, waiting)
    assert "Re Angebot.eml" in shown
    assert "Mara Lindqvist, Fabrikam Consulting" in shown
    got = manager.get(page(cast.channel_manager, f"files/{file.public_id}/"))
    assert got.content == MAIL
    assert got["Content-Disposition"] == 'attachment; filename="Re Angebot.eml"'
    assert got["Content-Type"] == "message/rfc822"
    assert got["X-Content-Type-Options"] == "nosniff"
    assert got["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert got["Cache-Control"] == "no-store"


def test_the_event_tells_the_digest_to_both_sides(cast: Cast, waiting: Deal) -> None:
    attach_file(cast.partner_rep.actor, waiting, name="offer.pdf", content=PDF)
    attach_internal_file(cast.channel_manager.actor, waiting, name="ours.pdf", content=PDF)
    [ours, internal] = events(cast)
    assert (ours.name, ours.data["sha256"]) == ("file.attached", hashlib.sha256(PDF).hexdigest())
    assert (ours.partnership_id, internal.partnership_id) == (cast.partnership.pk, None)


@pytest.mark.parametrize("name", ["svg", "html", "document with macros", "too large", "nothing"])
def test_what_is_not_taken_is_said_at_the_field(name: str, cast: Cast, waiting: Deal, browse) -> None:
    answer = send(browse(cast.partner_rep), cast.partner_rep, waiting, HOSTILE[name], "harmless.pdf")
    assert answer.status_code == 422
    assert 'href="#id_file"' in answer.content.decode()
    assert kept(cast) == []


def test_two_clicks_attach_once(cast: Cast, waiting: Deal, browse) -> None:
    rep = browse(cast.partner_rep)
    assert [send(rep, cast.partner_rep, waiting, PDF).status_code for _ in range(2)] == [302, 302]
    assert len(kept(cast)) == 1


def test_internal_files_stay_with_the_vendor(cast: Cast, waiting: Deal, browse) -> None:
    manager, rep = browse(cast.channel_manager), browse(cast.partner_rep)
    assert send(manager, cast.channel_manager, waiting, PDF, "margin.pdf", to="registrations").status_code == 302
    [file] = kept(cast, InternalFile)
    assert "margin.pdf" in html(manager, cast.channel_manager, waiting)
    assert "margin.pdf" not in html(rep, cast.partner_rep, waiting)
    assert manager.get(page(cast.channel_manager, f"internal-files/{file.public_id}/")).content == PDF


def test_one_removes_ones_own_while_nothing_is_decided(cast: Cast, waiting: Deal, browse) -> None:
    rep, manager = browse(cast.partner_rep), browse(cast.channel_manager)
    file = attach_file(cast.partner_rep.actor, waiting, name="wrong.pdf", content=PDF)
    assert manager.post(page(cast.channel_manager, f"files/{file.public_id}/remove/")).status_code == 403
    assert rep.get(page(cast.partner_rep, f"files/{file.public_id}/remove/")).status_code == 200
    assert rep.post(page(cast.partner_rep, f"files/{file.public_id}/remove/")).status_code == 302
    [gone] = kept(cast)
    with acting(cast.system):
        assert (gone.status, bytes(gone.content), gone.name) == (Status.REMOVED, b"", "wrong.pdf")
    assert events(cast)[-1].name == "file.removed"
    assert rep.get(page(cast.partner_rep, f"files/{file.public_id}/")).status_code == 409
    assert send(rep, cast.partner_rep, waiting, PDF).status_code == 302  # it may come back


def test_what_a_decision_rests_on_stays(cast: Cast, waiting: Deal, browse) -> None:
    file = attach_file(cast.partner_rep.actor, waiting, name="proof.pdf", content=PDF)
    approve_deal(cast.channel_manager.actor, waiting)
    rep = browse(cast.partner_rep)
    assert rep.post(page(cast.partner_rep, f"files/{file.public_id}/remove/")).status_code == 409
    shown = html(rep, cast.partner_rep, waiting)
    assert f"files/{file.public_id}/remove/" not in shown
    assert "What you add now can't be removed." in shown
    assert kept(cast)[0].status == Status.KEPT


def test_what_was_given_up_takes_no_more(cast: Cast, waiting: Deal) -> None:
    withdraw_deal(cast.partner_rep.actor, waiting)
    with pytest.raises(DomainError, match="any more"):
        attach_file(cast.partner_rep.actor, waiting, name="late.pdf", content=PDF)


def test_a_record_and_a_day_take_only_so_much(cast: Cast, waiting: Deal, monkeypatch) -> None:
    rep = cast.partner_rep.actor
    monkeypatch.setattr(actions, "MOST_A_DAY", 2 * len(PDF) + 1)
    attach_file(rep, waiting, name="a.pdf", content=PDF)
    with pytest.raises(DomainError, match="within a day"):
        attach_file(rep, cast.register(customer="Adatum", domain="adatum.example"), name="b.pdf", content=PDF + PDF)
    monkeypatch.setattr(actions, "MOST_PER_RECORD", 1)
    with pytest.raises(DomainError, match="the most"):
        attach_file(rep, waiting, name="c.pdf", content=PDF + b" ")


def test_attempts_are_counted_before_anything_is_read(cast: Cast, waiting: Deal, monkeypatch) -> None:
    once = limits.Limit("files", 1, limits.DAY, "That was the last one.")
    monkeypatch.setattr(limits, "FILES", once)
    ours, path = machine(cast.partner_admin), f"/deal-registrations/{waiting.public_id}/files"
    assert ours.upload(path, HOSTILE["svg"]).status_code == 422
    assert ours.upload(path, PDF).status_code == 429


def test_the_database_keeps_a_file_as_it_came(cast: Cast, waiting: Deal) -> None:
    file = attach_file(cast.partner_rep.actor, waiting, name="proof.pdf", content=PDF)
    rows = Attachment.objects.filter(pk=file.pk)
    for change in (lambda: rows.update(sha256="0" * 64), lambda: rows.update(name="other.pdf"), rows.delete):
        with pytest.raises(DatabaseError, match="Cannot"), acting(cast.system), transaction.atomic():
            change()


def test_a_machine_attaches_lists_downloads_and_removes(cast: Cast, waiting: Deal) -> None:
    ours, vendor = machine(cast.partner_admin), machine(cast.vendor_admin)
    path = f"/deal-registrations/{waiting.public_id}/files"
    twice = [ours.upload(path, PDF, "offer.pdf", idempotency_key="a") for _ in range(2)]
    assert [answer.status_code for answer in twice] == [201, 201]
    shown = twice[0].json()
    assert twice[1].json()["id"] == shown["id"]
    assert (shown["media_type"], shown["size"], shown["about"]) == ("application/pdf", len(PDF), waiting.public_id)
    assert ours.upload(path, PDF).json()["code"] == "already_attached"
    assert [one["id"] for one in vendor.get(path).json()["data"]] == [shown["id"]]
    content = vendor.get(f"/files/{shown['id']}/content")
    assert content.content == PDF
    assert content["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert content["Content-Disposition"].startswith("attachment")
    assert vendor.post(f"/files/{shown['id']}/removal").status_code == 403
    assert ours.post(f"/files/{shown['id']}/removal").json()["status"] == "removed"
    assert ours.get(f"/files/{shown['id']}/content").json()["code"] == "file_removed"


def test_internal_files_over_the_api_are_not_there_for_a_partner(cast: Cast, waiting: Deal) -> None:
    ours, vendor = machine(cast.partner_admin), machine(cast.vendor_admin)
    path = f"/deal-registrations/{waiting.public_id}/internal-files"
    shown = vendor.upload(path, PDF, "margin.pdf").json()
    assert vendor.get(f"/internal-files/{shown['id']}/content").content == PDF
    for answer in (
        ours.get(path),
        ours.upload(path, PDF),
        ours.get(f"/internal-files/{shown['id']}"),
        ours.get(f"/internal-files/{shown['id']}/content"),
    ):
        assert answer.status_code == 404
    assert vendor.post(f"/internal-files/{shown['id']}/removal").json()["status"] == "removed"


def test_the_other_side_is_told(cast: Cast, waiting: Deal) -> None:
    run_jobs()
    attach_file(cast.partner_rep.actor, waiting, name="offer.pdf", content=PDF)
    attach_file(cast.deal_desk.actor, waiting, name="terms.pdf", content=PDF + b" ")
    run_jobs()
    with acting(cast.system):
        told = Notice.objects.filter(title__contains="attached").values_list("text", "recipient__user__name")
        assert set(told) == {("offer.pdf, PDF", "Jonas Weber"), ("terms.pdf, PDF", "Mara Lindqvist")}
