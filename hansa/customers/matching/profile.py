"""What a name, a domain and a country say about a company, taken apart for comparison."""

from functools import lru_cache
from typing import NamedTuple

from hansa.customers.matching.domains import domain_label, is_shared_domain, registrable_domain
from hansa.customers.matching.names import LONGEST_NAME, plain, without_leet, words_of
from hansa.customers.matching.vocabulary import FILLERS, PLACES, SPELLINGS, TRADES

_KINDS = dict.fromkeys(TRADES, "trades") | dict.fromkeys(PLACES, "places") | dict.fromkeys(FILLERS, "fillers")
_SHORTEST_MENDED = 4  # letters; a shorter word is one edit away from too many others


class Words(NamedTuple):
    """A name's words by what they tell: its own, its trades, places, and fillers; `own` is empty for no name alone."""

    own: tuple[str, ...]
    trades: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    fillers: tuple[str, ...] = ()


class Profile(NamedTuple):
    """A company as somebody described it; `domain` is registrable and its own, or ''; `country` alpha-2 or ''."""

    name: Words
    domain: str
    country: str


def describe(name: str, domain: str | None = None, country: str | None = None) -> Profile:
    """Read what a person, a partner or a CRM wrote; `domain` may be a URL or an e-mail address."""
    return describe_stored(name, registrable_domain(domain) if domain else None, (country or "").strip().upper())


def describe_stored(name: str, domain: str | None, country: str | None) -> Profile:
    """Like `describe`, for a domain that is registrable and a country that is a code already."""
    own_domain = domain if domain and not is_shared_domain(domain) else ""
    return Profile(_read(name[:LONGEST_NAME]), own_domain, country or "")


def one_letter_less(word: str) -> list[str]:
    """Every spelling of the word with one letter left out: two words share one if they are one edit or swap apart."""
    return [word[:i] + word[i + 1 :] for i in range(len(word))]


def domain_words(domain: str) -> Words | None:
    """A domain read as a name: "acme-technologies.de" and "acmetechnologies.de" like "Acme Technologies"."""
    words = plain(domain_label(domain)).split()
    if not words:
        return None
    *start, last = words
    last = last.rstrip("0123456789") or last
    for i in range(3, len(last) - 2):
        if _kind(last[i:]) != "own":
            last, ending = last[:i], last[i:]
            return _sort((*start, last, SPELLINGS.get(ending, ending)))
    return _sort((*start, SPELLINGS.get(last, last)))


def spells(domain: str, name: Words) -> bool:
    """Whether the domain is the name's own words, with a trade or a filler behind them or not."""
    label = plain(domain_label(domain)).replace(" ", "").rstrip("0123456789")
    own = "".join(name.own)
    return label.startswith(own) and (label == own or _kind(label[len(own) :]) != "own")


@lru_cache(maxsize=4096)
def _read(name: str) -> Words:
    return _sort(tuple(map(_letters, words_of(name))))


def _letters(word: str) -> str:
    if word.isalpha():
        return word
    word = without_leet(word)
    return SPELLINGS.get(word, word)


def _kind(word: str) -> str:
    return _KINDS.get(SPELLINGS.get(word, word), "own")


def _sort(words: tuple[str, ...]) -> Words:
    kinds = [_KINDS.get(word, "own") for word in words]
    count = kinds.count("own")
    if not count:
        return Words(own=words)
    if count > 1:
        mended = [_mend(word) if kind == "own" else word for word, kind in zip(words, kinds, strict=True)]
        if any(word not in _KINDS for word in mended):
            words, kinds = tuple(mended), [_KINDS.get(word, "own") for word in mended]
    by_kind: dict[str, list[str]] = {"own": [], "trades": [], "places": [], "fillers": []}
    for word, kind in zip(words, kinds, strict=True):
        by_kind[kind].append(word)
    return Words(*map(tuple, by_kind.values()))


@lru_cache(maxsize=65536)
def _mend(word: str) -> str:
    """The known word that this one misspells by one letter, else the word itself."""
    if len(word) >= _SHORTEST_MENDED:
        for spelling in (word, *one_letter_less(word)):
            if spelling in _MISSPELT:
                return _MISSPELT[spelling]
    return word


_MISSPELT = {
    spelling: SPELLINGS.get(word, word)
    for word in sorted((*_KINDS, *(variant for variant, known in SPELLINGS.items() if known in _KINDS)))
    if len(word) > _SHORTEST_MENDED
    for spelling in (word, *one_letter_less(word))
}
