"""Tampering with sealed history as the owner of the tables: all of it is found, and the place named."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections

from hansa.history.checking import Anchor, check
from hansa.history.models import Seal
from hansa.history.sealing import seal_all
from hansa.testing import databases
from hansa.testing.cast import build_cast
from hansa.testing.tampering import KINDS, TRACELESS, Chain, found, in_the_owners_hands, names_the_place

REGISTRATIONS = 10
PLACES = (1, 2, 9, 13)


@pytest.fixture(scope="module")
def chain(django_db_setup: None, django_db_blocker: Any) -> Iterator[Chain]:
    """A chain of some twenty entries in the owner's hands."""
    with django_db_blocker.unblock():
        databases.empty()
        cast = build_cast()
        for number in range(REGISTRATIONS):
            cast.register(customer=f"Customer {number}", domain=f"customer-{number}.example")
        seal_all(cast.partnership.vendor_id)
        with in_the_owners_hands(cast.partnership.vendor_id) as chain:
            yield chain
        connections["default"].close()
        databases.empty()


def test_what_nobody_touched_holds(chain: Chain) -> None:
    result = check(chain.vendor_id)
    assert (result.findings, result.entries, result.position) == ([], chain.length, chain.length)
    assert chain.length > max(PLACES) + 2


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_change_is_found_where_it_was_made(chain: Chain, kind: str, place: int) -> None:
    findings = found(chain, KINDS[kind], place)
    assert names_the_place(findings, place), findings


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", TRACELESS)
def test_who_makes_the_rest_fit_again_is_found_by_an_exported_head(chain: Chain, kind: str, place: int) -> None:
    assert found(chain, TRACELESS[kind], place) == []
    last = Seal.objects.get(vendor_id=chain.vendor_id, position=chain.length)
    findings = found(chain, TRACELESS[kind], place, Anchor(last.position, bytes(last.hash), "a head kept outside"))
    assert any(finding.first <= place <= finding.last for finding in findings)
