"""What every page has in common: text comes in as people see it, and refusals become pages of their own."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from hansa.kernel.errors import DomainError, Invalid, NotPermitted, TooMany
from hansa.kernel.text import seen

STATUS = ((NotPermitted, 403), (TooMany, 429), (Invalid, 422), (DomainError, 409))


class SeenTextMiddleware:
    """Leave out of addresses and forms what nobody sees, and what turns the rest around; passwords stay as they are."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> None:
        """Before any form reads it; the API has refused such text by its schemas."""
        if request.path_info.startswith("/api/"):
            return
        as_sent: Any = request  # whose type knows what was sent as fixed
        if request.META["QUERY_STRING"]:
            as_sent.GET = _seen_in(request.GET)
        if request.method == "POST":
            as_sent.POST = _seen_in(request.POST)


def _seen_in(sent: QueryDict) -> QueryDict:
    rest = sent.copy()
    for name, values in rest.lists():
        if "password" not in name:
            rest.setlist(name, list(map(seen, values)))
    return rest


class RefusalMiddleware:
    """Render a DomainError that left a view: 403, 429, 422 or 409, in words for the person."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a refusal; anything else goes on."""
        if not isinstance(error, DomainError):
            return None
        status = next(code for kind, code in STATUS if isinstance(error, kind))
        response = render(request, "refusal.html", {"refusal": error}, status=status)
        if isinstance(error, TooMany):
            response["Retry-After"] = str(error.retry_after)
        return response
