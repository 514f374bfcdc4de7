"""Money is a whole number of minor units and a currency; it is never a float."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Self

from babel.core import Locale
from babel.numbers import format_currency, get_currency_precision, get_decimal_symbol, list_currencies

from hansa.kernel.amounts import UNREADABLE, read_amount

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
            raise ValueError(_too_large(self.currency))

    @classmethod
    def parse(cls, text: str, currency: str, locale: str = "en") -> Self:
        """Read what a person typed, in the marks of any country ("84,000", "84.000,50 €", "€12.5k").

        Raises ValueError with a sentence for that person.
        """
        if currency not in _currencies():
            raise ValueError(f"{currency!r} is not a currency")
        bare = _currency_signs(currency, locale).sub(" ", text)
        if _names_a_currency(bare):
            raise ValueError(f"Amounts are in {currency} here. Write this one without another currency.")
        decimals, mark = get_currency_precision(currency), get_decimal_symbol(locale)
        return cls.from_decimal(read_amount(bare, decimals=decimals, mark=mark), currency)

    @classmethod
    def from_decimal(cls, amount: Decimal, currency: str) -> Self:
        """From major units. Raises ValueError if the currency has no coin that small."""
        if not amount.is_finite():
            raise ValueError(UNREADABLE)
        if currency not in _currencies():
            raise ValueError(f"{currency!r} is not a currency")
        minor = amount.scaleb(get_currency_precision(currency))
        if abs(minor) > LARGEST:
            raise ValueError(_too_large(currency))
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


def is_currency(code: str) -> bool:
    """Whether ISO 4217 has it."""
    return code in _currencies()


@cache
def _currencies() -> frozenset[str]:
    return frozenset(list_currencies())


@cache
def _currency_signs(currency: str, locale: str) -> re.Pattern[str]:
    """How the currency is written before or behind an amount, here and in English."""
    signs = {currency, *(Locale.parse(tongue).currency_symbols.get(currency, currency) for tongue in (locale, "en"))}
    return re.compile("|".join(map(re.escape, sorted(signs, key=len, reverse=True))), re.IGNORECASE)


def _names_a_currency(text: str) -> bool:
    codes = re.findall(r"(?<![A-Z])[A-Z]{3}(?![A-Z])", text.upper())
    return any(unicodedata.category(sign) == "Sc" for sign in text) or not _currencies().isdisjoint(codes)


def _too_large(currency: str) -> str:
    largest = Decimal(LARGEST).scaleb(-get_currency_precision(currency))
    return f"The largest amount is {currency} {largest:,}."
