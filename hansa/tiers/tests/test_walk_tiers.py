"""Tiers, walked in a real browser: a number is entered, a promotion waits, is approved, and the partner reads it."""

from typing import Any

import pytest

from hansa.testing.cast import Cast
from hansa.tiers.tests.running import evaluated, run_tiers, today

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_from_what_is_missing_to_the_tier_that_was_reached(committed: Cast, visit: Any, size: str) -> None:
    run_tiers(committed, approve_promotion=True)
    evaluated(committed)
    mara = visit(committed.partner_rep, size=size)
    mara.open("/w/northwind-fabrikam/tier/")
    assert mara.reads("not measured yet")
    mara.fill(certifications="2")
    mara.press("Try it")
    assert mara.reads("That makes Silver")
    jonas = visit(committed.channel_manager, size=size)
    jonas.open("/w/northwind/tiers/?show=all")
    jonas.press("Fabrikam Consulting")
    jonas.press("Enter a number")
    jonas.page.select_option("#id_fact", "certifications")
    jonas.fill(value="2", dated=str(today(committed)))
    jonas.press("Enter a number")
    assert jonas.reads("Silver waits for approval")
    jonas.press("Approve")
    jonas.press("Approve Silver")
    assert jonas.reads("Approved. The partner is told.")
    mara.open("/w/northwind-fabrikam/tier/")
    assert mara.reads("Silver was reached")
    assert mara.reads("To reach Gold")
