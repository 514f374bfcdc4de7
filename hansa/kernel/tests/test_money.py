from contextlib import suppress
from decimal import Decimal

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as some

from hansa.kernel.money import LARGEST, Money

minor = some.integers(min_value=0, max_value=LARGEST)
currencies = some.sampled_from(["EUR", "JPY", "USD", "KWD", "CHF", "INR"])
locales = some.sampled_from(["en", "en_IN", "de", "de_CH", "fr", "es", "pl", "sv", "it"])


@given(minor, currencies, locales)
def test_what_is_shown_reads_back(amount: int, currency: str, locale: str) -> None:
    money = Money(amount, currency)
    assert Money.parse(money.format(locale), currency, locale) == money
    assert Money.from_decimal(money.amount, currency) == money


@given(minor, some.sampled_from(["EUR", "JPY", "USD", "CHF", "INR"]), locales, locales)
def test_what_is_shown_to_one_reader_reads_back_for_any_other(
    amount: int, currency: str, shown: str, read: str
) -> None:
    money = Money(amount, currency)
    figures = format_decimal(money.amount, locale=shown)
    assert Money.parse(figures, currency, read) == money


@given(some.text(max_size=30))
def test_anything_typed_is_an_amount_or_a_sentence(text: str) -> None:
    with suppress(ValueError):
        assert abs(Money.parse(text, "EUR").minor) <= LARGEST


@pytest.mark.parametrize(
    ("typed", "locale", "minor"),
    [
        ("84,000", "en", 8_400_000),
        ("84.000,50", "de", 8_400_050),
        ("€ 12", "en", 1_200),
        ("0.01", "en", 1),
        ("1.500", "en", 150_000),
        ("1,500", "de", 150_000),
        ("1 000,50", "en", 100_050),
        ("1.234.567,89", "en", 123_456_789),
        ("1.234,50 €", "en", 123_450),
        ("1'500.50", "en", 150_050),
        ("1.500,-", "en", 150_000),
        ("12,5", "en", 1_250),
        ("0.500", "en", 50),
        ("25k", "en", 2_500_000),
        ("12,5k", "en", 1_250_000),
        ("1m", "en", 100_000_000),
        ("EUR 1.5 Mio", "en", 150_000_000),
    ],
)
def test_people_write_amounts_in_many_ways(typed: str, locale: str, minor: int) -> None:
    assert Money.parse(typed, "EUR", locale) == Money(minor, "EUR")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("1.500k", "more than one amount"),
        ("1,234.567", "more than one amount"),
        ("$1,500", "Amounts are in EUR here"),
        ("1,500 USD", "Amounts are in EUR here"),
        ("12 34", "in figures"),
        ("1.2.3", "in figures"),
        ("much", "in figures"),
        ("12.345678", "no unit that small"),
        ("900000000m", "The largest amount is EUR 90,071,992,547,409.91"),
    ],
)
def test_what_can_be_read_in_two_ways_or_none_is_refused(typed: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        Money.parse(typed, "EUR")


@pytest.mark.parametrize(("locale", "minor"), [("en", 1_500), ("de", 1_500_000)])
def test_three_decimals_are_read_by_the_readers_own_mark(locale: str, minor: int) -> None:
    assert Money.parse("1.500", "KWD", locale) == Money(minor, "KWD")


@pytest.mark.parametrize("wrong", [Decimal("0.001"), Decimal("NaN"), Decimal("Infinity"), Decimal("1e30")])
def test_there_is_no_coin_that_small_and_no_sum_that_large(wrong: Decimal) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each has a sentence of its own
        Money.from_decimal(wrong, "EUR")


def test_a_currency_is_one_that_exists() -> None:
    with pytest.raises(ValueError, match="not a currency"):
        Money(1, "EURO")
