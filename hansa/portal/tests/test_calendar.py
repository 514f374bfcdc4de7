"""The calendar that follows a person's dates."""

import re
from datetime import UTC

import pytest
from django.test import Client

from hansa.accounts.actions import demand_second_factor
from hansa.core.tenancy import acting
from hansa.deals.actions import withdraw_deal
from hansa.deals.models import Deal
from hansa.notices.actions import renew_calendar_feed, revoke_calendar_feed
from hansa.notices.feeds import FETCHES
from hansa.notices.models import CalendarFeed
from hansa.testing.cast import Cast, Person


def address(person: Person) -> str:
    return f"/calendar/{renew_calendar_feed(person.actor, person.workspace).secret}.ics"


def read(at: str) -> str:
    answer = Client().get(at)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return answer.content.decode().replace("\r\n ", "")


def titles(text: str) -> set[str]:
    return set(re.findall(r"SUMMARY:(.*)\r\n", text))


def named(cast: Cast, deal: Deal) -> Deal:
    with acting(cast.system):
        return Deal.objects.get(pk=deal.pk)


def test_a_rep_has_the_dates_of_their_own_deals(cast: Cast) -> None:
    deal = named(cast, cast.register())
    cast.register(cast.partner_admin, customer="Litware", domain="litware.example")
    text = read(address(cast.partner_rep))
    assert titles(text) == {"Protection ends: Contoso Logistics", "Expected close: Contoso Logistics"}
    assert deal.protected_until
    assert f"DTSTART:{deal.protected_until.astimezone(UTC):%Y%m%dT%H%M%SZ}" in text
    assert f"DTSTART;VALUE=DATE:{deal.expected_close:%Y%m%d}" in text
    assert f"/w/{cast.partner_rep.workspace.slug}/deals/{deal.public_id}/" in text


def test_an_administrator_has_those_of_the_company(cast: Cast) -> None:
    cast.register()
    cast.register(cast.partner_admin, customer="Litware", domain="litware.example")
    assert {"Protection ends: Contoso Logistics", "Protection ends: Litware"} <= titles(
        read(address(cast.partner_admin))
    )


def test_the_vendors_people_have_what_they_decide_and_by_when(cast: Cast) -> None:
    cast.register()
    deal = named(cast, cast.register(customer="Litware", domain=""))
    assert deal.due_at
    for person in (cast.channel_manager, cast.deal_desk):
        text = read(address(person))
        assert titles(text) == {"Decide: Litware"}
        assert f"DTSTART:{deal.due_at.astimezone(UTC):%Y%m%dT%H%M%SZ}" in text


@pytest.mark.parametrize("who", ["rival_rep", "rival_admin", "stranger", "stranger_rep"])
def test_it_says_nothing_of_anybody_elses(cast: Cast, who: str) -> None:
    cast.register()
    cast.register(customer="Litware", domain="")
    assert titles(read(address(cast.people[who]))) == set()


def test_what_is_over_is_not_in_it(cast: Cast) -> None:
    withdraw_deal(cast.partner_rep.actor, cast.register())
    assert titles(read(address(cast.partner_rep))) == set()


def test_a_customer_cannot_write_events_of_its_own(cast: Cast) -> None:
    cast.register(customer="Acme\r\nEND:VEVENT;,\\ and sons", domain="acme.example")
    text = read(address(cast.partner_rep))
    assert text.count("\r\nEND:VEVENT\r\n") == text.count("BEGIN:VEVENT") == 2


def test_the_secret_is_nowhere_in_the_database(cast: Cast) -> None:
    at = address(cast.partner_rep)
    [row] = CalendarFeed.objects.values()
    assert at.removeprefix("/calendar/").removesuffix(".ics") not in str(row)


def test_a_new_address_ends_the_one_before(cast: Cast) -> None:
    first, second = address(cast.partner_rep), address(cast.partner_rep)
    assert Client().get(first).status_code == 404
    assert read(second)


def test_the_address_of_another_workspace_or_person_goes_on(cast: Cast) -> None:
    mine, others = address(cast.partner_rep), address(cast.partner_admin)
    with acting(cast.partner_rep.actor):
        feed = CalendarFeed.objects.visible_to(cast.partner_rep.actor).get(revoked_at=None)
    revoke_calendar_feed(cast.partner_rep.actor, feed)
    assert Client().get(mine).status_code == 404
    assert read(others)


def test_an_unknown_address_shows_nothing(cast: Cast) -> None:
    assert Client().get("/calendar/nobodys.ics").status_code == 404


def test_it_is_read_only(cast: Cast) -> None:
    assert Client().post(address(cast.partner_rep)).status_code == 405


def test_no_cache_keeps_it(cast: Cast) -> None:
    assert "no-store" in Client().get(address(cast.partner_rep)).headers["Cache-Control"]


def test_a_vendor_that_demands_a_second_step_shows_nothing_without_one(cast: Cast) -> None:
    at = address(cast.channel_manager)
    demand_second_factor(cast.vendor_admin.actor, cast.vendor_admin.workspace.vendor)
    assert Client().get(at).status_code == 404


def test_a_program_that_asks_without_end_is_told_to_wait(cast: Cast) -> None:
    at = address(cast.partner_rep)
    with acting(cast.partner_rep.actor):
        feed = CalendarFeed.objects.visible_to(cast.partner_rep.actor).get(revoked_at=None)
    for _ in range(FETCHES.times):
        FETCHES.take(feed.pk)
    assert Client().get(at).status_code == 429


def test_the_page_shows_the_address_once_and_switches_it_off(cast: Cast, browse, settings) -> None:
    browser, page = browse(cast.partner_rep), f"/w/{cast.partner_rep.workspace.slug}/notifications/"
    made = browser.post(f"{page}calendar/")
    assert made.status_code == 201
    at = re.search(rf'value="{re.escape(settings.BASE_URL)}(/calendar/[^"]+\.ics)"', made.content.decode())
    assert at
    assert read(at[1])
    shown = browser.get(page).content.decode()
    assert "Make a new address" in shown
    assert at[1] not in shown
    browser.post(f"{page}calendar/revoke/")
    assert Client().get(at[1]).status_code == 404
    assert "Make the address" in browser.get(page).content.decode()
