import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hansa.kernel.text import has_words, seen

TURNED = "\u202eevil\u202c"
BLANK = ["", " ", "\u200b", "\u200d", "\u3164", "\u2800", "\u00ad", "---", "!?", "\U000e0041"]


@given(some.text())
def test_what_is_seen_turns_nothing_around_and_is_seen_again(text: str) -> None:
    left = seen(text)
    assert seen(left) == left
    assert not {unicodedata.bidirectional(sign) for sign in left} & {"RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI"}


@pytest.mark.parametrize("name", ["Müller & Söhne", "三菱", "شرکت می\u200cخواهم", "Ô1\nÔ2", "👩\u200d🚀"])
def test_what_people_write_stays_as_it_is(name: str) -> None:
    assert seen(name) == name


def test_a_name_is_not_turned_around() -> None:
    assert seen(TURNED) == "evil"


@pytest.mark.parametrize("name", BLANK)
def test_what_nobody_can_read_out_has_no_words(name: str) -> None:
    assert not has_words(name)


@pytest.mark.parametrize("name", ["3M", "Ü", "三菱", "हिन्दी"])
def test_a_letter_or_a_figure_of_any_script_is_a_word(name: str) -> None:
    assert has_words(name)
