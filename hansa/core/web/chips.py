"""The chips above a list, by which it is narrowed or sorted."""

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.safestring import SafeString

from hansa.core.web.remembered import remembered


class Chip(NamedTuple):
    """One way to see the list: where it leads, whether it is the one shown, and how many rows it has."""

    label: str
    url: str
    current: bool = False
    many: int | str | None = None


def chips(shown: Iterable[Chip], label: str = "Show") -> SafeString:
    """`{% chips filters %}` or `{% chips orders "Sort" %}`."""
    return remembered("components/filters.html", filters=tuple(shown), label=label)
