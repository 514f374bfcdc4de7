"""Pages by cursor: where the last row stood, so that new rows neither repeat nor hide others."""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from ninja import Field, Schema
from pydantic import ConfigDict

from hansa.kernel.errors import Invalid

Row = TypeVar("Row")
Item = TypeVar("Item")


class Paging(Schema):
    """Which page, and how long."""

    limit: Annotated[int, Field(ge=1, le=200, description="How many at most")] = 50
    cursor: Annotated[str, Field(max_length=200, description="Where to go on: taken from `next`")] = ""


class Page(Schema, Generic[Item]):
    """Some of a list, newest first, and the address of the next page, null on the last."""

    model_config = ConfigDict(title="Page")

    data: list[Item]
    next: str | None


def page(
    request: HttpRequest,
    rows: QuerySet,
    paging: Paging,
    show: Callable[[Sequence[Any]], list[dict[str, Any]]],
    *,
    by: str = "",
) -> dict[str, Any]:
    """One page of `rows`, newest first: by the time field `by` and then the id, or by id alone.

    `show` presents all rows of the page at once, so that it can fetch what they share. Raises Invalid for a bad cursor.
    """
    if paging.cursor:
        rows = rows.filter(_beyond(paging.cursor, by))
    order = [f"-{by}", "-id"] if by else ["-id"]
    found = list(rows.order_by(*order)[: paging.limit + 1])
    shown = found[: paging.limit]
    following = None
    if len(found) > paging.limit:
        query = request.GET.copy()
        query["cursor"] = _cursor(shown[-1], by)
        following = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
    return {"data": show(shown), "next": following}


def each(show: Callable[[Any], dict[str, Any]]) -> Callable[[Sequence[Any]], list[dict[str, Any]]]:
    """Present rows one by one."""
    return lambda rows: [show(row) for row in rows]


def _cursor(row: Any, by: str) -> str:
    place = f"{getattr(row, by).isoformat() if by else ''}|{row.pk.hex}"
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def _beyond(cursor: str, by: str) -> Q:
    try:
        place = base64.urlsafe_b64decode(cursor.encode() + b"==").decode()
        time, _, id = place.partition("|")
        last = Q(id__lt=UUID(id))
        if not by:
            return last
        at = datetime.fromisoformat(time)
        if at.tzinfo is None:
            raise ValueError("a time without its zone")
        return Q(**{f"{by}__lte": at}) & (Q(**{f"{by}__lt": at}) | last)
    except (ValueError, OverflowError, binascii.Error):
        raise Invalid("cursor_invalid", "This cursor is not one of ours.", "cursor") from None
