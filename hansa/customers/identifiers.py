"""Numbers that authorities and registers give to companies. Each cleaner raises ValueError with a sentence."""

import re

import stdnum
from stdnum import lei
from stdnum.exceptions import ValidationError


def clean_vat(text: str, country: str) -> str:
    """A VAT number without blanks and dots, checked by the rules of its country where those are known."""
    number = re.sub(r"[\s.\-/]", "", text).upper()
    if not number:
        return ""
    rules = stdnum.get_cc_module(number[:2] if number[:2].isalpha() else country, "vat")
    if rules is None and country:
        rules = stdnum.get_cc_module(country, "vat")
    if rules is None:
        return number
    try:
        rules.validate(number)
    except ValidationError:
        raise ValueError(f"“{text}” is no VAT number") from None
    return number


def clean_duns(text: str) -> str:
    """Nine digits."""
    number = re.sub(r"[\s\-]", "", text)
    if number and not re.fullmatch(r"[0-9]{9}", number):
        raise ValueError(f"“{text}” is no D-U-N-S number: it has nine digits")
    return number


def clean_lei(text: str) -> str:
    """Twenty letters and digits with two check digits (ISO 17442)."""
    number = re.sub(r"[\s\-]", "", text).upper()
    if number and not lei.is_valid(number):
        raise ValueError(f"“{text}” is no LEI")
    return number
