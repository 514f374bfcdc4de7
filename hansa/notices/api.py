"""The inbox of the person who made the key, and what comes there."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from ninja import Query

from hansa.core.actors import Actor
from hansa.core.api.answers import expect
from hansa.core.api.entrance import ApiRequest
from hansa.core.api.fields import reference
from hansa.core.api.paging import Page, Paging, each, page
from hansa.core.api.routes import Routes
from hansa.kernel.errors import DomainError
from hansa.notices.choosing import choose, chosen
from hansa.notices.kinds import TERMS, Channel, Kind
from hansa.notices.models import Notice, NoticeQuerySet
from hansa.notices.reading import mark_read
from hansa.notices.schemas import ChangeNotificationSettings, NoticeShown, NotificationSettings

routes = Routes("Notices")
router = routes.router

NoticeId = Annotated[str, reference("notice")]


@routes.get("/notices", Page[NoticeShown])
def list_notices(request: ApiRequest, paging: Query[Paging]) -> dict[str, Any]:
    """The notices of the person who made this key, newest first."""
    return page(request, _own(request), paging, each(show_notice), by="created_at")


@routes.get("/notices/{notice_id}", NoticeShown)
def show_one_notice(request: ApiRequest, notice_id: NoticeId) -> dict[str, Any]:
    """One notice."""
    return show_notice(_own(request).named(notice_id))


@routes.post("/notices/{notice_id}/reading", NoticeShown)
def read_notice(request: ApiRequest, notice_id: NoticeId) -> dict[str, Any]:
    """Say that the person has read it."""
    mark_read(_reader(request), notice_id)
    return show_notice(_own(request).named(notice_id))


@routes.get("/notification-settings", NotificationSettings)
def show_notification_settings(request: ApiRequest) -> dict[str, Any]:
    """Over which ways each kind of news reaches the person who made this key."""
    return show_settings(chosen(_reader(request)))


@routes.patch("/notification-settings", NotificationSettings)
def change_notification_settings(request: ApiRequest, body: ChangeNotificationSettings) -> dict[str, Any]:
    """Choose anew for some kinds. Mail about security cannot be switched off."""
    reader = _reader(request)
    if reader.id is None:
        raise DomainError("no_person", "No person made this key, so nobody is told. Use one that a person made.")
    expect(request, show_settings(chosen(reader)))
    return show_settings(choose(reader, body.channels))


def show_settings(channels: Mapping[Kind, Channel]) -> dict[str, Any]:
    return {
        "settings": [
            {
                "kind": kind,
                "title": kind.label,
                "hint": TERMS[kind].hint,
                "channel": channel,
                "channels": TERMS[kind].channels,
            }
            for kind, channel in channels.items()
        ]
    }


def show_notice(notice: Notice) -> dict[str, Any]:
    return {
        "id": notice.public_id,
        "title": notice.title,
        "text": notice.text,
        "path": notice.path,
        "created_at": notice.created_at,
        "read_at": notice.read_at,
    }


def _reader(request: ApiRequest) -> Actor:
    """The person who made the key."""
    return replace(request.actor, id=request.auth.member_id)


def _own(request: ApiRequest) -> NoticeQuerySet:
    return Notice.objects.visible_to(_reader(request))
