"""Money is a whole number of minor units and a currency; it is never a float."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Self

from babel.core import Locale
from babel.numbers import (
    NumberFormatError,
    format_currency,
    get_currency_precision,
    list_currencies,
    parse_decimal,
)

LARGEST = 2**53 - 1  # what JSON readers keep exact


@dataclass(frozen=True, slots=True)
class Money:
    """`minor` counts the currency's smallest unit (cents for EUR, yen for JPY); `currency` is ISO 4217."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if self.currency not in _currencies():
            raise ValueError(f"{self.currency!r} is not a currency")
        if abs(self.minor) > LARGEST:
            raise ValueError("the amount is too large")

    @classmethod
    def parse(cls, text: str, currency: str, locale: str = "en") -> Self:
        """Read what a person typed ("84,000", "84 000.50 €"). Raises ValueError with a sentence for that person."""
        symbol = Locale.parse(locale).currency_symbols.get(currency, currency)
        bare = text.replace(currency, "").replace(symbol, "").replace("\u00a0", " ").replace(" ", "")
        try:
            return cls.from_decimal(parse_decimal(bare, locale=locale), currency)
        except (NumberFormatError, InvalidOperation):
            raise ValueError("Write the amount in figures, for example 84,000.") from None

    @classmethod
    def from_decimal(cls, amount: Decimal, currency: str) -> Self:
        """From major units. Raises ValueError if the currency has no coin that small."""
        if not amount.is_finite():
            raise ValueError("Write the amount in figures, for example 84,000.")
        if currency not in _currencies():
            raise ValueError(f"{currency!r} is not a currency")
        minor = amount.scaleb(get_currency_precision(currency))
        if abs(minor) > LARGEST:
            raise ValueError("the amount is too large")
        if minor != minor.to_integral_value():
            raise ValueError(f"{currency} has no unit that small.")
        return cls(int(minor), currency)

    @property
    def amount(self) -> Decimal:
        """In major units."""
        return Decimal(self.minor).scaleb(-get_currency_precision(self.currency))

    def format(self, locale: str = "en") -> str:
        """As people write it; without the fraction when it is zero."""
        precision = get_currency_precision(self.currency)
        whole = self.minor % 10**precision == 0
        return format_currency(
            self.amount, self.currency, locale=locale, currency_digits=not whole, format="¤#,##0" if whole else None
        )


@cache
def _currencies() -> frozenset[str]:
    return frozenset(list_currencies())
