"""A rep on the road: registering without a network, in a real browser."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Dialog

from hansa.accounts.models import Vendor
from hansa.core.tenancy import acting
from hansa.deals.models import Deal
from hansa.testing.browser import Visitor
from hansa.testing.cast import Cast

pytestmark = pytest.mark.browser

HOME = "/w/northwind-fabrikam/"
EVERYTHING_KEPT = """async () => {
  const bases = (await indexedDB.databases()).map((base) => base.name);
  const pages = [];
  for (const name of await caches.keys()) for (const one of await (await caches.open(name)).keys()) pages.push(one.url);
  return { bases, pages, stored: { ...localStorage, ...sessionStorage } };
}"""
READY = """navigator.serviceWorker.controller !== null
  && caches.open("hansa").then(async (cache) => (await cache.keys()).some((one) => one.url.endsWith(".js")))"""
IN_THE_OUTBOX = """async () => {
  const done = (asked) => new Promise((resolve) => { asked.onsuccess = () => resolve(asked.result); });
  const base = await done(indexedDB.open("hansa"));
  const outbox = base.transaction("outbox", "readwrite").objectStore("outbox");
  const rows = await done(outbox.getAll());
"""
RAW_OUTBOX = f"""{IN_THE_OUTBOX}
  base.close();
  const sealed = new TextDecoder("latin1");
  return rows.map((row) => Object.keys(row) + JSON.stringify(row) + sealed.decode(row.sealed)).join();
}}"""
EIGHT_DAYS_LATER = f"""{IN_THE_OUTBOX}
  for (const row of rows) outbox.put({{ ...row, keptAt: row.keptAt - 8 * 24 * 60 * 60 * 1000 }});
  base.close();
}}"""
NO_SERVICE_WORKER = "delete Navigator.prototype.serviceWorker"
LOG_OUT = "/account/logout/"


def deals_of(cast: Cast) -> list[Deal]:
    with acting(cast.system):
        return list(Deal.objects.filter(partnership=cast.partnership).order_by("submitted_at"))


@pytest.fixture
def mara(committed: Cast, visit) -> Visitor:
    """The rep in the portal, her phone ready for bad times."""
    mara: Visitor = visit(committed.partner_rep, size="phone")
    mara.open(HOME)
    until(mara, READY)
    return mara


def until(mara: Visitor, script: str) -> None:
    """Wait until the expression is true; the page's own policy forbids it to wait by itself."""
    deadline = time.monotonic() + 20
    while not mara.page.evaluate(script):
        assert time.monotonic() < deadline, script
        mara.page.wait_for_timeout(100)


def without_network(mara: Visitor) -> None:
    mara.page.context.set_offline(True)
    mara.complaints.clear()


def with_network(mara: Visitor) -> None:
    mara.page.context.set_offline(False)
    mara.complaints.clear()


def in_ten_weeks() -> str:
    return (timezone.now() + timedelta(days=70)).date().isoformat()


def fill_in(mara: Visitor, **otherwise: str) -> None:
    """Fill in the form for a customer without a network."""
    without_network(mara)
    mara.page.goto(f"{mara.address}{HOME}deals/register/")
    facts = {"customer": "Contoso Logistics", "domain": "contoso-logistics.example", "amount": "84,000"}
    mara.fill(**{**facts, "expected_close": in_ten_weeks(), **otherwise})
    mara.page.get_by_label("Fleet Analytics").check()


def write(mara: Visitor, customer: str = "Contoso Logistics", **otherwise: str) -> None:
    """Fill in the form for a customer without a network, and hand it in."""
    fill_in(mara, customer=customer, **otherwise)
    mara.page.get_by_role("button", name="Keep and send later").click()
    told(mara, f"{customer} is kept on this device")


def refused(mara: Visitor) -> None:
    """Have a registration on the device that the server has refused."""
    write(mara, expected_close="2020-01-01")
    with_network(mara)
    told(mara, "Contoso Logistics was not registered.")


def go(mara: Visitor, path: str = HOME) -> None:
    """Open a page, with or without a network."""
    mara.page.goto(f"{mara.address}{path}")
    mara.page.wait_for_load_state("networkidle")


def told(mara: Visitor, text: str) -> None:
    mara.page.get_by_text(text).wait_for()


def test_what_was_written_without_a_network_is_sent_once_when_there_is_one(committed: Cast, mara: Visitor) -> None:
    write(mara)
    assert "Contoso" not in mara.page.evaluate(RAW_OUTBOX)
    context = mara.page.context
    mara.page.close()
    assert deals_of(committed) == []

    mara.page = context.new_page()
    mara.page.goto(f"{mara.address}{HOME}deals/")
    told(mara, "Contoso Logistics is kept on this device")
    second = context.new_page()
    second.goto(f"{mara.address}{HOME}")
    with_network(mara)
    until(mara, "!document.getElementById('outbox').textContent.includes('is kept')")
    mara.open(f"{HOME}deals/")
    assert [deal.customer_name for deal in deals_of(committed)] == ["Contoso Logistics"]
    assert not mara.reads("is kept on this device")


def test_each_registration_written_without_a_network_is_kept(committed: Cast, mara: Visitor) -> None:
    write(mara)
    write(mara, "Litware Health", domain="litware.example")
    told(mara, "Contoso Logistics is kept on this device")
    with_network(mara)
    told(mara, "Contoso Logistics was sent.")
    told(mara, "Litware Health was sent.")
    assert {deal.customer_name for deal in deals_of(committed)} == {"Contoso Logistics", "Litware Health"}


def test_a_network_that_comes_back_while_she_writes_takes_nothing_away(committed: Cast, mara: Visitor) -> None:
    fill_in(mara)
    with_network(mara)
    mara.page.get_by_role("button", name="Keep and send later").click()
    told(mara, "Contoso Logistics was sent.")
    assert [deal.customer_name for deal in deals_of(committed)] == ["Contoso Logistics"]


def test_a_registration_that_was_refused_says_why_and_can_be_mended(committed: Cast, mara: Visitor) -> None:
    refused(mara)
    told(mara, "Contoso Logistics was not registered. When will they decide? The expected close lies in the past.")
    mara.press("Mend it")
    until(mara, "document.querySelector('[name=customer]').value === 'Contoso Logistics'")
    field = mara.page.locator(".field", has=mara.page.locator("[name=expected_close]"))
    assert field.locator(".error").inner_text() == "The expected close lies in the past."
    assert field.locator("input").get_attribute("aria-invalid") == "true"
    assert mara.page.evaluate("document.activeElement.name") == "expected_close"
    mara.look()
    mara.fill(expected_close=in_ten_weeks())
    mara.press("Register this deal")
    assert mara.reads("Protected until")
    mara.open(HOME)
    assert not mara.reads("was not registered")
    assert len(deals_of(committed)) == 1


def test_logging_out_leaves_nothing_on_the_device(committed: Cast, mara: Visitor) -> None:
    refused(mara)
    go(mara)
    mara.page.on("dialog", lambda dialog: dialog.accept())
    mara.page.locator("summary", has_text="account menu").click()
    mara.page.get_by_role("button", name="Log out").click()
    mara.page.wait_for_url("**/account/login/**")
    assert mara.page.evaluate(EVERYTHING_KEPT) == {"bases": [], "pages": [], "stored": {}}
    assert deals_of(committed) == []


def test_another_person_on_the_same_device_finds_nothing(committed: Cast, mara: Visitor, visit) -> None:
    write(mara)
    own: Any = mara.page.context.cookies()
    paula: Visitor = visit(committed.partner_admin, size="phone")
    session: Any = paula.page.context.cookies()
    mara.page.context.clear_cookies()
    mara.page.context.add_cookies(session)
    with_network(mara)
    go(mara)
    assert not mara.reads("Contoso Logistics")
    assert not mara.reads("deleted from this device")
    assert "sealed" not in mara.page.evaluate(RAW_OUTBOX)
    mara.page.context.clear_cookies()
    mara.page.context.add_cookies(own)
    go(mara)
    told(mara, "deleted from this device before being sent, because somebody else logged in on it.")
    assert deals_of(committed) == []


def test_what_was_not_sent_in_time_is_deleted_and_its_owner_told_until_she_knows(mara: Visitor) -> None:
    write(mara)
    told(mara, "It is kept for 7 days, until")
    mara.page.evaluate(EIGHT_DAYS_LATER)
    go(mara)
    assert mara.reads("What could not be sent within 7 days is deleted from this device.")
    told(mara, "was not registered within 7 days; what was written is deleted from this device.")
    assert not mara.reads("Contoso Logistics")
    assert "sealed" not in mara.page.evaluate(RAW_OUTBOX)
    with_network(mara)
    go(mara)
    told(mara, "1 registration, written here on")
    mara.press("Understood")
    assert mara.page.evaluate(RAW_OUTBOX) == ""
    go(mara)
    assert not mara.reads("1 registration, written here on")


def test_the_page_that_logs_out_says_how_much_it_deletes(mara: Visitor) -> None:
    refused(mara)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    mara.page.once("dialog", stay)
    mara.open(LOG_OUT)
    warning = "Not sent yet: 1 registration. Logging out deletes it from this device."
    told(mara, warning)
    mara.press("Log out")
    assert asked == [warning]
    assert LOG_OUT in mara.page.url
    mara.page.once("dialog", lambda dialog: dialog.accept())
    mara.press("Log out")
    mara.page.wait_for_url("**/account/login/**")
    assert mara.page.evaluate(EVERYTHING_KEPT) == {"bases": [], "pages": [], "stored": {}}


def test_who_is_logged_out_by_now_logs_in_and_it_is_sent(committed: Cast, mara: Visitor) -> None:
    write(mara)
    session: Any = mara.page.context.cookies()
    mara.page.context.clear_cookies()
    with_network(mara)
    told(mara, "You are logged out by now. It is sent when you have logged in again.")
    mara.press("Log in")
    assert "/account/login/?next=" in mara.page.url
    mara.page.context.add_cookies(session)
    go(mara)
    told(mara, "Contoso Logistics was sent.")
    assert len(deals_of(committed)) == 1


def test_past_the_limit_of_a_day_it_waits_and_says_for_how_long(committed: Cast, mara: Visitor) -> None:
    Vendor.objects.filter(pk=committed.vendor_admin.workspace.vendor.pk).update(registrations_per_day=0)
    write(mara)
    with_network(mara)
    told(mara, "Your company has reached its 0 registrations for today. It is tried again in 24 hours.")
    assert mara.reads("Contoso Logistics is kept on this device")


def test_that_it_was_sent_stays_until_it_is_put_away(mara: Visitor) -> None:
    write(mara)
    with_network(mara)
    told(mara, "Contoso Logistics was sent.")
    mara.page.evaluate("outbox.firstChild.id = 'before'; dispatchEvent(new Event('online'))")
    until(mara, "!document.getElementById('before')")
    assert mara.reads("Contoso Logistics was sent.")
    mara.press("Put away")
    assert not mara.reads("Contoso Logistics was sent.")


def test_the_form_says_whether_it_opens_without_a_network(mara: Visitor) -> None:
    mara.open(f"{HOME}deals/register/")
    assert mara.reads(
        "Without a network this form opens too: what you write then is kept on this device for up to 7 days"
    )
    mara.page.context.add_init_script(NO_SERVICE_WORKER)
    mara.open(f"{HOME}deals/register/")
    assert mara.reads("browsers keep it on a device only at an address that begins with https")
    assert not mara.reads("Without a network this form opens too")
