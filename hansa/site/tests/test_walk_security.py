"""Passkeys in a real browser, and support that looks at a portal."""

from typing import Any

import pytest

from hansa.testing.browser import Visitor
from hansa.testing.cast import PASSWORD, Cast, Person
from hansa.testing.factors import code_of

pytestmark = pytest.mark.browser

LOG_IN, SECURITY = "/account/login/", "/account/security/"


def by_name(visitor: Visitor) -> Visitor:
    """The same site by its name: browsers keep no passkeys for a number."""
    visitor.address = visitor.address.replace("127.0.0.1", "localhost")
    return visitor


def with_device(visitor: Visitor) -> Any:
    """Give the browser a device that keeps passkeys and is always unlocked; returns how to ask it."""
    device = visitor.page.context.new_cdp_session(visitor.page)
    device.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**kind, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    return device


def log_in(visitor: Visitor, person: Person) -> None:
    person.user.set_password(PASSWORD)
    person.user.save()
    visitor.open(LOG_IN)
    visitor.fill(login=person.user.email, password=PASSWORD)
    visitor.press("Log in")


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_a_passkey_is_added_and_is_the_whole_log_in(committed: Cast, visit, size: str) -> None:
    mara = by_name(visit(size=size))
    with_device(mara)
    log_in(mara, committed.partner_rep)
    mara.page.locator("header details.menu summary").last.click()
    mara.press("Security")
    mara.press("Add a passkey")
    mara.fill(password=PASSWORD)
    mara.press("Go on")
    mara.fill(name="My phone")
    mara.find("Add the passkey").click()
    mara.page.wait_for_url("**/security/codes/")
    mara.look()
    assert mara.reads("Your recovery codes")
    mara.press("Back to security")
    assert mara.reads("My phone")

    mara.open("/account/logout/")
    mara.press("Log out")
    mara.open(LOG_IN)
    mara.find("Log in with a passkey").click()
    mara.page.wait_for_url("**/w/**")
    mara.look()

    mara.open(SECURITY)
    mara.press("Remove My phone")
    assert mara.reads("we ask for your password once more")
    mara.press("With a passkey")
    mara.find("Use your passkey").click()
    mara.page.wait_for_url("**/remove/")
    mara.look()
    mara.press("Remove the passkey")
    assert mara.reads("The passkey is removed.")


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_a_device_that_refuses_is_told_and_another_way_stays_open(committed: Cast, visit, size: str) -> None:
    mara = by_name(visit(size=size))
    mara.page.context.new_cdp_session(mara.page).send("WebAuthn.enable")  # a browser without any device
    mara.open(LOG_IN)
    mara.page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new DOMException('no')); }")
    mara.find("Log in with a passkey").click()
    mara.page.get_by_text("Your browser did not do it").wait_for()
    mara.look()
    log_in(mara, committed.partner_rep)
    assert "/w/" in mara.page.url


def test_without_javascript_the_log_in_offers_no_passkey_and_the_page_says_why(committed: Cast, visit) -> None:
    mara: Visitor = visit(committed.partner_rep, script=False)
    mara.open(LOG_IN)
    assert not mara.reads("Log in with a passkey")
    mara.open(f"{SECURITY}passkeys/add/")
    assert mara.reads("A passkey needs JavaScript")
    assert mara.reads("the address of this page is a bare number") == ("//127." in mara.address)


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_an_app_is_added_and_a_colleague_resets_it(committed: Cast, visit, size: str) -> None:
    mara: Visitor = visit(size=size)
    log_in(mara, committed.partner_rep)
    mara.open(f"{SECURITY}app/add/")
    mara.fill(password=PASSWORD)
    mara.press("Go on")
    secret = mara.page.locator("#app-secret").input_value()
    mara.fill(code="1")
    mara.press("Add the app")
    assert mara.reads("This was not accepted")
    mara.fill(code=code_of(mara.page.locator("#app-secret").input_value(), ahead=-1))
    mara.press("Add the app")
    assert mara.reads("Your recovery codes")
    for page in ("codes/new/", "app/remove/", ""):
        mara.open(SECURITY + page)
    mara.open("/account/logout/")
    mara.press("Log out")
    log_in(mara, committed.partner_rep)
    assert mara.reads("One more step")
    mara.fill(code=code_of(secret))
    mara.press("Go on")
    assert "/w/" in mara.page.url

    paula: Visitor = visit(committed.partner_admin, size=size)
    paula.open("/w/northwind-fabrikam/team/")
    paula.press("Reset second step of Mara Lindqvist")
    paula.press("Reset the second step")
    assert paula.reads("can set up a new second step")


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_support_looks_and_stops(committed: Cast, visit, size: str) -> None:
    jonas: Visitor = visit(committed.channel_manager, size=size)
    jonas.open(f"/w/northwind/partners/{committed.partnership.public_id}/")
    jonas.press("See what they see (Mara Lindqvist)")
    jonas.fill(reason="Case 7")
    jonas.press("Look")
    for page in ("", "deals/", "deals/register/", "team/", "program/"):
        jonas.open(f"/w/northwind-fabrikam/{page}")
        assert jonas.reads("You see what Mara Lindqvist sees")
    jonas.press("Stop looking")
    assert jonas.reads("You no longer see what Mara Lindqvist sees.")
    mara: Visitor = visit(committed.partner_rep, size=size)
    mara.open(SECURITY)
    assert mara.reads("Jonas Weber of Northwind")


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_an_administrator_demands_a_second_step(committed: Cast, visit, size: str) -> None:
    nora: Visitor = visit(committed.vendor_admin, size=size)
    nora.open("/w/northwind/team/")
    nora.press("Demand a second step")
    nora.press("Demand it")
    assert nora.reads("Northwind asks its team for a second step")
