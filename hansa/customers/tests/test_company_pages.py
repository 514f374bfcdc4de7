from typing import Any

import pytest
from django.test import Client

from hansa.accounts.roles import Role
from hansa.core.tenancy import acting
from hansa.customers.models import Company, Opportunity
from hansa.testing.cast import Cast

HOME = "/w/northwind/customers/"


@pytest.fixture
def desk(cast: Cast, browse: Any) -> Client:
    client: Client = browse(cast.channel_manager)
    return client


def company(cast: Cast) -> Company:
    with acting(cast.system):
        return Company.objects.get(name="Contoso Logistics")


def test_a_company_is_found_however_it_is_written(cast: Cast, desk: Client) -> None:
    cast.register(domain="contoso.com")
    cast.register(customer="Litware Health", domain="litware.com")
    for words in ("CONTOSO logistics B.V.", "contoso.com"):
        page = desk.get(HOME, {"q": words}).content.decode()
        assert "Contoso Logistics" in page
        assert "Litware" not in page


def test_a_company_shows_what_names_it_and_the_direct_sales(cast: Cast, desk: Client) -> None:
    cast.register(domain="contoso.com")
    found = company(cast)
    with acting(cast.system):
        Opportunity.objects.create(
            vendor_id=found.vendor_id, external_id="o-1", name="Contoso rollout", company=found, status_text="Engaging"
        )
    page = desk.get(f"{HOME}{found.public_id}/").content.decode()
    assert "contoso.com" in page
    assert "Contoso rollout" in page


def test_an_empty_list_says_how_to_begin(cast: Cast, desk: Client) -> None:
    assert "No companies yet" in desk.get(HOME).content.decode()


def test_nobody_but_the_channel_team_and_the_deal_desk_sees_customers(cast: Cast, browse: Any) -> None:
    cast.register()
    path = f"{HOME}{company(cast).public_id}/"
    for person in (cast.partner_admin, cast.rival_rep, cast.stranger):
        assert browse(person).get(path).status_code == 404
    assert browse(cast.partner_admin).get("/w/northwind-fabrikam/customers/").status_code == 404
    assert browse(cast.stranger).get(path.replace("northwind", "wingtip")).status_code == 404
    assert browse(cast.deal_desk).get(path).status_code == 200
    cast.deal_desk.membership.roles = [Role.AUDITOR]
    cast.deal_desk.membership.save()
    assert browse(cast.deal_desk).get(path).status_code == 403


def test_a_company_is_corrected(cast: Cast, desk: Client) -> None:
    cast.register(domain="contoso.com")
    found = company(cast)
    path = f"{HOME}{found.public_id}/edit/"
    assert "contoso.com" in desk.get(path).content.decode()
    facts = {"name": "Contoso", "domain": "contoso.com", "country": "NL", "aliases": "Contoso Trucks", "vat": ""}
    assert desk.post(path, {**facts, "lei": "no such number"}).status_code == 422
    desk.post(path, facts)
    page = desk.get(f"{HOME}{found.public_id}/").content.decode()
    assert "Contoso Trucks" in page
    assert "Contoso Logistics" in page
