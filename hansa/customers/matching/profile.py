"""What a name, a domain and a country say about a company, taken apart for comparison."""

from dataclasses import dataclass
from functools import lru_cache

from hansa.customers.matching.domains import domain_label, is_shared_domain, registrable_domain
from hansa.customers.matching.names import plain, without_leet, words_of
from hansa.customers.matching.vocabulary import FILLERS, PLACES, SPELLINGS, TRADES

_KNOWN = TRADES | FILLERS | PLACES
_SHORTEST_MENDED = 4  # letters; a shorter word is one edit away from too many others


@dataclass(frozen=True, slots=True)
class Words:
    """A name's words by what they tell: its own, its trades, places, and fillers. `own` is empty for no name alone."""

    own: tuple[str, ...]
    trades: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    fillers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """A company as somebody described it; `domain` is registrable and not shared, `country` ISO 3166 alpha-2 or ''."""

    name: Words
    label: Words | None
    domain: str
    country: str


def describe(name: str, domain: str | None = None, country: str | None = None) -> Profile:
    """Read what a person, a partner or a CRM wrote; `domain` may be a URL or an e-mail address."""
    own = (registrable_domain(domain) if domain else None) or ""
    if own and is_shared_domain(own):
        own = ""
    return Profile(_sort(words_of(name)), _label_words(own) if own else None, own, (country or "").strip().upper())


def one_letter_less(word: str) -> list[str]:
    """Every spelling of the word with one letter left out: two words share one if they are one edit or swap apart."""
    return [word[:i] + word[i + 1 :] for i in range(len(word))]


def _sort(words: list[str]) -> Words:
    own = [word for word in words if word not in _KNOWN]
    if not own:
        return Words(own=tuple(words))
    mended = {word: _mend(word) for word in own}
    if any(word not in _KNOWN for word in mended.values()):
        words = [mended.get(word, word) for word in words]
        own = [word for word in words if word not in _KNOWN]
    return Words(
        own=tuple(without_leet(word) for word in own),
        trades=tuple(word for word in words if word in TRADES),
        places=tuple(word for word in words if word in PLACES),
        fillers=tuple(word for word in words if word in FILLERS),
    )


@lru_cache(maxsize=4096)
def _label_words(domain: str) -> Words | None:
    """A domain read as a name: "acme-technologies.de" and "acmetechnologies.de" like "Acme Technologies"."""
    words = plain(domain_label(domain)).split()
    if not words:
        return None
    *start, last = words
    last = last.rstrip("0123456789") or last
    for i in range(3, len(last) - 2):
        if SPELLINGS.get(last[i:], last[i:]) in _KNOWN:
            last, ending = last[:i], last[i:]
            return _sort([*start, last, SPELLINGS.get(ending, ending)])
    return _sort([*start, SPELLINGS.get(last, last)])


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
    for word in sorted((*_KNOWN, *(variant for variant, known in SPELLINGS.items() if known in _KNOWN)))
    if len(word) > _SHORTEST_MENDED
    for spelling in (word, *one_letter_less(word))
}
