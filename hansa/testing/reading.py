"""A page as tests read it."""

from django.http import HttpResponseBase


def text_of(answer: HttpResponseBase) -> str:
    """The page's markup with each run of white space as one space: where a template breaks its lines is its own."""
    content: bytes = answer.content  # type: ignore[attr-defined]
    return " ".join(content.decode().split())
