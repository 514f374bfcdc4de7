"""What a cell means: dates, amounts, countries, stages. Each refusal is a ValueError with a sentence for a person."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Literal

from babel.core import Locale, get_global
from rapidfuzz import fuzz, process

from hansa.kernel.money import Money

DateOrder = Literal["", "dmy", "mdy"]

ALMOST = 85  # of 100, by which a misspelt country is still taken for one
NO_COUNTRY = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})
LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt")
OTHER_COUNTRY_NAMES = {
    "korea": "KR",
    "republic of korea": "KR",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "holland": "NL",
    "united states of america": "US",
    "america": "US",
    "u.s.": "US",
    "u.s.a.": "US",
    "u.k.": "GB",
    "russian federation": "RU",
    "viet nam": "VN",
    "burma": "MM",
    "ivory coast": "CI",
    "macedonia": "MK",
    "swaziland": "SZ",
    "taiwan": "TW",
    "hong kong": "HK",
    "macau": "MO",
    "uae": "AE",
}

_ISO_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_DATE = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?:[T ,].*)?")
_DECIMAL_COMMA = re.compile(r",\d{1,2}\D*$")
_DECIMAL_POINT = re.compile(r"\.\d{1,2}\D*$")
_NOT_IN_AMOUNTS = re.compile(r"[^\d.,()+-]")


def guess_date_order(cells: Iterable[str]) -> DateOrder | None:
    """Whether the day or the month comes first in a column, '' where it matters to no cell, None if either may be."""
    places = [found for cell in cells if (found := _DATE.fullmatch(cell))]
    if not places:
        return ""
    first, second = (max(int(found[place]) for found in places) for place in (1, 2))
    if first > 12:
        return "dmy"
    if second > 12:
        return "mdy"
    return "" if all(found[1] == found[2] for found in places) else None


def parse_date(text: str, order: DateOrder) -> date:
    """A date as ISO 8601 has it, whatever the order, else day, month and year in the order of the column."""
    if found := _ISO_DATE.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
    elif found := _DATE.fullmatch(text):
        first, second, year = (int(part) for part in found.groups())
        day, month = (second, first) if order == "mdy" else (first, second)
        if len(found[3]) == 2:
            year += 2000 if year < 70 else 1900
    else:
        raise ValueError(f"“{text}” is no date")
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"“{text}” is no date") from None


def guess_decimal(cells: Iterable[str]) -> Literal[".", ","]:
    """The decimal mark of a column of amounts."""
    written = list(cells)
    commas = sum(bool(_DECIMAL_COMMA.search(cell)) for cell in written)
    return "," if commas and not any(_DECIMAL_POINT.search(cell) for cell in written) else "."


def parse_amount(text: str, currency: str, decimal: str = ".") -> Money:
    """An amount in figures, thousands apart or together, with or without the currency's sign; rounded to its coins."""
    bare = _NOT_IN_AMOUNTS.sub("", text)
    sign = "-" if bare.startswith("(") else ""  # as accountants write what is owed
    bare = sign + bare.strip("()").replace("," if decimal == "." else ".", "").replace(decimal, ".")
    try:
        return Money(_minor(Decimal(bare), currency), currency)
    except (InvalidOperation, ValueError):
        raise ValueError(f"“{text}” is no amount in {currency}") from None


def parse_country(text: str) -> tuple[str, str]:
    """(ISO 3166 alpha-2, '') for a country's name or code, (code, what was made of it) for a misspelt one.

    Raises ValueError for one that nobody can guess.
    """
    wanted = text.strip().casefold()
    known = country_names()
    if wanted in known:
        return known[wanted], ""
    # A guess mends letters; that of another number of words is another country: “Dominica R” is not Dominica.
    alike = [name for name in known if _count_words(name) == _count_words(wanted)]
    if len(wanted) > 4 and (found := process.extractOne(wanted, alike, scorer=fuzz.ratio, score_cutoff=ALMOST)):
        code = known[found[0]]
        return code, f"Country “{text}” was read as {Locale('en').territories[code]}."
    raise ValueError(f"There is no country “{text}”")


@cache
def country_names() -> dict[str, str]:
    """Codes of two and three letters and the names in several languages, in lower case, to ISO 3166 alpha-2."""
    spoken = [{str(code): str(name) for code, name in Locale(language).territories.items()} for language in LANGUAGES]
    codes = {code for code in spoken[0] if len(code) == 2 and code.isalpha()} - NO_COUNTRY
    names = {name.casefold(): code for names in spoken for code, name in names.items() if code in codes}
    names |= {code.casefold(): code for code in codes}
    names |= {
        alias.casefold(): new[0]
        for alias, new in get_global("territory_aliases").items()
        if alias.isalpha() and new and new[0] in codes
    }
    return names | OTHER_COUNTRY_NAMES


def outcome_of_stage(stage: str) -> bool | None:
    """True for a stage that means won, False for lost, None for an open one."""
    words = stage.casefold()
    if "lost" in words or "disqualified" in words:
        return False
    return True if "won" in words else None


def same_spelling(name: str) -> str:
    """What two spellings of a product have in common: "GTX Pro" and "GTXPro" are "gtxpro"."""
    return re.sub(r"[\W_]+", "", name.casefold())


def _count_words(text: str) -> int:
    return len(re.findall(r"\w+", text))


def _minor(amount: Decimal, currency: str) -> int:
    unit = Money(1, currency).amount
    return int((amount / unit).to_integral_value())
