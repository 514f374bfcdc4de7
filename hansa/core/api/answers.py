"""What an operation answers: JSON, its `ETag`, and where the next page is."""

import hashlib
from dataclasses import dataclass
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse

from hansa.core.api.problems import Refused


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer that may be seen once only: a replay of the same `Idempotency-Key` gives `again` instead."""

    data: dict[str, Any]
    again: dict[str, Any]


def answer(request: HttpRequest, data: dict[str, Any], status: int = 200) -> HttpResponse:
    """`data` as JSON. Something with an id bears an ETag, and a new one its address; a page links to the next."""
    body = written(data)
    response = HttpResponse(body, status=status, content_type="application/json")
    if "id" in data:
        response["ETag"] = etag(body)
        if status == 201:
            response["Location"] = f"{request.path}/{data['id']}"
    elif data.get("next"):
        response["Link"] = f'<{data["next"]}>; rel="next"'
    return response


def written(data: dict[str, Any]) -> bytes:
    """JSON in one way only, so that the same facts give the same ETag whether computed or read."""
    return orjson.dumps(data, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z)


def etag(body: bytes) -> str:
    """A strong validator of this very representation."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def unless_known(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """304 without a body if the request's `If-None-Match` has this representation already."""
    known = request.headers.get("If-None-Match")
    if known is None or "ETag" not in response or not _names(known, response["ETag"]):
        return response
    return HttpResponse(status=304, headers={"ETag": response["ETag"]})


def expect(request: HttpRequest, data: dict[str, Any]) -> None:
    """Raises Refused (412) if the request's `If-Match` names another representation than this one.

    To be called on a locked row: what was compared is then what gets changed.
    """
    wanted = request.headers.get("If-Match")
    if wanted is not None and not _names(wanted, etag(written(data)), weak=False):
        raise Refused(412, "changed_meanwhile", "This has changed since you read it. Read it again.")


def _names(header: str, tag: str, *, weak: bool = True) -> bool:
    named = [part.strip() for part in header.split(",")]
    if weak:
        named = [part.removeprefix("W/") for part in named]
    return "*" in named or tag in named
