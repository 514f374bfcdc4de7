"""A conversation in a real browser, on both sides, on the phone and without script."""

import pytest

from hansa.talk.actions import post_message
from hansa.testing.browser import Visitor
from hansa.testing.cast import Cast
from hansa.testing.queue import run_jobs

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("size", "script"), [("phone", True), ("desktop", True), ("phone", False)], ids=["phone", "desktop", "no script"]
)
def test_two_people_talk_about_a_deal_and_in_general(committed: Cast, visit, size: str, script: bool) -> None:
    deal = committed.register()
    mara: Visitor = visit(committed.partner_rep, size=size, script=script)
    mara.open(f"/w/northwind-fabrikam/deals/{deal.public_id}/")
    mara.fill(text="May we offer them a pilot?")
    mara.press("Send")
    assert mara.reads("You ·")
    run_jobs()

    jonas: Visitor = visit(committed.channel_manager, size=size, script=script)
    jonas.open("/w/northwind/messages/")
    assert jonas.reads("1 new")
    jonas.press("Contoso Logistics", exact=False)
    assert jonas.reads("May we offer them a pilot?")
    jonas.page.fill("#note", "Not below 20 seats.")
    jonas.press("Keep the note")
    jonas.page.fill("#say", "Gladly, for six weeks.")
    jonas.press("Send")
    jonas.press("Mute: no more notices")
    assert jonas.reads("Tell me of new messages again")
    run_jobs()

    mara.open("/w/northwind-fabrikam/messages/")
    mara.press("Contoso Logistics", exact=False)
    assert mara.reads("Gladly, for six weeks.")
    assert not mara.reads("Not below 20 seats.")
    mara.open("/w/northwind-fabrikam/messages/")
    mara.press("Write to Northwind")
    mara.fill(text="Who does our taxes?")
    mara.press("Send")
    assert mara.reads("Who does our taxes?")


def test_a_long_message_keeps_within_the_phone(committed: Cast, visit) -> None:
    deal = committed.register()
    post_message(committed.channel_manager.actor, deal, text=f"https://northwind.example/{'x' * 300}\n{'word ' * 400}")
    mara: Visitor = visit(committed.partner_rep, size="phone")
    mara.open(f"/w/northwind-fabrikam/deals/{deal.public_id}/")
