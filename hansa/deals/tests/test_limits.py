import pytest

from hansa.deals.limits import count_attempt
from hansa.kernel.errors import TooMany
from hansa.testing.cast import Cast


def test_a_partner_registers_no_more_often_than_the_vendor_says(cast: Cast) -> None:
    workspace = cast.partner_rep.workspace
    workspace.vendor.registrations_per_day = 2
    assert [count_attempt(workspace), count_attempt(workspace)] == [1, 0]
    with pytest.raises(TooMany, match="reached its 2 registrations for today"):
        count_attempt(workspace)
    assert count_attempt(cast.rival_rep.workspace) > 0
