"""The way of a deal, walked in a real browser: invited, in, registered, decided, worked on, won."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hansa.accounts.models import Invitation
from hansa.core.tenancy import acting
from hansa.deals.models import Deal, Outcome, Stage, Status
from hansa.testing.browser import Visitor
from hansa.testing.cast import Cast
from hansa.testing.queue import run_jobs

pytestmark = pytest.mark.browser

HOME = "/w/northwind-fabrikam/"
SENTENCE = "a long sentence of words"


def the_deal(cast: Cast) -> Deal:
    with acting(cast.system):
        return Deal.objects.get(partnership=cast.partnership)


def invite(paula: Visitor, email: str) -> str:
    """Paula invites a colleague; returns the path of the link in the mail."""
    paula.open(f"{HOME}team/")
    paula.press("Invite a colleague")
    paula.press("Send the invitation")
    assert paula.reads("There is a problem")
    paula.fill(name="Nils New", email=email)
    paula.page.get_by_label("Sales").check()
    paula.press("Send the invitation")
    assert paula.reads(f"The invitation is on its way to {email}.")
    return Invitation.objects.get(email=email).path


def register(nils: Visitor) -> None:
    """Nils first forgets what matters, then does it right."""
    nils.press("Register a deal")
    nils.fill(customer="Contoso Logistics", domain="contoso-logistics.example")
    nils.press("Register this deal")
    assert nils.reads("There is a problem")
    assert nils.page.locator("[name=customer]").input_value() == "Contoso Logistics"
    nils.page.get_by_label("Fleet Analytics").check()
    nils.fill(amount="84,000", expected_close=(timezone.now() + timedelta(days=70)).date().isoformat())
    nils.press("Register this deal")


@pytest.mark.parametrize(
    ("size", "script"), [("phone", True), ("desktop", True), ("phone", False)], ids=["phone", "desktop", "no script"]
)
def test_from_the_invitation_to_the_win(committed: Cast, visit, size: str, script: bool) -> None:
    link = invite(visit(committed.partner_admin, size=size, script=script), "nils@fabrikam.example")
    nils: Visitor = visit(size=size, script=script)

    nils.open(link)
    nils.fill(password=SENTENCE)
    nils.press("Join")
    assert nils.reads("Register your first deal")
    nils.page.locator("summary", has_text="account menu").click()
    nils.press("Log out")
    nils.open(HOME)
    nils.fill(login="nils@fabrikam.example", password=SENTENCE)
    nils.press("Log in")

    register(nils)
    assert nils.reads("Protected until")
    assert nils.reads("Nobody else works on this customer with these product lines.")
    nils.press("Move to Discovery")
    assert the_deal(committed).stage == Stage.DISCOVERY
    nils.press("Report won")
    nils.page.get_by_label("Product fit").check()
    nils.press("Report won")
    assert nils.reads("The protection is kept to its end")
    deal = the_deal(committed)
    assert (deal.status, deal.outcome, deal.owner and deal.owner.user.name) == (
        Status.APPROVED,
        Outcome.WON,
        "Nils New",
    )
    assert len(nils.seen) > 8


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_a_taken_customer_and_one_who_waits_are_answered_at_once(committed: Cast, visit, size: str) -> None:
    committed.register(committed.rival_rep)
    committed.register(committed.rival_rep, customer="Litware Health", domain="litware.example")
    mara: Visitor = visit(committed.partner_rep, size=size)
    mara.open(f"{HOME}deals/")
    register(mara)
    assert mara.reads("This customer is taken for one of these product lines.")
    assert not mara.reads("Proseware")

    mara.open(f"{HOME}deals/register/")
    mara.fill(customer="Adatum Freight", amount="12,000", expected_close="2031-01-31")
    mara.page.get_by_label("Route Planner").check()
    mara.press("Register this deal")
    assert mara.reads("Jonas Weber decides")
    mara.press("Withdraw")
    mara.press("Withdraw this registration")
    assert mara.reads("Withdrawn. The customer is free for others.")


@pytest.mark.parametrize("size", ["phone", "tablet", "desktop"])
def test_every_other_page_of_the_portal_holds_up(committed: Cast, visit, settings, size: str) -> None:
    settings.DEMO = True
    deal = committed.register(domain="")
    run_jobs()
    paula: Visitor = visit(committed.partner_admin, size=size)
    for page in ("", "deals/?mine=1&q=nobody", "program/", "team/", "api-keys/", "inbox/", "search/?q=contoso"):
        paula.open(HOME + page)
    paula.open(f"{HOME}deals/{deal.public_id}/report/lost/")
    paula.open(f"{HOME}team/{committed.partner_rep.membership.public_id}/offboard/")
    paula.open(f"{HOME}api-keys/new/")
    paula.fill(name="Nightly sync")
    paula.page.get_by_label("Sales").check()
    paula.press("Make the key")
    assert paula.page.get_by_label("Nightly sync").input_value().startswith("hansa_")
    jonas: Visitor = visit(committed.vendor_admin, size=size)
    for page in ("", "audit/", "inbox/", "team/", "program/"):
        jonas.open(f"/w/northwind/{page}")
    somebody: Visitor = visit(size=size)
    for page in ("/account/login/", "/invitations/broken/", "/outbox/"):
        somebody.open(page)


def test_a_message_leads_to_what_it_is_about(committed: Cast, visit) -> None:
    committed.register(domain="")
    run_jobs()
    jonas: Visitor = visit(committed.channel_manager)
    jonas.open("/w/northwind/inbox/")
    jonas.press("Contoso Logistics waits for a decision", exact=False)
    assert "/registrations/deal_" in jonas.page.url
