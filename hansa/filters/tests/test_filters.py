from html import unescape
from typing import Any

import pytest
from django.test import Client

from hansa.accounts.actions import offboard_member
from hansa.core.tenancy import acting
from hansa.filters.actions import MOST
from hansa.filters.models import SavedFilter
from hansa.testing.cast import Cast
from hansa.testing.queue import run_jobs
from hansa.testing.reading import text_of

HOME = "/w/northwind/"


@pytest.fixture
def manager(cast: Cast, browse: Any) -> Client:
    client: Client = browse(cast.channel_manager)
    return client


def save(client: Client, asked: str = "show=won", name: str = "Wins", place: str = "deals", **more: str) -> Any:
    return client.post(f"{HOME}filters/", {"place": place, "asked": asked, "name": name, **more})


def change(client: Client, cast: Cast, what: str) -> int:
    with acting(cast.system):
        saved = SavedFilter.objects.get()
    return client.post(f"{HOME}filters/{saved.public_id}/{what}/").status_code


def chip(client: Client, list_: str, name: str = "Wins") -> str:
    """The chip's markup, empty where there is none."""
    page = unescape(text_of(client.get(f"{HOME}{list_}")))
    return next((link for link in page.split("<a ") if link.partition("</a>")[0].endswith(f"> {name} ")), "")


def test_a_filter_becomes_a_chip_that_is_an_address(cast: Cast, manager: Client) -> None:
    asked = f"show=won&partner={cast.partnership.public_id}"
    answer = save(manager, f"{asked}&after=deal_x&unknown=1")
    shown = f"partner={cast.partnership.public_id}&show=won"
    assert answer.headers["Location"] == f"../deals/?{shown}"
    assert f'href="?{shown}"' in chip(manager, "deals/")
    assert 'aria-current="true"' in chip(manager, f"deals/?{asked}")
    assert 'aria-current="true"' not in chip(manager, "deals/?show=won")
    assert not chip(manager, "registrations/")


def test_the_page_offers_to_save_what_one_looks_at(cast: Cast, manager: Client) -> None:
    cast.register(domain="")
    page = manager.get(f"{HOME}registrations/?sort=due").content.decode()
    assert "filters/?place=queue&amp;asked=show%3Dmine%26sort%3Ddue" in page
    form = manager.get(f"{HOME}filters/?place=queue&asked=show%3Dmine%26sort%3Ddue").content.decode()
    assert 'value="show=mine&amp;sort=due"' in form
    save(manager, "show=mine&sort=due", "Urgent", "queue")
    assert 'href="?show=mine&sort=due" aria-current="true"' in chip(manager, "registrations/?sort=due", "Urgent")


def test_a_filter_is_ones_own_until_it_is_shared(cast: Cast, browse: Any, manager: Client) -> None:
    other = browse(cast.deal_desk)
    save(manager)
    assert not chip(other, "deals/")
    assert change(other, cast, "sharing") == change(other, cast, "deletion") == 404
    assert change(manager, cast, "sharing") == 302
    assert chip(other, "deals/")
    assert change(other, cast, "privacy") == change(other, cast, "deletion") == 403
    assert change(manager, cast, "privacy") == 302
    assert not chip(other, "deals/")


def test_a_filter_saved_for_the_team_is_the_teams(cast: Cast, browse: Any, manager: Client) -> None:
    save(manager, common="on")
    assert chip(browse(cast.deal_desk), "deals/")
    assert change(browse(cast.vendor_admin), cast, "deletion") == 302
    assert not chip(manager, "deals/")


def test_a_deleted_filter_leaves_its_address_working(cast: Cast, manager: Client) -> None:
    save(manager)
    assert change(manager, cast, "deletion") == 302
    assert not chip(manager, "deals/")
    assert manager.get(f"{HOME}deals/?show=won").status_code == 200


def test_a_name_is_taken_once_and_a_filter_narrows_something(manager: Client) -> None:
    assert save(manager).status_code == 302
    again = save(manager, "show=lost")
    assert again.status_code == 422
    assert "You have a filter of this name" in unescape(again.content.decode())
    assert save(manager, "", "All").status_code == 422
    assert save(manager, name="").status_code == 422
    assert save(manager, place="partners").status_code == 422


def test_filters_are_few_enough_to_look_at(manager: Client) -> None:
    for number in range(MOST):
        assert save(manager, name=f"Filter {number}").status_code == 302
    refused = save(manager)
    assert refused.status_code == 422
    assert "Delete one first" in refused.content.decode()


def test_who_leaves_leaves_the_team_its_filters(cast: Cast, manager: Client) -> None:
    save(manager)
    save(manager, name="Ours", common="on")
    offboard_member(cast.vendor_admin.actor, cast.channel_manager.membership)
    run_jobs()
    with acting(cast.system):
        assert [saved.name for saved in SavedFilter.objects.all()] == ["Ours"]


def test_a_partner_has_no_saved_filters(browse: Any, cast: Cast) -> None:
    assert browse(cast.partner_admin).get("/w/northwind-fabrikam/filters/").status_code == 404
