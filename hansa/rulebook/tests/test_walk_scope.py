"""A pilot, walked in a real browser: drafted for one partner, published, read by that partner, and rolled out."""

from typing import Any

import pytest

from hansa.testing.browser import Visitor
from hansa.testing.cast import Cast, chief_of

pytestmark = pytest.mark.browser

POLICY = "/w/northwind/program/policies/registration-extension/"


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_from_a_pilot_to_all_partners(committed: Cast, visit: Any, size: str) -> None:
    clara, nora = visit(chief_of(committed), size=size), visit(committed.vendor_admin, size=size)
    nora.open(POLICY)
    nora.press("New draft")
    nora.page.locator(".dmn-mount tbody tr").first.wait_for()
    nora.fill(summary="Two more weeks are given at once.", pilot="Quick weeks", partners="Fabrikam Consulting")
    nora.page.locator("[name=takes]").uncheck()
    nora.press("Save the draft")
    assert nora.reads("The pilot Quick weeks")
    nora.press("Ask a colleague to publish")
    page = nora.page.url
    publish(clara, page)
    read_by_the_pilot_alone(committed, visit, size)
    nora.page.goto(page)
    nora.look()
    nora.press("Roll it out wider")
    assert nora.page.locator("[name=pilot]").input_value() == ""
    nora.fill(summary="Two more weeks are given at once.")
    nora.press("Save the draft")
    assert nora.reads("All partners")
    nora.open(POLICY)
    assert nora.reads("for the pilot Quick weeks")
    clara.page.goto(page)
    clara.press("End it")
    clara.press("End it")
    assert clara.reads("30 days before")


def publish(clara: Visitor, page: str) -> None:
    """Publish what takes nothing, from now on."""
    clara.page.goto(page)
    clara.press("Publish")
    clara.press("Publish")


def read_by_the_pilot_alone(cast: Cast, visit: Any, size: str) -> None:
    mara, remo = visit(cast.partner_rep, size=size), visit(cast.rival_rep, size=size)
    mara.open(f"/w/{cast.partner_rep.workspace.slug}/program/")
    remo.open(f"/w/{cast.rival_rep.workspace.slug}/program/")
    assert mara.reads("for the pilot Quick weeks")
    assert not remo.reads("Quick weeks")
