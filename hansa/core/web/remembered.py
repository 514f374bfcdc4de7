"""Parts of pages that many requests share, made once for each value that they depend on."""

from collections.abc import Hashable
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

REMEMBERED = 2048  # of some three kilobytes each


def remembered(template: str, **values: Hashable) -> SafeString:
    """The template's HTML, which must depend on nothing but these values and the reader's language."""
    return _made(template, get_language(), **values)


@lru_cache(REMEMBERED)
def _made(template: str, _language: str, **values: Hashable) -> SafeString:
    return render_to_string(template, values)
