from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hansa.kernel.ids import new_id, parse_public_id, public_id


@given(some.uuids())
def test_a_public_id_reads_back(id: UUID) -> None:
    assert parse_public_id("deal", public_id("deal", id)) == id


@given(some.text(max_size=40))
def test_any_other_text_is_refused_as_such(text: str) -> None:
    with pytest.raises(ValueError, match="not a deal id"):
        parse_public_id("deal", text)


def test_ids_made_later_sort_later_in_both_forms() -> None:
    made = [new_id() for _ in range(1000)]
    assert made == sorted(made)
    assert [public_id("x", id) for id in made] == sorted(public_id("x", id) for id in made)


@pytest.mark.parametrize("text", ["", "deal_", "partner_01kaj3e5xq9m2v7c4t8w6y0r1s", "deal_8" + "0" * 25])
def test_what_is_no_id_of_the_kind(text: str) -> None:
    with pytest.raises(ValueError, match="not a deal id"):
        parse_public_id("deal", text)
