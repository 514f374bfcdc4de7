"""One kind of id: uuid v7 (RFC 9562), shown as prefix and 26 characters of Crockford's base32: `deal_01k…`."""

from uuid import UUID

from uuid_utils.compat import uuid7

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
DIGITS = {character: value for value, character in enumerate(ALPHABET)}
LENGTH = 26
PAIRS = [first + second for first in ALPHABET for second in ALPHABET]
SHIFTS = range(5 * (LENGTH - 2), -1, -10)


def new_id() -> UUID:
    """A fresh id; ids made later sort later."""
    return uuid7()


def public_id(prefix: str, id: UUID) -> str:
    """The id as people and machines outside see it, e.g. `deal_01kaj3…`."""
    number = id.int
    return f"{prefix}_{''.join([PAIRS[number >> shift & 1023] for shift in SHIFTS])}"


def parse_public_id(prefix: str, text: str) -> UUID:
    """The inverse of `public_id`. Raises ValueError for any other text, another prefix included."""
    head, _, tail = text.rpartition("_")
    if head != prefix or len(tail) != LENGTH:
        raise ValueError(f"not a {prefix} id")
    number = 0
    for character in tail:
        if character not in DIGITS:
            raise ValueError(f"not a {prefix} id")
        number = number << 5 | DIGITS[character]
    if number >> 128:
        raise ValueError(f"not a {prefix} id")
    return UUID(int=number)
