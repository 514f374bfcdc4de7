"""Amounts as people type them, whichever mark they put before the cents."""

import re
import unicodedata
from decimal import Decimal

UNREADABLE = "Write the amount in figures, for example 84,000."
AMBIGUOUS = "This can be read as more than one amount. Write it out without separators, for example 1500000."
UNITS = {"": 1, "k": 10**3, "tsd": 10**3, "m": 10**6, "mn": 10**6, "mio": 10**6}

_TYPED = re.compile(rf"(-?)([0-9., ]*[0-9])(?: ?[.,]--?)? ?({'|'.join(filter(None, UNITS))})?\.?", re.IGNORECASE)
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}([., ])(?:[0-9]{3}\1)*[0-9]{3}|[1-9][0-9]?,(?:[0-9]{2},)+[0-9]{3}")
_EITHER = re.compile(r"[1-9][0-9]*[.,][0-9]{3}")
_ALIKE = str.maketrans({"'": " ", "’": " ", "−": "-", "–": "-"})


def read_amount(text: str, *, decimals: int, mark: str) -> Decimal:
    """What somebody typed, without its currency: "84,000", "84.000,50", "84 000.50", "12,5k", "1m".

    A single mark before three digits parts thousands. Only where the currency has three `decimals` the reader's own
    decimal `mark` is taken at its word. Raises ValueError with a sentence for that person.
    """
    typed = _TYPED.fullmatch(_plain(text))
    if typed is None:
        raise ValueError(UNREADABLE)
    sign, figures, unit = typed[1], typed[2], (typed[3] or "").lower()
    if unit and _EITHER.fullmatch(figures):
        raise ValueError(AMBIGUOUS)
    whole, fraction = _parts(figures, mark if decimals == 3 else "")
    if not (whole.isdigit() or _THOUSANDS.fullmatch(whole)):
        raise ValueError(UNREADABLE)
    if len(fraction) == 3 and whole != "0" and (unit or decimals < 3):
        raise ValueError(AMBIGUOUS)
    return Decimal(f"{sign}{re.sub('[., ]', '', whole)}.{fraction or 0}") * UNITS[unit]


def _parts(figures: str, mark: str) -> tuple[str, str]:
    """What stands before and behind the decimal mark; `mark` is one even before three digits."""
    marks = [sign for sign in figures if sign in "., "]
    if not marks or marks[-1] == " " or figures.count(marks[-1]) > 1:
        return figures, ""
    if len(marks) == 1 and marks[0] != mark and _THOUSANDS.fullmatch(figures):
        return figures, ""
    whole, _, fraction = figures.rpartition(marks[-1])
    return whole or "0", fraction


def _plain(text: str) -> str:
    """ASCII figures of any script, single blanks of any width, nothing unseen."""
    shown = (sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign) != "Cf")
    figures = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in shown)
    return " ".join(figures.translate(_ALIKE).split())
