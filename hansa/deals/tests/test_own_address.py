"""What counts as the customer's own web address: whoever gives something else is not approved at once for it."""

import pytest

from hansa.core.tenancy import acting
from hansa.deals.models import Deal, Status
from hansa.deals.tests.test_portal_pages import DEALS, filled
from hansa.rulebook.models import Decision
from hansa.testing.cast import Cast
from hansa.testing.machine import machine, registration

NO_ADDRESS = (
    "...",
    "nodot",
    "x.y",
    "10.0.0.1",
    "localhost.localdomain",
    "intranet.local",
    "foo bar.com",
    "http://ex ample.com/x?y",
    "co.uk",
    "github.io",
    "-foo.com",
    "foo_bar.com",
    f"{'a' * 64}.com",
    "https://",
)
NOT_THEIR_OWN = (
    "gmail.com",
    "someone@gmail.com",
    "linkedin.com/company/foo",
    "https://en.wikipedia.org/wiki/Foo",
    "www.northwind.example",
    "northwind-group.example",
    "https://shop.fabrikam.example/",
    "fabrikam-consulting.example",
)


@pytest.fixture
def addressed(cast: Cast) -> Cast:
    """The cast, with the web addresses of the vendor and the partner on record beside their people's e-mail."""
    for workspace, website in (
        (cast.vendor_admin.workspace, "https://www.northwind-group.example/"),
        (cast.partner_rep.workspace, "fabrikam-consulting.example"),
    ):
        workspace.organization.website = website
        workspace.organization.save(update_fields=["website"])
    return cast


def customer(domain: str) -> dict[str, str]:
    return {"name": "Volkswagen Nutzfahrzeuge", "domain": domain, "country": "DE"}


@pytest.mark.parametrize("written", NO_ADDRESS)
def test_what_is_no_web_address_is_refused_at_its_field(cast: Cast, browse, written: str) -> None:
    answer = machine(cast.partner_admin).post("/deal-registrations", registration(cast, customer=customer(written)))
    assert (answer.status_code, answer.json()["code"]) == (422, "web_address_unreadable")
    filed = browse(cast.partner_rep).post(f"{DEALS}register/", filled(cast, domain=written))
    assert "This is no web address." in filed.context["form"].errors["domain"][0]
    with acting(cast.system):
        assert not Deal.objects.exists()


@pytest.mark.parametrize("written", NOT_THEIR_OWN)
def test_an_address_that_is_not_the_customers_own_is_for_a_person(addressed: Cast, browse, written: str) -> None:
    body = registration(addressed, customer=customer(written))
    answer = machine(addressed.partner_admin).post("/deal-registrations", body).json()
    assert (answer["status"], answer["decisions"][0]["facts"]["has_web_address"]) == (Status.UNDER_REVIEW, False)
    other = filled(addressed, customer="Litware", domain=written, product_lines=[addressed.planner.public_id])
    browse(addressed.partner_rep).post(f"{DEALS}register/", other)
    with acting(addressed.system):
        filed = Deal.objects.get(customer_name="Litware")
        assert filed.status == Status.UNDER_REVIEW
        assert Decision.objects.get(subject_id=filed.pk).facts["has_web_address"] is False


def test_a_made_up_address_does_not_keep_the_honest_one_waiting(cast: Cast) -> None:
    squat = machine(cast.rival_admin).post("/deal-registrations", registration(cast, customer=customer("...")))
    assert squat.status_code == 422
    honest = machine(cast.partner_admin).post(
        "/deal-registrations", registration(cast, customer=customer("volkswagen-nutzfahrzeuge.de"))
    )
    assert honest.json()["status"] == Status.APPROVED


@pytest.mark.parametrize(
    "written", ["WWW.Contoso.example", "https://contoso.co.uk/about", "sales@contoso.de", "bücher.de"]
)
def test_the_customers_own_address_in_any_spelling_is_enough(cast: Cast, written: str) -> None:
    assert cast.register(domain=written).status == Status.APPROVED


def test_no_address_at_all_is_for_a_person(cast: Cast) -> None:
    assert cast.register(domain="").status == Status.UNDER_REVIEW
