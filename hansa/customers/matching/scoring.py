"""How likely it is that two descriptions mean one company, and why.

The model adds up evidence in bits (the logarithm of the odds to base 2), as Fellegi and Sunter do: a piece of evidence
that is n times as frequent among equal companies as among different ones is worth log2(n).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp2
from typing import NamedTuple

from rapidfuzz.distance import OSA

from hansa.customers.matching.domains import domain_label
from hansa.customers.matching.profile import Profile, Words, spells

# Among a million invented companies 99.8 % of the noisy spellings of a known one find something at SIMILAR; what lies
# below is subsidiaries and chance. A person looks at what is similar, so it may be wrong a third of the time.
SIMILAR = 0.55
# What a system may take for the same without asking: the best match is right 7 times in 8 where every second probe is a
# stranger, and 3 of 100 subsidiaries reach it.
SAME = 0.96

BEFORE_LOOKING = -3.0
SAME_DOMAIN = 6.5
SAME_LABEL = 2.0
LABEL_IS_NAME = 2.0
OTHER_DOMAIN = -3.0
SAME_COUNTRY = 1.0
OTHER_COUNTRY = -2.0
SAME_NAME = 7.0
PER_SHARE_OF_LETTERS = -18.0
OTHER_NAME = -4.0
EXTRA_WORD = 2.5
EXTRA_TRADE = -1.5
OTHER_TRADE = -6.0
EXTRA_FILLER = -0.5
EXTRA_PLACE = -4.0
SPELLS_NAME = "web domain {} spells the other's name"


class Evidence(NamedTuple):
    """Bits for (or, negative, against), and the phrase that says why, its values filled in only for a reader."""

    bits: float
    phrase: str = ""
    values: tuple[str | Iterable[str], ...] = ()

    def __str__(self) -> str:
        return self.phrase.format(*map(_shown, self.values))


@dataclass(frozen=True, slots=True)
class Match:
    """`score` is between 0 and 1; `reasons` are phrases for a reader, those of the name first."""

    score: float
    reasons: tuple[str, ...]


def score(probe: Profile, candidate: Profile) -> Match:
    """Weigh name, domain and country. Symmetric: who asks and who is known makes no difference."""
    evidence = _evidence(probe, candidate)
    return Match(_share(_sum(evidence)), tuple(str(piece) for piece in evidence if piece.phrase))


def likelihood(probe: Profile, candidate: Profile) -> float:
    """The score alone, for many candidates: telling the reasons costs as much again."""
    return _share(_sum(_evidence(probe, candidate)))


def _evidence(a: Profile, b: Profile) -> list[Evidence]:
    names = _names(a.name, b.name) if a.name.own and b.name.own else [_nameless(a, b)]
    return [*names, _domains(a, b), _countries(a, b)]


def _sum(evidence: list[Evidence]) -> float:
    return BEFORE_LOOKING + sum([piece[0] for piece in evidence])


def _share(bits: float) -> float:
    return 1 / (1 + exp2(-bits))


def _names(a: Words, b: Words) -> list[Evidence]:
    evidence = [_own_words(a.own, b.own)]
    if a.trades != b.trades and (trades := {*a.trades} ^ {*b.trades}):
        if {*a.trades} < trades and {*b.trades} < trades:
            evidence.append(Evidence(OTHER_TRADE, "different trades: {} and {}", (a.trades, b.trades)))
        else:
            evidence.append(Evidence(EXTRA_TRADE, "only one name says {}", (trades,)))
    if a.places != b.places and (places := {*a.places} ^ {*b.places}):
        evidence.append(Evidence(EXTRA_PLACE, "only one name says {}: maybe a subsidiary", (places,)))
    if a.fillers != b.fillers and (fillers := {*a.fillers} ^ {*b.fillers}):
        evidence.append(Evidence(EXTRA_FILLER, "only one name says {}", (fillers,)))
    return evidence


def _nameless(a: Profile, b: Profile) -> Evidence:
    """Who is asked for by a web domain alone has no name to compare, but the domain may spell the other's."""
    asked, known = (b, a) if a.name.own else (a, b)
    if known.domain and known.name.own and asked.domain and spells(asked.domain, known.name):
        return Evidence(LABEL_IS_NAME, SPELLS_NAME, (asked.domain,))
    return NOTHING


def _own_words(a: tuple[str, ...], b: tuple[str, ...]) -> Evidence:
    if a == b:
        return Evidence(SAME_NAME, "same name")
    joined_a, joined_b = "".join(a), "".join(b)
    edits, length = OSA.distance(joined_a, joined_b), max(len(joined_a), len(joined_b))
    if len(a) > 1 or len(b) > 1:
        if sorted(a) == sorted(b):
            return Evidence(SAME_NAME, "same words in another order")
        edits = min(edits, OSA.distance("".join(sorted(a)), "".join(sorted(b))))
    if not edits:
        return Evidence(SAME_NAME, "same name, written apart or together")
    bits = max(OTHER_NAME, SAME_NAME + PER_SHARE_OF_LETTERS * edits / length)
    if bits < EXTRA_WORD and ({*a} < {*b} or {*b} < {*a}):
        return Evidence(EXTRA_WORD, "one name has the extra word {}", ({*a} ^ {*b},))
    if bits == OTHER_NAME:
        return Evidence(bits, "different names")
    return Evidence(bits, "names differ by one letter" if edits == 1 else f"names differ by {edits} letters")


def _domains(a: Profile, b: Profile) -> Evidence:
    if not a.domain or not b.domain:
        domain, name = (a.domain, b.name) if a.domain else (b.domain, a.name)
        if domain and name.own and spells(domain, name):
            return Evidence(LABEL_IS_NAME, SPELLS_NAME, (domain,))
        return NOTHING
    if a.domain == b.domain:
        return Evidence(SAME_DOMAIN, "same web domain {}", (a.domain,))
    if domain_label(a.domain) == domain_label(b.domain):
        return Evidence(SAME_LABEL, "web domains {} and {} differ in their endings", (a.domain, b.domain))
    return Evidence(OTHER_DOMAIN, "different web domains {} and {}", (a.domain, b.domain))


def _countries(a: Profile, b: Profile) -> Evidence:
    if not a.country or not b.country:
        return NOTHING
    if a.country == b.country:
        return Evidence(SAME_COUNTRY, "same country")
    return Evidence(OTHER_COUNTRY, "different countries {} and {}", (a.country, b.country))


def _shown(value: str | Iterable[str]) -> str:
    return value if isinstance(value, str) else ", ".join(f"'{word}'" for word in sorted(value))


NOTHING = Evidence(0.0)
