from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hansa.kernel.money import LARGEST, Money

minor = some.integers(min_value=0, max_value=LARGEST)


@given(minor, some.sampled_from(["EUR", "JPY", "USD", "KWD"]))
def test_what_is_shown_reads_back(amount: int, currency: str) -> None:
    money = Money(amount, currency)
    assert Money.parse(money.format("en"), currency) == money
    assert Money.from_decimal(money.amount, currency) == money


@given(some.text(max_size=30))
def test_anything_typed_is_an_amount_or_a_sentence(text: str) -> None:
    with suppress(ValueError):
        assert abs(Money.parse(text, "EUR").minor) <= LARGEST


@pytest.mark.parametrize(
    ("typed", "locale", "minor"),
    [("84,000", "en", 8_400_000), ("84.000,50", "de", 8_400_050), ("€ 12", "en", 1_200), ("0.01", "en", 1)],
)
def test_people_write_amounts_in_many_ways(typed: str, locale: str, minor: int) -> None:
    assert Money.parse(typed, "EUR", locale) == Money(minor, "EUR")


@pytest.mark.parametrize("wrong", [Decimal("0.001"), Decimal("NaN"), Decimal("Infinity"), Decimal("1e30")])
def test_there_is_no_coin_that_small_and_no_sum_that_large(wrong: Decimal) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each has a sentence of its own
        Money.from_decimal(wrong, "EUR")


def test_a_currency_is_one_that_exists() -> None:
    with pytest.raises(ValueError, match="not a currency"):
        Money(1, "EURO")
