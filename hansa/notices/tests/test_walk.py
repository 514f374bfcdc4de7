"""What one is told, walked in a real browser."""

import pytest

from hansa.accounts.models import Membership
from hansa.accounts.roles import Role
from hansa.deals.actions import approve_deal
from hansa.testing.browser import Visitor
from hansa.testing.cast import Cast
from hansa.testing.queue import run_jobs

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_from_all_inboxes_to_a_choice_and_a_calendar(committed: Cast, visit, size: str) -> None:
    rep, elsewhere = committed.partner_rep, committed.stranger_rep.workspace.organization
    Membership.objects.create(user=rep.user, organization=elsewhere, roles=[Role.PARTNER_SALES])
    approve_deal(committed.channel_manager.actor, committed.register(domain=""))
    run_jobs()
    mara: Visitor = visit(rep, size=size)
    mara.open("/")
    mara.press("All your inboxes")
    mara.press("Contoso Logistics is approved", exact=False)
    mara.press("Inbox", exact=False)
    mara.press("Notifications")
    mara.page.get_by_label("Messages").select_option("Not at all")
    mara.press("Save")
    assert mara.reads("Saved.")
    mara.press("Make the address")
    assert mara.page.get_by_label("Address of your calendar").input_value().endswith(".ics")
    mara.press("I have copied it")
    mara.press("Switch it off")
    assert mara.reads("The address of your calendar is dead.")
