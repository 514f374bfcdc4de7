"""A rep on the road: registering without a network, in a real browser."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

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
RAW_OUTBOX = """async () => {
  const base = await new Promise((resolve) => { const asked = indexedDB.open("hansa"); asked.onsuccess = () => resolve(asked.result); });
  const rows = await new Promise((resolve) => { const asked = base.transaction("outbox").objectStore("outbox").getAll(); asked.onsuccess = () => resolve(asked.result); });
  base.close();
  return rows.map((row) => JSON.stringify(row) + new TextDecoder("latin1").decode(row.sealed)).join();
}"""  # noqa: E501 - a script


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


def write(mara: Visitor, amount: str = "84,000") -> None:
    """Fill in the form for a customer and hand it in."""
    mara.page.goto(f"{mara.address}{HOME}deals/register/")
    mara.fill(customer="Contoso Logistics", domain="contoso-logistics.example", amount=amount)
    mara.fill(expected_close=(timezone.now() + timedelta(days=70)).date().isoformat())
    mara.page.get_by_label("Fleet Analytics").check()
    mara.page.get_by_role("button", name="Keep and send later").click()


def told(mara: Visitor, text: str) -> None:
    mara.page.get_by_text(text).wait_for()


def test_what_was_written_without_a_network_is_sent_once_when_there_is_one(committed: Cast, mara: Visitor) -> None:
    without_network(mara)
    write(mara)
    told(mara, "Contoso Logistics is kept on this device")
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


def test_a_registration_that_was_refused_says_why_and_can_be_mended(committed: Cast, mara: Visitor) -> None:
    without_network(mara)
    write(mara, amount="much")
    told(mara, "Contoso Logistics is kept on this device")
    with_network(mara)
    told(mara, "Contoso Logistics was not registered.")
    mara.press("Mend it")
    until(mara, "document.querySelector('[name=customer]').value === 'Contoso Logistics'")
    mara.fill(amount="84,000")
    mara.press("Register this deal")
    assert mara.reads("Protected until")
    mara.open(HOME)
    assert not mara.reads("was not registered")
    assert len(deals_of(committed)) == 1


def test_logging_out_leaves_nothing_on_the_device(committed: Cast, mara: Visitor) -> None:
    without_network(mara)
    write(mara, amount="much")
    told(mara, "Contoso Logistics is kept on this device")
    with_network(mara)
    told(mara, "Contoso Logistics was not registered.")
    mara.page.goto(f"{mara.address}{HOME}")
    mara.page.on("dialog", lambda dialog: dialog.accept())
    mara.page.locator("summary", has_text="account menu").click()
    mara.page.get_by_role("button", name="Log out").click()
    mara.page.wait_for_url("**/account/login/**")
    assert mara.page.evaluate(EVERYTHING_KEPT) == {"bases": [], "pages": [], "stored": {}}
    assert deals_of(committed) == []


def test_another_person_on_the_same_device_finds_nothing(committed: Cast, mara: Visitor, visit) -> None:
    without_network(mara)
    write(mara)
    told(mara, "Contoso Logistics is kept on this device")
    paula: Visitor = visit(committed.partner_admin, size="phone")
    session: Any = paula.page.context.cookies()
    mara.page.context.clear_cookies()
    mara.page.context.add_cookies(session)
    with_network(mara)
    mara.page.goto(f"{mara.address}{HOME}")
    mara.page.wait_for_load_state("networkidle")
    assert not mara.reads("Contoso Logistics")
    assert mara.page.evaluate(RAW_OUTBOX) == ""
    assert deals_of(committed) == []
