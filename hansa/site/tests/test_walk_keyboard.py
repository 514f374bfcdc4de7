"""Single keys lead on, until a person switches them off."""

from typing import Any

import pytest

from hansa.testing.browser import Visitor
from hansa.testing.cast import Cast

pytestmark = pytest.mark.browser

FOCUSED = "document.activeElement.name"


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_a_person_reads_which_keys_there_are_and_switches_them_off(committed: Cast, visit: Any, size: str) -> None:
    jonas: Visitor = visit(committed.channel_manager, size=size)
    jonas.open("/w/northwind/keyboard/")
    assert jonas.reads("To the search")
    jonas.page.get_by_label("Use single-key shortcuts").uncheck()
    jonas.press("Save")
    assert jonas.reads("Single keys do nothing any more.")
    assert jonas.page.locator("kbd").filter(visible=True).count() == 0


def test_a_key_does_something_only_while_it_is_on(committed: Cast, visit: Any) -> None:
    jonas: Visitor = visit(committed.channel_manager, size="desktop")
    jonas.open("/w/northwind/")
    jonas.page.keyboard.press("/")
    assert jonas.page.evaluate(FOCUSED) == "q"
    jonas.open("/w/northwind/keyboard/")
    jonas.page.get_by_label("Use single-key shortcuts").uncheck()
    jonas.press("Save")
    jonas.open("/w/northwind/")
    jonas.page.keyboard.press("/")
    assert jonas.page.evaluate(FOCUSED) != "q"


def test_it_holds_for_that_person_alone(cast: Cast, browse: Any) -> None:
    browse(cast.channel_manager).post("/w/northwind/keyboard/", {})
    assert 'data-keys="off"' in browse(cast.channel_manager).get("/w/northwind/").content.decode()
    assert "data-keys" not in browse(cast.vendor_admin).get("/w/northwind/").content.decode()
    browse(cast.channel_manager).post("/w/northwind/keyboard/", {"shortcuts": "on"})
    assert "data-keys" not in browse(cast.channel_manager).get("/w/northwind/").content.decode()
