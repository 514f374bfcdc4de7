import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from hansa.accounts.actions import offboard_member
from hansa.accounts.roles import PARTNER_ROLES, Role
from hansa.core.database import now
from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.deals.actions import withdraw_deal
from hansa.exports import jobs
from hansa.exports.limits import A_DAY
from hansa.exports.models import Export
from hansa.notices.models import Notice
from hansa.testing.cast import Cast, Person
from hansa.testing.machine import machine
from hansa.testing.queue import run_jobs

MAY_EXPORT = {"vendor_admin", "channel_chief", "channel_operations", "channel_manager", "partner_admin"}
CONSOLE, PORTAL = "/w/northwind/", "/w/northwind-fabrikam/"


def ask(client: Client, home: str, listing: str = "deals", asked: str = "") -> Any:
    return client.post(f"{home}exports/", {"listing": listing, "asked": asked})


def exported(client: Client, home: str, listing: str = "deals", asked: str = "") -> list[dict[str, str]]:
    """The rows of the file that this person gets."""
    address = ask(client, home, listing, asked).headers["Location"]
    run_jobs()
    answer = client.get(f"{address}file/")
    assert answer.status_code == 200, answer.content.decode()
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def only(cast: Cast, **facts: Any) -> Any:
    with acting(cast.system):
        return Export.objects.get(**facts)


def names(cast: Cast, name: str) -> list[dict[str, Any]]:
    with acting(cast.system):
        return [event.data for event in Event.objects.filter(name=name)]


def test_the_channel_manager_exports_the_deals_as_filtered(cast: Cast, browse: Any) -> None:
    withdraw_deal(cast.partner_rep.actor, cast.register(customer="Gone", domain="gone.example"))
    cast.register()
    cast.register(cast.rival_rep, customer="Litware", domain="litware.example")
    client = browse(cast.channel_manager)
    every = exported(client, CONSOLE)
    assert [row["Customer"] for row in every] == ["Litware", "Contoso Logistics", "Gone"]
    rows = exported(client, CONSOLE, asked=f"show=open&partner={cast.partnership.public_id}&after=deal_x")
    assert [row["Customer"] for row in rows] == ["Contoso Logistics"]
    assert (rows[0]["Amount"], rows[0]["Currency"], rows[0]["Status"]) == ("84000.00", "EUR", "Approved")
    assert (rows[0]["Partner"], rows[0]["Company"]) == ("Fabrikam Consulting", "Contoso Logistics")


def test_the_queue_is_exported_as_its_page_shows_it(cast: Cast, browse: Any) -> None:
    cast.register()
    for name in ("Adatum", "Woodgrove"):
        cast.register(customer=name, domain="")
    client = browse(cast.channel_manager)
    page = client.get(f"{CONSOLE}registrations/").content.decode()
    assert 'value="show=mine"' in page
    assert [row["Customer"] for row in exported(client, CONSOLE, "queue", "show=mine")] == ["Adatum", "Woodgrove"]
    assert exported(client, CONSOLE, "queue", "show=asked") == []


def test_a_partner_gets_its_own_deals_without_what_is_the_vendors(cast: Cast, browse: Any) -> None:
    cast.register()
    cast.register(cast.rival_rep, customer="Litware", domain="litware.example")
    rows = exported(browse(cast.partner_admin), PORTAL)
    assert [row["Customer"] for row in rows] == ["Contoso Logistics"]
    assert not {"Company", "Partner", "Reason", "To be decided by"} & set(rows[0])
    assert exported(browse(cast.partner_admin), PORTAL, asked="show=won") == []


def test_the_file_is_an_attachment_that_no_browser_guesses_about(cast: Cast, browse: Any) -> None:
    client = browse(cast.partner_admin)
    address = ask(client, PORTAL).headers["Location"]
    assert "Being made" in client.get(address).content.decode()
    assert client.get(f"{address}file/").status_code == 409
    run_jobs()
    assert "Download as CSV" in client.get(address).content.decode()
    answer = client.get(f"{address}file/")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("who", ["vendor_admin", "channel_manager", "rival_admin", "stranger"])
def test_nobody_but_its_maker_finds_an_export(cast: Cast, browse: Any, who: str) -> None:
    address = ask(browse(cast.partner_admin), PORTAL).headers["Location"]
    run_jobs()
    person: Person = cast.people[who]
    for place in (address, address.replace("northwind-fabrikam", person.workspace.slug)):
        client = browse(person)
        assert client.get(place).status_code == client.get(f"{place}file/").status_code == 404


@pytest.mark.parametrize("who", ["vendor_admin", "rival_admin", "stranger"])
def test_no_machine_but_its_makers_finds_an_export(cast: Cast, who: str) -> None:
    made = machine(cast.partner_admin).post("/exports", {"list": "deals"}).headers["Location"]
    run_jobs()
    path = made.removeprefix("/api/v1")
    assert machine(cast.partner_admin).get(f"{path}/file").status_code == 200
    other = machine(cast.people[who])
    assert other.get(path).status_code == other.get(f"{path}/file").status_code == 404


@pytest.mark.parametrize(("who", "home"), [("deal_desk", CONSOLE), ("partner_rep", PORTAL)])
def test_who_may_not_export_is_refused_and_offered_no_button(cast: Cast, browse: Any, who: str, home: str) -> None:
    cast.register()
    client = browse(cast.people[who])
    assert ask(client, home).status_code == 403
    assert "Export" not in client.get(f"{home}deals/").content.decode()
    manager = browse(cast.channel_manager if home == CONSOLE else cast.partner_admin)
    assert ">Export<" in manager.get(f"{home}deals/").content.decode()


@pytest.mark.parametrize("role", Role.values)
def test_each_role_exports_or_does_not(cast: Cast, browse: Any, role: str) -> None:
    """The matrix of roles and lists, by page and by program; what is refused leaves no file."""
    partners = role in PARTNER_ROLES
    person, admin = (cast.partner_rep, cast.partner_admin) if partners else (cast.deal_desk, cast.vendor_admin)
    person.membership.roles = [role]
    person.membership.save()
    home, lists = (PORTAL, ("deals",)) if partners else (CONSOLE, ("deals", "queue"))
    key = machine(admin, roles=[role])
    for listing in lists:
        answers = ask(browse(person), home, listing).status_code, key.post("/exports", {"list": listing})
        assert (answers[0], answers[1].status_code) == ((302, 201) if role in MAY_EXPORT else (403, 403))
    with acting(cast.system):
        assert Export.objects.count() == (2 * len(lists) if role in MAY_EXPORT else 0)


def test_a_list_that_is_not_theirs_and_a_filter_that_is_none_are_refused(cast: Cast, browse: Any) -> None:
    client = browse(cast.partner_admin)
    assert ask(client, PORTAL, "queue").status_code == 422
    assert ask(client, PORTAL, asked="show=everything").status_code == 422
    assert not names(cast, "export.requested")


def test_what_was_exported_is_on_record(cast: Cast, browse: Any) -> None:
    cast.register()
    exported(browse(cast.channel_manager), CONSOLE, asked="show=open&q=conto")
    facts = {"person": "Jonas Weber", "list": "deals", "filter": {"show": "open", "q": "conto"}}
    [asked], [done] = names(cast, "export.requested"), names(cast, "export.finished")
    assert facts.items() <= asked.items()
    assert done.items() >= {**facts, "rows": 1}.items()
    audit = browse(cast.vendor_admin).get(f"{CONSOLE}audit/?name=export.requested").content.decode()
    assert "Export asked for" in audit
    assert "Jonas Weber" in audit


def test_the_twenty_first_export_of_a_day_is_refused_and_told_once(cast: Cast, browse: Any) -> None:
    client, other = browse(cast.partner_admin), machine(cast.partner_admin)
    for _ in range(A_DAY - 1):
        assert ask(client, PORTAL).status_code == 302
    assert other.post("/exports", {"list": "deals"}).status_code == 201
    refused = ask(client, PORTAL)
    assert refused.status_code == 429
    assert "You have made 20 exports within a day" in refused.content.decode()
    assert other.post("/exports", {"list": "deals"}).status_code == 429
    assert len(names(cast, "export.requested")) == A_DAY
    assert [fact["person"] for fact in names(cast, "export.refused")] == ["Paula Admin"]
    run_jobs()
    with acting(cast.vendor_admin.actor):
        told = Notice.objects.visible_to(cast.vendor_admin.actor).filter(title__contains="limit of exports")
        assert [notice.title for notice in told] == ["Paula Admin reached the limit of exports"]
    assert ask(browse(cast.channel_manager), CONSOLE).status_code == 302


def test_a_machine_over_the_limit_is_told_of_too(cast: Cast) -> None:
    other = machine(cast.partner_admin)
    answers = [other.post("/exports", {"list": "deals"}).status_code for _ in range(A_DAY + 2)]
    assert answers == [201] * A_DAY + [429] * 2
    assert len(names(cast, "export.refused")) == 1


def test_exports_die_with_off_boarding(cast: Cast, browse: Any) -> None:
    colleague = cast.channel_manager
    address = ask(browse(colleague), CONSOLE).headers["Location"]
    run_jobs()
    waiting = ask(browse(colleague), CONSOLE).headers["Location"]
    offboard_member(cast.vendor_admin.actor, colleague.membership)
    assert browse(colleague).get(f"{address}file/").status_code in (302, 404)
    run_jobs()
    with acting(cast.system):
        kept = Export.objects.all()
        assert {(one.status, bytes(one.content)) for one in kept} == {("removed", b"")}
        assert {f"{CONSOLE}exports/{one.public_id}/" for one in kept} == {address, waiting}


def test_a_permission_lost_meanwhile_leaves_no_file(cast: Cast, browse: Any) -> None:
    ask(browse(cast.channel_manager), CONSOLE)
    cast.channel_manager.membership.roles = ["deal_desk"]
    cast.channel_manager.membership.save()
    run_jobs()
    assert (only(cast).status, bytes(only(cast).content)) == ("failed", b"")


def test_a_file_is_gone_after_a_day(cast: Cast, browse: Any) -> None:
    client = browse(cast.partner_admin)
    address = ask(client, PORTAL).headers["Location"]
    run_jobs()
    vendor = str(cast.system.vendor_id)
    assert jobs.sweep_exports(vendor) == 0
    with acting(cast.system):
        Export.objects.update(until=now() - timedelta(seconds=1))
    answer = client.get(f"{address}file/")
    assert answer.status_code == 409
    assert "Export the list again" in answer.content.decode()
    assert jobs.sweep_exports(vendor) == 1
    assert (only(cast).status, bytes(only(cast).content)) == ("removed", b"")
    assert "The file is gone" in client.get(address).content.decode()


def test_what_no_job_made_within_a_day_is_given_up(cast: Cast, browse: Any) -> None:
    ask(browse(cast.partner_admin), PORTAL)
    with acting(cast.system):
        Export.objects.update(created_at=now() - timedelta(days=1, seconds=1))
    assert jobs.sweep_exports(str(cast.system.vendor_id)) == 1
    run_jobs()
    assert (only(cast).status, bytes(only(cast).content)) == ("removed", b"")


def test_a_list_too_long_says_so(cast: Cast, browse: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("hansa.exports.write.MOST_ROWS", 1)
    cast.register()
    cast.register(customer="Adatum", domain="adatum.example")
    client = browse(cast.partner_admin)
    address = ask(client, PORTAL).headers["Location"]
    run_jobs()
    assert "Narrow it down" in client.get(address).content.decode()


def test_a_file_in_batches_is_whole_and_in_order(cast: Cast, browse: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("hansa.exports.write.ROWS_AT_ONCE", 2)
    for number in range(5):
        cast.register(customer=f"Customer {number}", domain=f"customer-{number}.example")
    rows = exported(browse(cast.partner_admin), PORTAL)
    assert [row["Customer"] for row in rows] == [f"Customer {number}" for number in (4, 3, 2, 1, 0)]


def test_a_machine_exports_and_fetches(cast: Cast) -> None:
    cast.register()
    partner = machine(cast.partner_admin)
    made = partner.post("/exports", {"list": "deals", "show": "protected"})
    assert (made.status_code, made.json()["filter"]) == (201, {"show": "protected"})
    path = made.headers["Location"].removeprefix("/api/v1")
    assert partner.get(f"{path}/file").json()["code"] == "export_running"
    run_jobs()
    shown = partner.get(path).json()
    assert (shown["status"], shown["rows_done"], shown["rows_total"]) == ("done", 1, 1)
    file = partner.get(f"{path}/file")
    assert "Contoso Logistics" in file.content.decode("utf-8-sig")
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert partner.post("/exports", {"list": "queue"}).status_code == 422
    assert partner.post("/exports", {"list": "deals", "sort": "due"}).status_code == 422
