"""A rule, walked in a real browser: edited, replayed, published by a colleague with notice, read by a partner."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from hansa.testing.browser import Visitor
from hansa.testing.cast import Cast, chief_of
from hansa.testing.queue import run_jobs

pytestmark = pytest.mark.browser

POLICIES = "/w/northwind/program/policies/"


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_from_the_edited_table_to_the_partner_that_sees_it_coming(
    committed: Cast, visit: Any, size: str, settings: Any, tmp_path: Path
) -> None:
    settings.REPLAY_COPIES = tmp_path / "replays"
    committed.register(customer="Alpine Works", domain="alpine.example")
    clara = visit(chief_of(committed), size=size)
    nora = visit(committed.vendor_admin, size=size)
    nora.open(POLICIES)
    nora.press("How a registration is decided")
    nora.press("New draft")
    nora.page.locator(".dmn-mount tbody tr").first.wait_for()
    edit_last_row(nora)
    nora.fill(summary="A person looks at every registration.")
    nora.press("Save the draft")
    assert nora.reads("changed")
    replay(nora)
    nora.press("Ask a colleague to publish")
    assert nora.reads("A colleague publishes it")
    publish(clara, nora.page.url)
    mara = visit(committed.partner_rep, size=size)
    mara.open("/w/northwind-fabrikam/program/")
    assert mara.reads("comes into force")
    assert mara.reads("A person looks at every registration.")
    assert not mara.reads("An open direct opportunity")
    mara.press("The whole table as it will be")
    assert mara.reads("What will change")
    assert mara.page.locator("del").filter(visible=True).count() > 0
    nora.press("Compare with…")
    assert nora.reads("1 row differs")
    nora.page.get_by_label("As partners read them").check()
    nora.press("Compare")
    assert nora.reads("in neutral words")
    nora.open(POLICIES)
    nora.press("How a registration is decided")
    nora.press("See what changes")
    nora.fill(days_to_close="400", deal_type="new", tier_rank="1", amount_minor="84,000")
    nora.press("Try it")
    assert nora.reads("fires: Under review")


def edit_last_row(nora: Visitor) -> None:
    """Write another answer into the row that fires in every other case."""
    cell = (
        nora.page.locator(".dmn-mount tbody tr:has(.output-cell)").last.locator(".output-cell [contenteditable]").first
    )
    cell.focus()
    nora.page.keyboard.press("ControlOrMeta+a")
    nora.page.keyboard.type('"under_review"')


def replay(nora: Visitor) -> None:
    """Let the draft decide once more what was decided, look at the case that would change, and come back."""
    draft = nora.page.url
    assert nora.reads("Not replayed")
    nora.press("Replay it")
    nora.press("Replay it")
    run_jobs()
    nora.press("Look again")
    assert nora.reads("worse for the partner")
    nora.press("Approved → Under review")
    assert nora.reads("Alpine Works")
    nora.page.goto(draft)
    nora.look()
    assert nora.reads("1 of 1 would change")


def publish(clara: Visitor, page: str) -> None:
    """Publish too early, read why not, and then with the notice."""
    clara.page.goto(page)
    clara.look()
    clara.press("Publish")
    clara.press("Publish")
    assert clara.reads("30 days before")
    clara.fill(begins=f"{timezone.now() + timedelta(days=40):%Y-%m-%dT%H:%M}")
    clara.press("Publish")
    assert clara.reads("Partners read it on the program's page.")
