"""The chips above a list, by which it is narrowed or sorted."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

REMEMBERED = 500  # by themselves: their addresses bear what people search for, and would drive out the frames


class Chip(NamedTuple):
    """One way to see the list: where it leads, whether it is the one shown, and how many rows it has."""

    label: str
    url: str
    current: bool = False
    many: int | str | None = None


def chips(shown: Iterable[Chip], label: str = "Show") -> SafeString:
    """`{% chips filters %}` or `{% chips orders "Sort" %}`."""
    return _made(tuple(shown), label, get_language())


@lru_cache(REMEMBERED)
def _made(shown: tuple[Chip, ...], label: str, _language: str) -> SafeString:
    return render_to_string("components/filters.html", {"filters": shown, "label": label})
