"""A customer of an earlier registration needs only its name, and nobody gets another one than they meant."""

from html import unescape
from typing import Any

import pytest
from django.test import Client

from hansa.core.tenancy import acting
from hansa.deals.models import Deal
from hansa.deals.tests.test_portal_pages import DEALS, filled, page
from hansa.testing.browser import Visitor
from hansa.testing.cast import Cast

REGISTER = f"{DEALS}register/"
TWINS = (("twin-one.example", "DE"), ("twin-two.example", "FR"))


def send(cast: Cast, client: Client, **changes: object) -> Any:
    """A registration on the other product line, without a web address."""
    lines = [cast.planner.public_id]
    return client.post(REGISTER, filled(cast, **{"domain": "", "product_lines": lines, **changes}))


def question(answer: Any, field: str) -> str:
    """What the form asks at a field; it must have refused."""
    assert answer.status_code == 422
    [asked] = answer.context["form"].errors[field]
    return str(asked)


def sent(cast: Cast) -> tuple[str, str, str]:
    """Name, web address and country of the only registration on the other line."""
    with acting(cast.system):
        deal = Deal.objects.get(lines_text="Route Planner")
        return deal.customer_name, deal.customer_domain, deal.customer_country


def twins(cast: Cast) -> None:
    for domain, country in TWINS:
        cast.register(customer="Twin Works", domain=domain, country=country)


def test_the_name_of_an_earlier_customer_in_its_country_brings_its_web_address(cast: Cast, browse) -> None:
    cast.register(country="NL")
    client = browse(cast.partner_rep)
    assert '<option value="Contoso Logistics" data-customer=' in page(client, REGISTER)
    send(cast, client, customer="contoso logistics", country="NL")
    assert sent(cast) == ("contoso logistics", "contoso-logistics.example", "NL")


def test_an_earlier_customer_of_another_country_is_asked_about(cast: Cast, browse) -> None:
    cast.register(country="NL")
    answer = send(cast, browse(cast.partner_rep), country="DE")
    assert question(answer, "country") == (
        "You registered Contoso Logistics (Netherlands) before. Choose that country, "
        "or send it again if it is another company (Germany)."
    )


@pytest.mark.parametrize(("country", "domain"), [("NL", "contoso-logistics.example"), ("DE", "")])
def test_the_earlier_country_means_the_earlier_customer_and_the_same_again_another(
    cast: Cast, browse, country: str, domain: str
) -> None:
    cast.register(country="NL")
    client = browse(cast.partner_rep)
    asked = send(cast, client, country="DE").context["form"]["country_asked"].value()
    send(cast, client, country=country, country_asked=asked)
    assert sent(cast) == ("Contoso Logistics", domain, country)


def test_the_question_keeps_everything_that_was_chosen(cast: Cast, browse) -> None:
    cast.register(country="NL")
    both = [cast.analytics.public_id, cast.planner.public_id]
    answer = send(cast, browse(cast.partner_rep), country="DE", product_lines=both)
    assert answer.context["form"]["product_lines"].value() == both


def test_a_question_about_one_name_is_not_answered_for_another(cast: Cast, browse) -> None:
    cast.register(country="NL")
    assert question(send(cast, browse(cast.partner_rep), country="DE", country_asked="Litware"), "country")


def test_two_customers_of_one_name_are_told_apart_in_the_list(cast: Cast, browse) -> None:
    twins(cast)
    told = page(browse(cast.partner_rep), REGISTER)
    assert told.count('<option value="Twin Works') == 2
    assert '<option value="Twin Works (twin-one.example, Germany)"' in told
    assert '<option value="Twin Works (twin-two.example, France)"' in told


@pytest.mark.parametrize(("domain", "country"), TWINS)
def test_of_two_customers_of_one_name_the_one_in_the_country_is_meant(cast: Cast, browse, domain, country) -> None:
    twins(cast)
    send(cast, browse(cast.partner_rep), customer="Twin Works", country=country)
    assert sent(cast) == ("Twin Works", domain, country)


def test_two_customers_of_one_name_in_one_country_are_asked_about(cast: Cast, browse) -> None:
    for domain, _ in TWINS:
        cast.register(customer="Twin Works", domain=domain, country="DE")
    client = browse(cast.partner_rep)
    asked = question(send(cast, client, customer="Twin Works", country="DE"), "domain")
    assert "twin-one.example and twin-two.example. Write which it is" in asked
    send(cast, client, customer="Twin Works (twin-two.example, Germany)", country="DE")
    assert sent(cast) == ("Twin Works", "twin-two.example", "DE")


def test_a_choice_of_the_list_and_a_country_that_differ_are_asked_about(cast: Cast, browse) -> None:
    twins(cast)
    answer = send(cast, browse(cast.partner_rep), customer="Twin Works (twin-two.example, France)", country="DE")
    assert "You registered Twin Works (France) before." in unescape(question(answer, "country"))


def test_the_type_ahead_never_offers_a_rivals_customer(cast: Cast, browse) -> None:
    cast.register(cast.rival_rep, customer="Litware Health", domain="litware.example")
    assert "Litware" not in page(browse(cast.partner_rep), REGISTER)


@pytest.mark.browser
def test_choosing_in_the_list_fills_in_what_one_sees_and_may_change(committed: Cast, visit: Any) -> None:
    twins(committed)
    mara: Visitor = visit(committed.partner_rep, size="phone")
    mara.open(REGISTER)
    seen = {name: mara.page.locator(f"[name={name}]") for name in ("customer", "domain", "country")}
    before = seen["country"].input_value()
    mara.fill(customer="Twin Works (twin-two.example, France)")
    seen["customer"].blur()
    assert [one.input_value() for one in seen.values()] == ["Twin Works", "twin-two.example", "FR"]
    mara.fill(customer="Another Works")
    seen["customer"].blur()
    assert [one.input_value() for one in seen.values()] == ["Another Works", "", before]
    mara.fill(customer="Twin Works (twin-two.example, France)", domain="twin-three.example")
    assert seen["domain"].input_value() == "twin-three.example"
