"""The vendor's way through the console in a real browser, on a phone and on a desktop screen."""

from typing import Any

import pytest

from hansa.core.tenancy import acting
from hansa.deals.models import Deal
from hansa.testing.browser import Visitor
from hansa.testing.cast import PASSWORD, Cast

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(committed: Cast, visit: Any, request: pytest.FixtureRequest) -> Visitor:
    """The channel manager, logged in through the form."""
    user = committed.channel_manager.user
    user.set_password(PASSWORD)
    user.save()
    jonas: Visitor = visit(size=request.param)
    jonas.open("/w/northwind/registrations/")
    jonas.fill(login=user.email, password=PASSWORD)
    jonas.press("Log in")
    return jonas


on_both = pytest.mark.parametrize("desk", ["phone", "desktop"], indirect=True)


def statuses(cast: Cast) -> dict[str, str]:
    with acting(cast.system):
        return dict(Deal.objects.values_list("customer_name", "status"))


@on_both
def test_each_registration_is_decided_its_own_way(committed: Cast, desk: Visitor) -> None:
    for customer in ("Adatum Freight", "Litware Health", "Trey Research"):
        committed.register(customer=customer, domain="")
    desk.open("/w/northwind/registrations/")
    assert desk.reads("3 registrations wait for a decision")

    desk.press("Adatum Freight")
    desk.press("Approve", exact=False)
    assert desk.reads("Approved. Adatum Freight is protected until")

    desk.press("Next waiting", exact=False)
    desk.press("Reject", exact=False)
    desk.press("Reject")
    assert desk.reads("There is a problem")
    desk.page.get_by_label("Why is it not approved?").select_option("too_early")
    desk.press("Reject")

    desk.press("Next waiting", exact=False)
    desk.press("Duplicate", exact=False)
    desk.press("Mark as duplicate")

    assert statuses(committed) == {
        "Adatum Freight": "approved",
        "Litware Health": "rejected",
        "Trey Research": "duplicate",
    }
    desk.open("/w/northwind/registrations/")
    assert desk.reads("Nothing waits")


@on_both
def test_a_taken_customer_is_seen_beside_the_one_that_holds_it(committed: Cast, desk: Visitor) -> None:
    first, second = committed.register(domain=""), committed.register(committed.rival_rep, domain="")
    desk.open(f"/w/northwind/registrations/{second.public_id}/")
    assert desk.reads("Earlier registration: Fabrikam Consulting")
    desk.open(f"/w/northwind/registrations/{first.public_id}/")
    desk.press("Approve", exact=False)
    desk.open(f"/w/northwind/registrations/{second.public_id}/")
    desk.press("Approve", exact=False)
    assert desk.reads("this customer is protected for another registration")
    desk.open(f"/w/northwind/registrations/{first.public_id}/")
    desk.press("End the protection")
    desk.page.get_by_label("Why does it end?").select_option("no_activity")
    desk.press("End it now")
    desk.open(f"/w/northwind/registrations/{second.public_id}/")
    desk.press("Approve", exact=False)
    assert desk.reads("Approved. Contoso Logistics is protected until")


@on_both
def test_a_partner_is_invited(committed: Cast, desk: Visitor) -> None:
    desk.open("/w/northwind/partners/")
    desk.press("Invite a partner")
    desk.press("Send the invitation")
    assert desk.reads("There is a problem")
    desk.fill(company="Tailspin MSP", name="Tara New", email="tara@tailspin-msp.example")
    desk.page.get_by_label("Managed service provider").check()
    desk.press("Send the invitation")
    assert desk.reads("tara@tailspin-msp.example gets a link")
    assert desk.reads("Tara New")


@on_both
def test_an_export_is_brought_in(committed: Cast, desk: Visitor) -> None:
    desk.open("/w/northwind/imports/")
    rows = b"account,sector,office_location\nContoso,retail,Germany\n,medical,Kenya\n"
    desk.page.get_by_label("A file from your CRM").set_input_files(
        {"name": "accounts.csv", "mimeType": "text/csv", "buffer": rows}
    )
    desk.press("Upload")
    assert desk.reads("Name is missing.")
    desk.press("Import 2 rows")
    assert desk.reads("Writing rows")


@on_both
def test_every_other_page_holds_up(committed: Cast, desk: Visitor) -> None:
    deal = committed.register(domain="contoso.com")
    pages = ["deals/", "customers/", "partners/", "program/", f"partners/{committed.partnership.public_id}/"]
    with acting(committed.system):
        company = Deal.objects.select_related("company").get(pk=deal.pk).company
    for page in (*pages, f"customers/{company.public_id}/", "customers/?q=contoso", "customers/?q=nobody"):
        desk.open(f"/w/northwind/{page}")


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_the_program_is_changed(committed: Cast, visit: Any, size: str) -> None:
    admin = visit(committed.vendor_admin, size=size)
    admin.open("/w/northwind/program/setup/")
    admin.press("Change the rules")
    admin.fill(rules_of_engagement="Who is first is protected.")
    admin.press("Preview")
    assert admin.reads("not saved yet")
    admin.press("Save and publish")
    admin.press("Add a product line")
    admin.fill(name="Driver App", code="driver-app")
    admin.press("Add")
    assert admin.reads("driver-app")
    for page in ("look/", "territories/add/"):
        admin.open(f"/w/northwind/program/setup/{page}")
    for step in ("managers", "suspend", "end"):
        admin.open(f"/w/northwind/partners/{committed.partnership.public_id}/{step}/")


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_who_may_do_what_is_changed_and_changed_back(committed: Cast, visit: Any, size: str) -> None:
    admin = visit(committed.vendor_admin, size=size)
    admin.open("/w/northwind/program/setup/")
    admin.press("Change who may do what")
    admin.press("Change who may do deal.approve")
    admin.page.get_by_label("Deal desk (standard)").uncheck()
    admin.page.get_by_label("Account executive").check()
    admin.press("Save")
    assert admin.reads("given to Account executive; taken from Deal desk")
    admin.press("Changed here", exact=False)
    admin.press("Change who may do deal.approve")
    admin.press("Back to the standard")
    assert not admin.reads("given to Account executive")
