import re
from typing import Any

import pytest
from django.test import Client

from hansa.accounts.models import Vendor
from hansa.core.tenancy import acting
from hansa.programs.models import ProductLine, Program, Territory
from hansa.testing.cast import Cast
from hansa.testing.reading import text_of

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


TERMS = {
    "reminder_days": "3, 30,3",
    "extensions_max": "1",
    "extension_days": "45",
    "cooling_off_days": "20",
    "notice_days": "0",
}


def test_the_terms_of_deals_are_changed_and_every_partner_reads_them(cast: Cast, admin: Client, browse: Any) -> None:
    admin.post(f"{HOME}terms/{cast.program.public_id}/", TERMS)
    assert program(cast).reminder_days == [30, 3]
    told = text_of(browse(cast.partner_rep).get("/w/northwind-fabrikam/program/"))
    assert "reminded 30 and 3 days before" in told
    assert "up to 1 time, by 45 days at most" in told
    assert "register the same customer and product line again after 20 days" in told


@pytest.mark.parametrize("wrong", [{"reminder_days": "soon"}, {"reminder_days": "0"}, {"extension_days": "366"}])
def test_terms_that_make_no_sense_are_refused(cast: Cast, admin: Client, wrong: dict[str, str]) -> None:
    assert admin.post(f"{HOME}terms/{cast.program.public_id}/", TERMS | wrong).status_code == 422
    assert program(cast).extension_days == 60


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


def test_a_channel_manager_writes_the_rules_of_engagement_and_nothing_else(cast: Cast, browse: Any) -> None:
    manager = browse(cast.channel_manager)
    manager.post(rules(cast), {**RULES, "then": "save"})
    assert program(cast).rules_of_engagement == RULES["rules_of_engagement"]
    setup = manager.get(HOME).content.decode()
    assert "Change the rules" in setup
    assert "Change times and reminders" not in setup


def test_only_who_runs_the_program_changes_it(cast: Cast, browse: Any) -> None:
    assert browse(cast.deal_desk).post(rules(cast), RULES).status_code == 403
    assert browse(cast.channel_manager).post(f"{HOME}look/", {"name": "Mine"}).status_code == 403
    for person in (cast.partner_admin, cast.rival_rep, cast.stranger):
        assert browse(person).post(rules(cast), RULES).status_code == 404
    assert browse(cast.stranger).post(rules(cast).replace("northwind", "wingtip"), RULES).status_code == 404
    assert browse(cast.partner_admin).get("/w/northwind-fabrikam/program/setup/").status_code == 404
    assert program(cast).protection_days == 90


def test_a_term_of_one_day_is_said_as_one(cast: Cast, admin: Client, browse: Any) -> None:
    terms = ("protection_days", "stale_after_days", "extension_days", "cooling_off_days", "notice_days", "dispute_days")
    ones = dict.fromkeys((*terms, "appeal_days", "review_hours", "escalate_after", "dispute_hours"), 1)
    with acting(cast.system):
        Program.objects.filter(pk=cast.program.pk).update(**ones, reminder_days=[1])
    vendors, partners = (
        text_of(admin.get(HOME)),
        text_of(browse(cast.partner_rep).get("/w/northwind-fabrikam/program/")),
    )
    assert vendors.count("<dd>1 day</dd>") == 6
    assert "reminded 1 day before" in partners
    assert re.findall(r"\b1 (?:business )?(?:days|hours)\b", vendors + partners) == []
