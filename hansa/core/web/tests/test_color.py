import pytest
from django.http import Http404
from hypothesis import given
from hypothesis import strategies as st

from hansa.core.web.color import (
    DARK_GROUND,
    EDGE,
    LIGHT_GROUND,
    TEXT,
    accent_css,
    contrast,
    contrast_ok,
    ink_on,
    readable_on,
)
from hansa.core.web.views import accent

colors = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#0a6b6b", "#0a6b6b", 1.0)],
)
def test_contrast_follows_the_published_formula(one, other, ratio):
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)


@given(colors, colors)
def test_contrast_is_the_same_both_ways(one, other):
    assert contrast(one, other) == contrast(other, one)


@given(colors)
def test_ink_can_be_read_on_any_accent(color):
    assert contrast(color, ink_on(color)) >= TEXT


@given(colors, st.sampled_from([LIGHT_GROUND, DARK_GROUND]), st.sampled_from([EDGE, TEXT]))
def test_any_accent_has_a_shade_that_can_be_read(color, ground, ratio):
    assert contrast(readable_on(color, ground, ratio), ground) >= ratio


def test_a_color_that_is_readable_already_stays_as_it_is():
    assert readable_on("#0a6b6b", LIGHT_GROUND, TEXT) == "#0a6b6b"


@pytest.mark.parametrize("color", ["#0a6b6b", "#b4005a", "#1f4fd8"])
def test_strong_colors_pass(color):
    assert contrast_ok(color)


@pytest.mark.parametrize("color", ["#ffe600", "#ffffff", "teal", "", "#12345", "#0a6b6b;}"])
def test_pale_or_malformed_colors_fail(color):
    assert not contrast_ok(color)


def test_the_accent_sheet_sets_tokens_only():
    assert accent_css("#ffe600").startswith("@layer tokens{:root{--accent:#ffe600;--accent-ink:#000000;")


def test_the_accent_sheet_may_be_kept_forever(rf):
    response = accent(rf.get("/"), "B4005A")
    assert response["Content-Type"] == "text/css"
    assert "immutable" in response["Cache-Control"]
    assert b"--accent:#b4005a;" in response.content


@pytest.mark.parametrize("color", ["red", "12345", "b4005a}", "b4005a00"])
def test_an_address_that_is_no_color_is_not_found(rf, color):
    with pytest.raises(Http404):
        accent(rf.get("/"), color)


def test_a_links_color_in_the_dark_is_bright_enough_to_be_seen_as_one():
    dark = accent_css("#0a6b6b").rsplit(",", 1)[1][:7]
    assert contrast(dark, DARK_GROUND) >= 7
