import pytest

from hansa.testing.cast import Cast

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_the_home_page_holds_up(committed: Cast, visit, size: str) -> None:
    mara = visit(committed.partner_rep, size=size)
    mara.open("/w/northwind-fabrikam/")
    assert mara.reads("Northwind")
