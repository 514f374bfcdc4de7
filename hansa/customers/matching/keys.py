"""The keys under which a company is stored and looked up, by equality alone.

Row-level security keeps trigram and GIN indexes from being used (their operators are not leakproof), equality on a
bigint keeps its B-tree. So a lookup asks for a dozen keys, each rare enough to be shared by few companies.
"""

from hashlib import blake2b

from hansa.customers.matching.profile import Profile, Words, domain_words, one_letter_less

_START = 7  # letters of a name that get a key for each letter left out; more cost a row each and find nothing more
_TELLING = 7  # letters from which such a key is rare by itself; a shorter one needs trade and country beside it
_WORDS = 3  # own words with a key of their own


def stored_keys(company: Profile) -> list[int]:
    """The keys to store for a company: about ten signed 64-bit numbers, in no order, none twice."""
    return _numbers(_keys(company, {company.country}))


def asked_keys(probe: Profile) -> list[int]:
    """The keys to look up for a probe: its own, and those of companies whose country nobody wrote down."""
    return _numbers(_keys(probe, {probe.country, ""}))


def _keys(profile: Profile, countries: set[str]) -> set[str]:
    name = profile.name
    keys = {_whole(name)}
    if profile.domain and (spelt := domain_words(profile.domain)):
        keys.add(_whole(spelt))
    start = "".join(name.own)[:_START]
    trade = name.trades[0] if name.trades else ""
    spellings = (start, *one_letter_less(start))
    keys.update(f"s {spelling}" for spelling in spellings if len(spelling) >= _TELLING)
    for country in countries:
        keys.update(f"w {word}|{country}" for word in name.own[:_WORDS])
        keys.update(f"s {spelling}|{trade}|{country}" for spelling in spellings if len(spelling) < _TELLING)
    return keys


def _whole(words: Words) -> str:
    return "n " + " ".join(sorted({*words.own, *words.trades}))


def _numbers(keys: set[str]) -> list[int]:
    return [int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big", signed=True) for key in keys]
