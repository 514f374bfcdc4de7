"""One person's inbox over all workspaces. Each one's notices are read in its own context, so that both walls stand."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.http import Http404

from hansa.accounts.actors import Place, workspaces_of
from hansa.accounts.factors import owes_second_factor
from hansa.accounts.models import User, Workspace
from hansa.core.tenancy import acting
from hansa.notices.models import Notice
from hansa.notices.reading import mark_all_read

SIZE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A notice and the workspace that it is of."""

    notice: Notice
    workspace: Workspace


@dataclass(frozen=True, slots=True)
class Inbox:
    """The newest of all notices. `shut` are the workspaces that ask for a second step first, whose stay unread."""

    lines: list[Line]
    shut: list[Workspace]
    older: str = ""
    newer: str = ""

    @property
    def unread(self) -> bool:
        """Whether any of them is not read yet."""
        return any(line.notice.read_at is None for line in self.lines)


def inbox_of(user: User, before: str = "", size: int = SIZE) -> Inbox:
    """The notices of every workspace in which the person works, newest first; `before` is taken from `older`.

    Raises Http404 for a `before` that is not one of ours.
    """
    earlier = _earlier(before) if before else Q()
    lines = [line for place in _open(user) for line in _newest(user, place, earlier, size + 1)]
    lines.sort(key=_order, reverse=True)
    shut = [place.workspace for place in workspaces_of(user) if owes_second_factor(user, place.workspace)]
    more = len(lines) > size
    lines = lines[:size]
    return Inbox(lines, shut, _address(lines[-1]) if more else "", "?" if before else "")


def mark_everything_read(user: User) -> int:
    """Mark the notices of all these workspaces as read; returns how many were not."""
    return sum(mark_all_read(place.actor(user)) for place in _open(user))


def _open(user: User) -> list[Place]:
    return [place for place in workspaces_of(user) if not owes_second_factor(user, place.workspace)]


def _newest(user: User, place: Place, earlier: Q, most: int) -> list[Line]:
    actor = place.actor(user)
    with acting(actor):
        rows = Notice.objects.visible_to(actor).filter(earlier).order_by("-created_at", "-id")
        return [Line(notice, place.workspace) for notice in rows[:most]]


def _order(line: Line) -> tuple[Any, ...]:
    return line.notice.created_at, line.notice.pk


def _address(line: Line) -> str:
    return "?" + urlencode({"before": f"{line.notice.created_at.isoformat()}~{line.notice.pk.hex}"})


def _earlier(before: str) -> Q:
    time, _, id = before.partition("~")
    try:
        at, last = datetime.fromisoformat(time), UUID(id)
        if at.tzinfo is None:
            raise ValueError("a time without its zone")
    except ValueError:
        raise Http404("No such page.") from None
    return Q(created_at__lt=at) | Q(created_at=at, id__lt=last)
