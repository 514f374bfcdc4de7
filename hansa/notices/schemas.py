"""Notices, as the API says them."""

from datetime import datetime
from typing import Annotated

from ninja import Schema

from hansa.core.api.fields import Body, OneOf
from hansa.notices.kinds import Channel, Kind


class NoticeShown(Schema):
    """One thing that the maker of the key should know; `path` is its page within the workspace."""

    id: str
    title: str
    text: str
    path: str
    created_at: datetime
    read_at: datetime | None


class ChannelShown(Schema):
    """Over which ways one kind of news comes, and which could be chosen."""

    kind: Annotated[str, OneOf(Kind)]
    title: str
    hint: str
    channel: Annotated[str, OneOf(Channel)]
    channels: list[Annotated[str, OneOf(Channel)]]


class NotificationSettings(Schema):
    """Every kind of news that the maker of the key gets in this workspace."""

    settings: list[ChannelShown]


class ChangeNotificationSettings(Body):
    """The kinds to choose anew; what is left out stays as it is."""

    channels: dict[Annotated[str, OneOf(Kind)], Annotated[str, OneOf(Channel)]]
