from typing import Any

import pytest
from django.test import Client

from hansa.accounts.models import Vendor
from hansa.core.tenancy import acting
from hansa.programs.models import ProductLine, Program, Territory
from hansa.testing.cast import Cast

HOME = "/w/northwind/program/setup/"
RULES = {"rules_of_engagement": "Who is first is protected.", "protection_days": "60", "stale_after_days": "90"}


@pytest.fixture
def admin(cast: Cast, browse: Any) -> Client:
    client: Client = browse(cast.vendor_admin)
    return client


def program(cast: Cast) -> Any:
    with acting(cast.system):
        return Program.objects.get(pk=cast.program.pk)


def rules(cast: Cast) -> str:
    return f"{HOME}rules/{cast.program.public_id}/"


def test_the_rules_are_shown_as_partners_will_read_them_before_they_are_saved(cast: Cast, admin: Client) -> None:
    before = program(cast).rules_of_engagement
    page = admin.post(rules(cast), {**RULES, "then": "preview"}).content.decode()
    assert "<p>Who is first is protected.</p>" in page
    assert program(cast).rules_of_engagement == before


def test_the_rules_and_their_terms_are_changed(cast: Cast, admin: Client) -> None:
    admin.post(rules(cast), {**RULES, "then": "save"})
    changed = program(cast)
    assert (changed.rules_of_engagement, changed.protection_days) == (RULES["rules_of_engagement"], 60)
    deal = cast.register()
    assert deal.protected_until
    assert (deal.protected_until - deal.submitted_at).days == 60


def test_no_protection_lasts_for_ever(cast: Cast, admin: Client) -> None:
    assert admin.post(rules(cast), {**RULES, "protection_days": "731"}).status_code == 422
    assert program(cast).protection_days == 90


def test_a_product_line_is_added_once_and_retired(cast: Cast, admin: Client) -> None:
    line = {"name": "Driver App", "code": "driver-app", "aliases": "DriverApp, Driver"}
    admin.post(f"{HOME}lines/add/", line)
    assert "There is a product line of this code." in admin.post(f"{HOME}lines/add/", line).content.decode()
    with acting(cast.system):
        added = ProductLine.objects.get(code="driver-app")
    assert added.aliases == ["DriverApp", "Driver"]
    admin.post(f"{HOME}lines/{added.public_id}/retire/")
    with acting(cast.system):
        assert ProductLine.objects.get(code="driver-app").retired


def test_a_territory_takes_names_and_codes(cast: Cast, admin: Client) -> None:
    wrong = admin.post(f"{HOME}territories/add/", {"name": "Benelux", "countries": "Belgium, Atlantis"})
    assert "“Atlantis” is no country that we know." in wrong.content.decode()
    admin.post(f"{HOME}territories/add/", {"name": "Benelux", "countries": "Belgium, nl, Luxembourg"})
    with acting(cast.system):
        assert Territory.objects.get().countries == ["BE", "LU", "NL"]


def test_an_accent_that_nobody_can_see_is_refused(cast: Cast, admin: Client) -> None:
    assert admin.post(f"{HOME}look/", {"name": "Northwind", "accent": "#ffff99"}).status_code == 422
    admin.post(f"{HOME}look/", {"name": "Northwind Traders", "accent": "#B4005A"})
    vendor = Vendor.objects.get(pk=cast.partnership.vendor_id)
    assert (vendor.name, vendor.accent) == ("Northwind Traders", "#b4005a")


def test_only_who_runs_the_program_changes_it(cast: Cast, browse: Any) -> None:
    assert browse(cast.channel_manager).post(rules(cast), RULES).status_code == 403
    for person in (cast.partner_admin, cast.rival_rep, cast.stranger):
        assert browse(person).post(rules(cast), RULES).status_code == 404
    assert browse(cast.stranger).post(rules(cast).replace("northwind", "wingtip"), RULES).status_code == 404
    assert browse(cast.partner_admin).get("/w/northwind-fabrikam/program/setup/").status_code == 404
    assert program(cast).protection_days == 90
