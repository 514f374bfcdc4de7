"""Company names in one spelling: scripts, case, punctuation, legal forms and habitual abbreviations taken away."""

import re
import unicodedata

from anyascii import anyascii

from hansa.customers.matching.vocabulary import (
    JOINING_WORDS,
    LEADING_LEGAL_FORMS,
    LEET,
    LEGAL_FORMS,
    LOOK_ALIKES,
    NATIVE_LEGAL_FORMS,
    SPELLINGS,
)

LONGEST_NAME = 400  # letters read; a longer one is no name, and transliteration must not be made to work for it

_PLAIN = re.compile(r"(?:[a-z0-9]{2,}(?: |\Z))+")  # most names: nothing to mend
_DOTTED_INITIALS = re.compile(r"(?<![a-z0-9])((?:[a-z]\s?[./]\s?)+[a-z])(?![a-z0-9])")
_SPACED_INITIALS = re.compile(r"(?<![a-z0-9])[a-z](?: [a-z])+(?![a-z0-9])")
_SPACED_FORMS = re.compile(r"\bsp z ?oo\b")
_APOSTROPHES = re.compile("['`\u2018\u2019]")
_NOT_IN_WORDS = re.compile(r"[^a-z0-9]+")


def normalise_name(name: str) -> str:
    """The name as lower case ASCII words between single blanks; '' only for a blank name.

    "The ACME Technologies GmbH & Co. KG" → "acme tech". A name of nothing but stripped words keeps them.
    """
    words = words_of(name)
    return " ".join(words) or name.strip().casefold()


def words_of(name: str) -> list[str]:
    """The words of a name without legal forms, article and joining words, each in its canonical spelling."""
    words = plain(name).split()
    return [SPELLINGS.get(word, word) for word in _without_legal_forms(words)]


def plain(text: str) -> str:
    """Lower case ASCII words between single blanks; initials joined ("S.p.A." → "spa"), nothing stripped."""
    text = text[:LONGEST_NAME]
    if not text.isascii():
        text = _latin(text)
    text = text.lower()
    if not _PLAIN.fullmatch(text):
        text = _APOSTROPHES.sub("", text.replace("&", " and "))
        text = _DOTTED_INITIALS.sub(lambda found: re.sub(r"[\s./]", "", found[0]), text)
        text = _NOT_IN_WORDS.sub(" ", text).strip()
        text = _SPACED_INITIALS.sub(lambda found: found[0].replace(" ", ""), text)
    return _SPACED_FORMS.sub("spzoo", text) if "sp z" in text else text


def without_leet(word: str) -> str:
    """Digits inside a word read as the letters they imitate ("g00gle" → "google"); numbers stay numbers."""
    if word.isalpha() or word.isdigit():
        return word
    return word.translate(LEET)


def _latin(text: str) -> str:
    text = unicodedata.normalize("NFKC", text)
    text = "".join(
        letter for letter in text if unicodedata.category(letter) not in ("Cf", "Cc", "Mn") or letter in "\t\n"
    )
    for form in NATIVE_LEGAL_FORMS:
        text = text.replace(form, " ")
    if any("a" <= letter <= "z" for letter in text.lower()):
        text = " ".join(_by_looks(word) for word in text.split())
    return anyascii(text)


def _by_looks(word: str) -> str:
    """A word read by its looks where all of it looks Latin: beside Latin letters that is a disguise."""
    seen = word.translate(LOOK_ALIKES)
    return seen if seen.isascii() else word


def _without_legal_forms(words: list[str]) -> list[str]:
    kept = [word for word in words if word not in JOINING_WORDS] or words
    start, end = 0, len(kept)
    while end > start and kept[end - 1] in LEGAL_FORMS:
        end -= 1
    while start < end and (kept[start] == "the" or kept[start] in LEADING_LEGAL_FORMS):
        start += 1
    return kept[start:end] or kept
