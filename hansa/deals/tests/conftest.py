import pytest

from hansa.deals.tests.in_time import MONDAY, at, calendar
from hansa.testing.cast import Cast


@pytest.fixture
def late(committed: Cast) -> Cast:
    """The cast of a vendor in Amsterdam that decides within 24 business hours; it is Monday, before they open."""
    at(MONDAY)
    calendar(committed)
    return committed
