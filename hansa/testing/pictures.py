"""The README's pictures, taken of a running demonstration: python -m hansa.testing.pictures http://127.0.0.1:8000."""

import argparse
import getpass
import os

import django
from playwright.sync_api import Browser, Page

from hansa.site.home import PROJECT

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hansa.site.settings")
django.setup()

from hansa.testing.browser import SIZES, chromium  # noqa: E402 - Django must be set up before its models are imported

FOLDER = PROJECT / "docs" / "pictures"
MANAGER, REP = "jonas@northwind.example", "mara@fabrikam.example"
PICTURES = (
    ("console-registration-desktop", MANAGER, "desktop", ("registrations/?show=all", "main table a")),
    ("console-queue-phone", MANAGER, "phone", ("registrations/?show=all",)),
    ("portal-deal-desktop", REP, "desktop", ("deals/?show=protected", "main table a")),
    ("portal-register-phone", REP, "phone", ("deals/register/",)),
)


def main() -> None:
    """Log in as the demonstration's people and take each picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", help="where the demonstration runs")
    address = parser.parse_args().address.rstrip("/")
    password = os.environ.get("HANSA_PASSWORD") or getpass.getpass("The demonstration's password: ")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for name, person, size, way in PICTURES:
            page = _logged_in(browser, address, person, password, size)
            page.goto(page.url + way[0])
            for step in way[1:]:
                page.locator(step).filter(visible=True).first.click()
                page.wait_for_load_state()
            page.screenshot(path=FOLDER / f"{name}.png")
            page.context.close()


def _logged_in(browser: Browser, address: str, person: str, password: str, size: str) -> Page:
    page = browser.new_context(viewport=SIZES[size]).new_page()
    page.goto(f"{address}/account/login/")
    page.fill("input[name=login]", person)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/w/**")
    return page


if __name__ == "__main__":
    main()
