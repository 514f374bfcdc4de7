"""The hourly watch over a chain: what it keeps, whom it tells, and what auditors read."""

import pytest
from django.test import Client

from hansa.accounts.models import Membership
from hansa.accounts.roles import Role
from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.history.jobs import check_all_vendors, check_history
from hansa.history.models import Check, Unsealed
from hansa.history.sealing import close_days, seal_all
from hansa.kernel.ids import new_id
from hansa.notices.models import Notice
from hansa.testing import databases
from hansa.testing.cast import Cast
from hansa.testing.machine import machine
from hansa.testing.queue import run_jobs

PAGE = "/w/northwind/audit/chain/"
AT_TWO, AT_THREE = 2 * 3600 + 300, 3 * 3600 + 300


def sealed(cast: Cast) -> str:
    """A registration and its seal; returns the vendor's id as jobs get it."""
    cast.register()
    seal_all(cast.partnership.vendor_id)
    return str(cast.partnership.vendor_id)


def plant(cast: Cast) -> None:
    """Put an event past everything, as if it had never had to wait for its seal."""
    with acting(cast.system):
        event = Event.objects.filter(name="deal.registered").latest("id")
        event.pk = new_id()
        Event.objects.bulk_create([event])
        Unsealed.objects.filter(pk=event.pk).delete()


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return (b"".join(answer) if answer.streaming else answer.content).decode()


def test_each_hour_checks_what_is_recent_and_each_night_everything(cast: Cast) -> None:
    sealed(cast)
    check_all_vendors.func(AT_THREE)
    check_all_vendors.func(AT_TWO)
    run_jobs()
    with acting(cast.system):
        found = dict(Check.objects.values_list("extent", "entries"))
    assert found == {"recent": 2, "whole": 2}


def test_what_does_not_hold_is_told_once_to_those_who_audit(cast: Cast) -> None:
    vendor = sealed(cast)
    auditor = Membership.objects.get(pk=cast.deal_desk.membership.pk)
    auditor.roles = [Role.AUDITOR]
    auditor.save()
    plant(cast)
    for _ in range(2):
        assert check_history.func(vendor, "recent") == 1
        run_jobs()
    with acting(cast.system):
        told = Notice.objects.filter(path="audit/chain/")
        assert {notice.recipient_id for notice in told} == {cast.vendor_admin.membership.pk, auditor.pk}
        assert told.count() == 2
        assert "never sealed" in told[0].text


def test_auditors_read_that_everything_holds(cast: Cast, browse) -> None:
    vendor = sealed(cast)
    client = browse(cast.vendor_admin)
    assert "Not verified yet" in text(client, PAGE)
    check_history.func(vendor, "recent")
    assert "The recent 2 entries hold" in text(client, PAGE)
    check_history.func(vendor, "whole")
    assert "All 2 entries hold" in text(client, PAGE)
    assert "All 2 entries hold" in text(client, "/w/northwind/audit/")
    answer = machine(cast.vendor_admin).get("/chain").json()
    assert (answer["entries"], answer["checked_entries"], answer["findings"]) == (2, 2, [])


def test_auditors_read_where_it_does_not(cast: Cast, browse) -> None:
    vendor = sealed(cast)
    plant(cast)
    check_history.func(vendor, "whole")
    page = text(browse(cast.vendor_admin), PAGE)
    assert "1 place does not hold" in page
    assert "an event of a time between them was never sealed" in page


def test_heads_and_entries_are_files_to_keep(committed: Cast, browse) -> None:
    cast = committed
    sealed(cast)
    databases.move_clock("1 day")
    close_days(cast.partnership.vendor_id)
    sealed(cast)
    client = browse(cast.vendor_admin)
    heads = machine(cast.vendor_admin).get("/chain/heads").json()["data"]
    assert [head["position"] for head in heads] == [2]
    assert heads[0]["hash"][:16] in text(client, PAGE)
    assert text(client, f"{PAGE}heads.jsonl").count("\n") == 1
    assert text(client, f"{PAGE}entries.jsonl").count("\n") == 4
    assert "Contoso" not in text(client, f"{PAGE}entries.jsonl?facts=1")
    link = next(part for part in text(client, PAGE).split('"') if "/head_" in part)
    assert text(client, link).count("\n") == 2


@pytest.mark.parametrize("path", ["", "heads.jsonl", "entries.jsonl"])
def test_the_sealed_history_is_for_few(cast: Cast, browse, path: str) -> None:
    assert browse(cast.deal_desk).get(PAGE + path).status_code == 403
    assert browse(cast.partner_admin).get(f"/w/northwind-fabrikam/audit/chain/{path}").status_code == 404
    assert machine(cast.vendor_admin, roles=[Role.DEAL_DESK]).get("/chain").status_code == 403
    assert machine(cast.partner_admin).get("/chain").status_code == 404
