"""The editor of decision tables in a real browser, and without JavaScript."""

from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page

from hansa.rulebook.dmn.reading import read_table
from hansa.rulebook.dmn.syntax import Table
from hansa.rulebook.dmn.writing import write_table
from hansa.rulebook.showcase import FACTS, sample
from hansa.testing.browser import Visitor, grave_violations
from hansa.testing.cast import Cast

pytestmark = pytest.mark.browser
PAGE = "/look/tables/"
WIDGET = ".dmn-mount"  # what is wrong inside it is dmn-js's own


def opened(visit: Any, size: str, path: str = PAGE) -> Visitor:
    visitor: Visitor = visit(size=size)
    visitor.page.goto(visitor.address + path)
    visitor.page.locator(".dmn-mount tbody tr").first.wait_for()
    look(visitor)
    return visitor


def look(visitor: Visitor) -> None:
    assert grave_violations(visitor.page, WIDGET) == []
    assert not visitor.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert visitor.complaints == []


def sent(page: Page) -> Table:
    """What the form posts, read as a table."""
    with page.expect_request(lambda request: request.method == "POST") as posted:
        page.get_by_role("button", name="Save the table").click()
    page.wait_for_load_state()
    [text] = parse_qs(posted.value.post_data or "")["dmn"]
    return read_table(text.encode(), facts=FACTS)


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_a_cell_changed_by_keyboard_and_a_new_row_are_sent(committed: Cast, visit: Any, size: str) -> None:
    visitor = opened(visit, size)
    page = visitor.page
    page.get_by_role("button", name="Add a row").focus()
    page.keyboard.press("Enter")
    page.locator(".dmn-mount tbody tr").nth(3).wait_for()
    page.locator(".dmn-mount tbody tr").nth(3).locator(".output-cell [contenteditable]").focus()
    page.keyboard.type('"Approve"')
    page.locator(".dmn-mount tbody tr").nth(0).locator(".input-cell [contenteditable]").first.focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("> 70000")
    table = sent(page)
    assert [row.values for row in table.rows] == [*(row.values for row in sample().rows), ("Approve",)]
    assert table.rows[0].cells[0].tests[0].value == 70_000  # type: ignore[union-attr]
    assert table.rows[0].note == sample().rows[0].note
    look(visitor)
    assert visitor.reads("more than €70,000")


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_a_mistake_leads_to_its_cell(committed: Cast, visit: Any, size: str) -> None:
    visitor = opened(visit, size)
    page = visitor.page
    page.locator(".dmn-mount tbody tr").nth(1).locator(".input-cell [contenteditable]").first.focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("much")
    page.get_by_role("button", name="Save the table").click()
    link = page.get_by_role("link", name="row 2, Amount", exact=False)
    link.wait_for()
    page.locator(".dmn-wrong").wait_for()
    link.click()
    assert page.evaluate("document.activeElement.innerText").strip() == "much"
    look(visitor)


def test_what_nobody_changed_is_sent_as_it_was(committed: Cast, visit: Any) -> None:
    assert sent(opened(visit, "desktop").page) == read_table(write_table(sample()), facts=FACTS)


def test_the_watermark_is_in_sight(committed: Cast, visit: Any) -> None:
    mark = opened(visit, "desktop").page.locator(".bjs-powered-by")
    assert mark.is_visible()


def test_a_table_to_read_only_has_nothing_to_type_into(committed: Cast, visit: Any) -> None:
    page = opened(visit, "desktop", PAGE + "?fixed=1").page
    assert page.locator(".dmn-mount [contenteditable]").count() == 0
    assert page.get_by_role("button", name="Add a row").count() == 0


def test_without_javascript_the_text_is_edited(committed: Cast, visit: Any) -> None:
    visitor: Visitor = visit(size="phone", script=False)
    visitor.page.goto(visitor.address + PAGE)
    assert "decisionTable" in visitor.page.get_by_label("The table, as a DMN file").input_value()
    assert sent(visitor.page) == read_table(write_table(sample()), facts=FACTS)
