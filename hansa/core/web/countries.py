"""Countries as people choose and read them: ISO 3166 alpha-2 codes, named in the reader's language by CLDR."""

from functools import lru_cache

from babel import Locale

from hansa.core.web.said import reader_locale

NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


def country_choices(empty: str = "Choose a country") -> list[tuple[str, str]]:
    """(code, name) of every country by name, after an empty one that says `empty`."""
    names = _names(reader_locale())
    return [("", empty), *sorted(names.items(), key=lambda pair: pair[1])]


def country_name(code: str) -> str:
    """The country in words, the code itself where it is none."""
    return _names(reader_locale()).get(code, code)


def parse_countries(text: str) -> list[str]:
    """Codes from codes or names separated by commas or lines. Raises ValueError that names the first unknown word."""
    names = _names(reader_locale())
    codes = {name.casefold(): code for code, name in names.items()} | {code.casefold(): code for code in names}
    found = []
    for word in filter(None, (part.strip() for part in text.replace("\n", ",").split(","))):
        if word.casefold() not in codes:
            raise ValueError(word)
        found.append(codes[word.casefold()])
    return sorted(set(found))


@lru_cache(64)
def _names(locale: str) -> dict[str, str]:
    territories = Locale.parse(locale).territories
    return {code: name for code, name in territories.items() if len(code) == 2 and code not in NO_COUNTRIES}
