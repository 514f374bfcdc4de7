"""A table of points, drawn in a real browser: it adds up as before, and the partner reads what points bring."""

from typing import Any

import pytest

from hansa.core.tenancy import acting
from hansa.rulebook.models import PolicyVersion
from hansa.testing.cast import Cast
from hansa.tiers.rules import POINTS
from hansa.tiers.tests.running import certify, count_points

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_a_table_of_points_is_drawn_and_read(committed: Cast, visit: Any, size: str) -> None:
    count_points(committed)
    certify(committed, 2)
    author = visit(committed.vendor_admin, size=size)
    page = author.page
    page.goto(f"{author.address}/w/northwind/program/policies/tier-points/draft/")
    page.locator(".dmn-mount tbody tr").first.wait_for()
    page.locator(".dmn-mount tbody tr").first.locator(".output-cell [contenteditable]").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("50")
    author.press("Save the draft")
    assert author.reads("every row that fits is added up")
    with acting(committed.system):
        dmn = PolicyVersion.objects.get(policy=POINTS.name, number=2).dmn
    assert [row.values for row in POINTS.read(dmn.encode()).rows] == [(50,), (60,), (30,), (20,)]
    mara = visit(committed.partner_rep, size=size)
    mara.open("/w/northwind-fabrikam/tier/")
    assert mara.reads("40 points now")
    assert mara.reads("60 points more")
