"""Addresses that nobody was given: every page that a person can open answers them as if they asked for nothing."""

from typing import Any

import pytest

from hansa.testing import routes
from hansa.testing.cast import Cast

PAGES = [page for page in routes.pages() if page.objects.keys() == {"workspace"}]
ODD = [
    {"after": "zzz"},
    {"before": "deal_00000000000000000000000000"},
    {"q": "\0", "partner": "\0", "company": "\0"},
    {"show": "nothing", "sort": "sideways", "at": "yesterday", "days": "-1"},
]


@pytest.mark.parametrize("asked", ODD, ids=" ".join)
def test_a_page_asked_for_what_is_not_there_is_the_page(cast: Cast, browse: Any, asked: dict[str, str]) -> None:
    shown = 0
    for person in (cast.vendor_admin, cast.partner_admin):
        client = browse(person)
        for page in PAGES:
            path = page.path({"workspace": person.workspace.slug})
            plain, odd = (client.get(path, query).status_code for query in ({}, asked))
            assert odd == plain or (plain, odd) == (200, 404), path
            shown += odd == 200
    assert shown > 30
