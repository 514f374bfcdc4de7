"""Every error leaves the API as a problem (RFC 9457): JSON of one shape, with a code for machines."""

import logging
from collections.abc import Sequence
from http.client import responses
from typing import Any

import orjson
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import IntegrityError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from hansa.core.actions import constraint_refusals
from hansa.core.api.fields import in_words
from hansa.kernel.errors import DomainError, Invalid, NotPermitted, TooMany

MEDIA_TYPE = "application/problem+json"

log = logging.getLogger(__name__)


class FieldError(Schema):
    """What is wrong with one field; `field` is its path in the body, or the parameter's name.

    `place` is where in it, if it has places of its own, such as "row 3, Expected close" in a decision table.
    """

    field: str
    code: str
    message: str
    place: str = ""


class Problem(Schema):
    """An error, in words and as a code that stays the same."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[FieldError] = []


class Refused(Exception):
    """A refusal of the protocol rather than of the business, with its status."""

    def __init__(self, status: int, code: str, detail: str, **headers: str):
        super().__init__(detail)
        self.status, self.code, self.detail, self.headers = status, code, detail, headers


def problem(
    status: int, code: str, detail: str, errors: Sequence[dict[str, str]] = (), headers: dict[str, str] | None = None
) -> HttpResponse:
    """The response for one error."""
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": responses.get(status, "Error"),
        "status": status,
        "code": code,
        "detail": detail,
    }
    if errors:
        content["errors"] = list(errors)
    return HttpResponse(orjson.dumps(content), status=status, content_type=MEDIA_TYPE, headers=headers)


def refusal(error: DomainError) -> HttpResponse:
    """The business said no: 403, 429, 422 or 409."""
    field = error.field or ""
    errors = [{"field": field, "code": error.code, "message": error.message}] if field else []
    if isinstance(error, Invalid) and error.parts:
        errors = [{"field": field, "code": error.code, "message": said, "place": place} for place, said in error.parts]
    if isinstance(error, NotPermitted):
        return problem(403, error.code, error.message)
    if isinstance(error, TooMany):
        return problem(429, error.code, error.message, headers={"Retry-After": str(error.retry_after)})
    return problem(422 if isinstance(error, Invalid) else 409, error.code, error.message, errors)


def _malformed(error: ValidationError) -> HttpResponse:
    errors = [{"field": _path(found["loc"]), "code": found["type"], "message": _said(found)} for found in error.errors]
    return problem(422, "malformed", "Some of what you sent cannot be read. See the errors.", errors)


def _path(location: Sequence[Any]) -> str:
    """("body", "body", "amount", "currency") as "amount.currency"."""
    source, *path = location
    if source == "body" and path:
        path = path[1:]
    return ".".join(map(str, path)) or str(source)


def _said(found: dict[str, Any]) -> str:
    if found["type"] == "string_pattern_mismatch":
        return in_words(found["ctx"]["pattern"])
    message: str = found["msg"]
    return message.removeprefix("Value error, ").encode("utf-8", "replace").decode()


def _protocol(error: HttpError) -> HttpResponse:
    if isinstance(error, AuthenticationError):
        return problem(
            401,
            "not_authenticated",
            "Send a valid API key: Authorization: Bearer hansa_…",
            headers={"WWW-Authenticate": "Bearer"},
        )
    return problem(422, "malformed_json", "The body is not JSON in UTF-8.")


def _broken_constraint(error: IntegrityError) -> HttpResponse:
    broken = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    if broken in constraint_refusals():
        return problem(409, *constraint_refusals()[broken])
    return _unforeseen(error)


def _busy(error: OperationalError) -> HttpResponse:
    log.warning("the database is busy or away: %s", error)
    return problem(503, "busy", "Please try again in a moment.", headers={"Retry-After": "1"})


def _unforeseen(error: Exception) -> HttpResponse:
    log.error("unforeseen error", exc_info=error)
    return problem(500, "internal_error", "Something went wrong on our side.")


def _too_big(error: Exception) -> HttpResponse:
    return problem(413, "too_large", "The request is too large.")


def handle_errors(api: NinjaAPI) -> None:
    """Let every exception leave the API as a problem."""
    handlers: dict[type[Exception], Any] = {
        DomainError: refusal,
        ValidationError: _malformed,
        HttpError: _protocol,
        Http404: lambda error: problem(404, "not_found", "There is no such thing here."),
        Refused: lambda error: problem(error.status, error.code, error.detail, headers=error.headers),
        RequestDataTooBig: _too_big,
        SuspiciousOperation: lambda error: problem(400, "bad_request", "The request cannot be read."),
        MultiPartParserError: lambda error: problem(400, "bad_request", "The form cannot be read."),
        UnreadablePostError: lambda error: problem(400, "bad_request", "The request cannot be read."),
        IntegrityError: _broken_constraint,
        OperationalError: _busy,
        Exception: _unforeseen,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, _ignoring_request(handler))


def _ignoring_request(handler: Any) -> Any:
    def handle(request: HttpRequest, error: Exception) -> HttpResponse:
        response: HttpResponse = handler(error)
        return response

    return handle
