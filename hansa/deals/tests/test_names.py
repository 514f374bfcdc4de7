"""A customer's name is one that people can read."""

import pytest

from hansa.core.tenancy import acting
from hansa.deals.models import Deal
from hansa.deals.tests.test_portal_pages import DEALS, filled
from hansa.testing.cast import Cast
from hansa.testing.machine import machine, registration

NO_NAMES = ["\u200b", "\u202e\u202c", "---", "\u3164", "...", "\u200d"]


def called(name: str) -> dict[str, str]:
    return {"name": name, "domain": "contoso-logistics.example", "country": "NL"}


@pytest.mark.parametrize("name", NO_NAMES)
def test_what_is_no_name_is_refused_at_both_doors(cast: Cast, browse, name: str) -> None:
    answer = machine(cast.partner_admin).post("/deal-registrations", registration(cast, customer=called(name)))
    assert answer.status_code == 422, answer.content
    filed = browse(cast.partner_rep).post(f"{DEALS}register/", filled(cast, customer=name))
    assert filed.context["form"].errors["customer"]
    with acting(cast.system):
        assert not Deal.objects.exists()


@pytest.mark.parametrize("name", ["\u202eevil\u202c Ltd", "Acme\u200b Ltd", "Acme\x07 Ltd"])
def test_the_api_refuses_what_nobody_sees(cast: Cast, name: str) -> None:
    answer = machine(cast.partner_admin).post("/deal-registrations", registration(cast, customer=called(name)))
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


def test_a_form_leaves_out_what_nobody_sees(cast: Cast, browse) -> None:
    need = "Line one\r\nline\u202e two"
    browse(cast.partner_rep).post(f"{DEALS}register/", filled(cast, customer="\u202eevil\u202c Ac\u200bme", need=need))
    with acting(cast.system):
        deal = Deal.objects.get()
    assert deal.customer_name == "evil Acme"
    assert "two" in deal.need
    assert "\u202e" not in deal.need
