"""How likely it is that two descriptions mean one company, and why.

The model adds up evidence in bits (the logarithm of the odds to base 2), as Fellegi and Sunter do: a piece of evidence
that is n times as frequent among equal companies as among different ones is worth log2(n).
"""

from dataclasses import dataclass
from math import exp2

from rapidfuzz.distance import OSA

from hansa.customers.matching.profile import Profile, Words

# TODO thresholds
SAME = 0.9
SIMILAR = 0.5

BEFORE_LOOKING = -3.0
SAME_DOMAIN = 6.0
SAME_LABEL = 4.0
LABEL_IS_NAME = 2.0
OTHER_DOMAIN = -3.0
SAME_COUNTRY = 1.0
OTHER_COUNTRY = -2.0
SAME_NAME = 7.0
PER_SHARE_OF_LETTERS = -18.0
OTHER_NAME = -4.0
EXTRA_WORD = 2.5
EXTRA_TRADE = -1.5
OTHER_TRADE = -5.0
EXTRA_FILLER = -0.5
EXTRA_PLACE = -3.0

Evidence = tuple[float, str]


@dataclass(frozen=True, slots=True)
class Match:
    """`score` is between 0 and 1; `reasons` are phrases for a reader, those of the name first."""

    score: float
    reasons: tuple[str, ...]


def score(probe: Profile, candidate: Profile) -> Match:
    """Weigh name, domain and country. Symmetric: who asks and who is known makes no difference."""
    evidence = [*_names(probe.name, candidate.name), _domains(probe, candidate), _countries(probe, candidate)]
    bits = BEFORE_LOOKING + sum(points for points, _ in evidence)
    return Match(1 / (1 + exp2(-bits)), tuple(reason for _, reason in evidence if reason))


def _names(a: Words, b: Words) -> list[Evidence]:
    evidence = [_own_words(a.own, b.own)]
    trades = set(a.trades) ^ set(b.trades)
    if trades:
        disjoint = a.trades and b.trades and not set(a.trades) & set(b.trades)
        evidence.append(
            (OTHER_TRADE, f"different trades: {_listed(a.trades)} and {_listed(b.trades)}")
            if disjoint
            else (EXTRA_TRADE, f"only one name says {_listed(trades)}")
        )
    if set(a.places) != set(b.places):
        places = set(a.places) ^ set(b.places)
        evidence.append((EXTRA_PLACE, f"only one name says {_listed(places)}: maybe a subsidiary"))
    if set(a.fillers) != set(b.fillers):
        evidence.append((EXTRA_FILLER, f"only one name says {_listed(set(a.fillers) ^ set(b.fillers))}"))
    return evidence


def _own_words(a: tuple[str, ...], b: tuple[str, ...]) -> Evidence:
    if a == b:
        return SAME_NAME, "same name"
    ours, theirs = set(a), set(b)
    if ours == theirs:
        return SAME_NAME, "same words in another order"
    edits, length = _edits("".join(a), "".join(b))
    if len(a) > 1 or len(b) > 1:
        edits = min(edits, _edits("".join(sorted(a)), "".join(sorted(b)))[0])
    if not edits:
        return SAME_NAME, "same name, written apart or together"
    points = max(OTHER_NAME, SAME_NAME + PER_SHARE_OF_LETTERS * edits / length)
    if points < EXTRA_WORD and (ours < theirs or theirs < ours):
        return EXTRA_WORD, f"one name has the extra word {_listed(ours ^ theirs)}"
    if points == OTHER_NAME:
        return points, "different names"
    return points, "names differ by one letter" if edits == 1 else f"names differ by {edits} letters"


def _edits(a: str, b: str) -> tuple[int, int]:
    return OSA.distance(a, b), max(len(a), len(b))


def _domains(a: Profile, b: Profile) -> Evidence:
    if not a.label or not b.label:
        spelt, name, domain = (a.label, b.name, a.domain) if a.label else (b.label, a.name, b.domain)
        if spelt and spelt.own == name.own:
            return LABEL_IS_NAME, f"web domain {domain} spells the other's name"
        return 0.0, ""
    if a.domain == b.domain:
        return SAME_DOMAIN, f"same web domain {a.domain}"
    if a.label == b.label:
        return SAME_LABEL, f"web domains {a.domain} and {b.domain} differ in their endings"
    return OTHER_DOMAIN, f"different web domains {a.domain} and {b.domain}"


def _countries(a: Profile, b: Profile) -> Evidence:
    if not a.country or not b.country:
        return 0.0, ""
    if a.country == b.country:
        return SAME_COUNTRY, "same country"
    return OTHER_COUNTRY, f"different countries {a.country} and {b.country}"


def _listed(words) -> str:
    return ", ".join(f"'{word}'" for word in sorted(words))
