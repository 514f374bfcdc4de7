"""A decision, read in a real browser: by the partner that would have it otherwise, and by the auditor."""

import os
from pathlib import Path
from typing import Any

import pytest

from hansa.testing.cast import Cast

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_from_the_deal_to_the_smallest_change_and_to_the_decision_made_again(
    committed: Cast, visit: Any, size: str
) -> None:
    deal = committed.register(expected_close=committed.far_away)
    committed.register(committed.rival_rep, customer="Contoso Logistic", expected_close=committed.far_away)
    mara = visit(committed.partner_rep, size=size)
    mara.open(f"/w/northwind-fabrikam/deals/{deal.public_id}/")
    mara.press("The rule and its facts", exact=False)
    assert mara.reads("Rule 7")
    assert mara.reads("500 days")
    assert not mara.reads("What else it could have been")
    pictured(mara, f"decision-portal-{size}")
    mara.press("Contoso Logistics: Fleet Analytics")
    nora = visit(committed.vendor_admin, size=size)
    nora.open(f"/w/northwind/registrations/{deal.public_id}/")
    nora.press("The rule and its facts", exact=False)
    assert nora.reads("With 365 days or less to the expected close, this would have been approved at once.")
    nora.press("Re-run it")
    assert nora.reads("The same answer again")
    pictured(nora, f"decision-console-{size}")


def pictured(visitor: Any, name: str) -> None:
    """Keep pictures where HANSA_PICTURES says, to look at."""
    if folder := os.environ.get("HANSA_PICTURES"):
        visitor.picture(Path(folder) / f"{name}.png")
        visitor.picture(Path(folder) / f"{name}-dark.png", dark=True)
