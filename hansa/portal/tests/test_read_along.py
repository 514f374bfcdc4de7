"""What one reads along is found, dated and exported as such, and never counted as one's own."""

import re
from typing import Any

import pytest
from django.test import Client

from hansa.accounts.models import Membership
from hansa.accounts.roles import Role
from hansa.deals.actions import add_party, remove_party
from hansa.deals.models import Deal
from hansa.exports.tests.test_exports import exported
from hansa.notices.actions import renew_calendar_feed
from hansa.testing.cast import Cast, Person, distributor_of
from hansa.testing.machine import machine, registration

HOME = "/w/northwind-woodgrove/"
END = "Read along: protection ends: Contoso Logistics (a deal of Fabrikam Consulting)"
CLOSE = "Read along: expected close: Contoso Logistics (a deal of Fabrikam Consulting)"


@pytest.fixture
def woodgrove(cast: Cast) -> Person:
    return distributor_of(cast)


def shared(cast: Cast, woodgrove: Person) -> Deal:
    deal = cast.register()
    add_party(cast.partner_rep.actor, deal, beside=woodgrove.workspace.partnership_id)
    return deal


def dates(person: Person) -> set[str]:
    secret = renew_calendar_feed(person.actor, person.workspace).secret
    text = Client().get(f"/calendar/{secret}.ics").content.decode().replace("\r\n ", "")
    return set(re.findall(r"SUMMARY:(.*)\r\n", text))


def test_a_search_finds_it_apart_from_ones_own(cast: Cast, woodgrove: Person, browse: Any) -> None:
    deal = shared(cast, woodgrove)
    page = browse(woodgrove)
    found = page.get(f"{HOME}search/?q=conto").content.decode()
    assert "you read along" in found
    assert "Fabrikam Consulting" in found
    assert f"{HOME}deals/{deal.public_id}/" in found
    assert "you read along" not in page.get(f"{HOME}search/?q=adatum").content.decode()
    remove_party(cast.partner_rep.actor, deal)
    assert "Contoso Logistics" not in page.get(f"{HOME}search/?q=conto").content.decode()


def test_a_calendar_says_that_it_is_read_along(cast: Cast, woodgrove: Person) -> None:
    deal = shared(cast, woodgrove)
    assert dates(woodgrove) == {END, CLOSE}
    assert not any(title.startswith("Read along") for title in dates(cast.partner_rep))
    remove_party(cast.partner_rep.actor, deal)
    assert dates(woodgrove) == set()


def test_a_reps_calendar_has_what_they_registered_for_a_reseller(cast: Cast, woodgrove: Person) -> None:
    shared(cast, woodgrove)
    member = Membership.objects.get(pk=woodgrove.membership.pk)
    member.roles = [Role.PARTNER_SALES]
    member.save(update_fields=["roles"])
    rep = Person(woodgrove.user, member, woodgrove.workspace)
    assert dates(rep) == set()


def test_an_export_of_it_says_whose_it_is(cast: Cast, woodgrove: Person, browse: Any) -> None:
    shared(cast, woodgrove)
    page = browse(woodgrove)
    [row] = exported(page, HOME, asked="show=beside")
    assert (row["Customer"], row["Read along, a deal of"]) == ("Contoso Logistics", "Fabrikam Consulting")
    assert "Owner" not in row
    assert "Export" in page.get(f"{HOME}deals/?show=beside").content.decode()
    assert exported(page, HOME) == []
    assert exported(browse(cast.partner_admin), "/w/northwind-fabrikam/", asked="show=beside") == []


def test_it_is_counted_nowhere_as_ones_own(cast: Cast, woodgrove: Person, browse: Any) -> None:
    shared(cast, woodgrove)
    machine(woodgrove).post("/deal-registrations", registration(cast, customer=OWN))
    page = browse(woodgrove)
    assert "Contoso Logistics" not in page.get(f"{HOME}deals/").content.decode()
    assert "Contoso Logistics" not in page.get(HOME).content.decode()
    assert len(machine(woodgrove).get("/deal-registrations").json()["data"]) == 1


OWN = {"name": "Adatum", "domain": "adatum.example", "country": "NL"}
