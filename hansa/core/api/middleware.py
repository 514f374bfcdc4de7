"""What Django answers by itself below /api/ becomes a problem too: unknown addresses, wrong methods, bad hosts."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from hansa.core.api.problems import MEDIA_TYPE, problem

CODES = {
    400: ("bad_request", "The request cannot be read."),
    404: ("not_found", "There is no such thing here."),
    405: ("method_not_allowed", "This address does not take that method."),
    413: ("too_large", "The request is too large."),
}
BEYOND = ("internal_error", "Something went wrong on our side.")


class ApiMiddleware:
    """Give every answer below /api/v1/ the API's shape, and say what is left of the rate limit."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/api/v1/"):
            return self.get_response(request)
        if request.method == "HEAD":
            return self._head(request)
        response = self.get_response(request)
        if response.status_code >= 400 and response.get("Content-Type") != MEDIA_TYPE:
            allowed = response.get("Allow")
            response = problem(response.status_code, *CODES.get(response.status_code, BEYOND))
            if allowed:
                response["Allow"] = allowed
        rate = getattr(request, "rate", None)
        if rate is not None:
            response["RateLimit-Limit"] = str(rate.limit.times)
            response["RateLimit-Remaining"] = str(max(rate.left, 0))
            response["RateLimit-Reset"] = str(rate.ends_in)
        response.setdefault("Cache-Control", "no-store")
        return response

    def _head(self, request: HttpRequest) -> HttpResponse:
        """What GET answers, without its body."""
        request.method = "GET"
        response = self(request)
        request.method = "HEAD"
        if isinstance(response, StreamingHttpResponse):
            response.streaming_content = ()
        else:
            response.setdefault("Content-Length", str(len(response.content)))
            response.content = b""
        return response
