"""The pages that a rep lives on, on small screens: a narrow phone, a phone at twice the size, one on its side."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import FloatRect, Locator

from hansa.testing.browser import Visitor
from hansa.testing.cast import Cast

pytestmark = pytest.mark.browser

HOME = "/w/northwind-fabrikam/"
NAME = "Summeradale Water and Sanitation S.L."


def box(found: Locator) -> FloatRect:
    place = found.bounding_box()
    assert place
    return place


def boxes(found: Locator) -> Iterator[FloatRect]:
    return (box(one) for one in found.filter(visible=True).all())


@pytest.mark.parametrize("size", ["narrow", "zoomed", "turned"])
def test_nothing_is_wider_than_the_smallest_screens(committed: Cast, visit: Any, size: str) -> None:
    deal = committed.register(customer=NAME)
    mara: Visitor = visit(committed.partner_rep, size=size)
    for page in ("", "deals/", "deals/register/", f"deals/{deal.public_id}/", "program/", "search/?q=water"):
        mara.open(HOME + page)


@pytest.mark.parametrize("size", ["narrow", "phone"])
def test_the_reference_of_the_api_is_no_wider_than_the_screen(visit: Any, size: str) -> None:
    reader: Visitor = visit(size=size, script=False)
    reader.open("/api/docs")
    assert reader.page.locator("html").evaluate("page => page.scrollWidth <= page.clientWidth")


def test_on_a_narrow_phone_a_customers_name_has_room(committed: Cast, visit: Any) -> None:
    committed.register(customer=NAME)
    mara: Visitor = visit(committed.partner_rep, size="narrow")
    mara.open(f"{HOME}deals/")
    name, badge = box(mara.page.locator("main td").first), box(mara.page.locator("main .status").first)
    assert name["width"] > 130
    assert badge["y"] >= name["y"] + name["height"]


def test_at_twice_the_size_the_ways_around_stand_apart(committed: Cast, visit: Any) -> None:
    mara: Visitor = visit(committed.partner_rep, size="zoomed")
    mara.open(HOME)
    ways = sorted(boxes(mara.page.locator(".dock > a, .dock summary")), key=lambda at: (at["y"], at["x"]))
    assert len(ways) == 5
    for one, next in pairwise(ways):
        assert one["x"] + one["width"] <= next["x"] + 1 or one["y"] + one["height"] <= next["y"] + 1


def test_on_its_side_a_phone_shows_the_form_and_not_the_button(committed: Cast, visit: Any) -> None:
    mara: Visitor = visit(committed.partner_rep, size="turned")
    mara.open(f"{HOME}deals/register/")
    assert box(mara.find("Register this deal"))["y"] > 390
