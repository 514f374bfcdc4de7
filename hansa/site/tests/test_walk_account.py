"""The pages of log-in and passwords, walked in a real browser."""

from urllib.parse import urlsplit

import pytest
from django.core import mail

from hansa.testing.browser import Visitor
from hansa.testing.cast import PASSWORD, Cast
from hansa.testing.queue import run_jobs

pytestmark = pytest.mark.browser

LOG_IN = "/account/login/"


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_from_the_forgotten_password_to_the_only_session(committed: Cast, visit, size: str) -> None:
    email = committed.partner_rep.user.email
    mara: Visitor = visit(size=size)
    mara.open(LOG_IN)
    mara.press("Log in")
    assert mara.reads("There is a problem")
    mara.press("Forgot your password?")
    mara.press("Send me the link")
    mara.fill(email=email)
    mara.press("Send me the link")
    assert mara.reads("Look at your mail")

    run_jobs()
    link = next(word for word in str(mail.outbox[-1].body).split() if "/password/reset/key/" in word)
    mara.open(urlsplit(link).path)
    mara.fill(password1="short", password2="other")
    mara.press("Save the new password")
    mara.fill(password1=PASSWORD, password2=PASSWORD)
    mara.press("Save the new password")
    assert mara.reads("Your password is changed.")

    at_home: Visitor = visit(size=size)
    for browser in (at_home, mara):
        browser.open(LOG_IN)
        browser.fill(login=email, password=PASSWORD)
        browser.press("Log in")
    mara.open("/account/sessions/")
    mara.press("Log out everywhere else")
    assert mara.reads("Here, and nowhere else.")
    at_home.open("/account/password/change/")
    assert at_home.page.url.endswith("/account/login/?next=/account/password/change/")


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_every_other_account_page_holds_up(committed: Cast, visit, size: str) -> None:
    somebody: Visitor = visit(size=size)
    for page in ("signup/", "inactive/", "password/reset/done/", "password/reset/key/1-x/"):
        somebody.open(f"/account/{page}")
    paula: Visitor = visit(committed.partner_admin, size=size)
    for page in ("password/set/", "logout/"):
        paula.open(f"/account/{page}")
    paula.press("Log out")
    assert paula.reads("You are logged out.")
