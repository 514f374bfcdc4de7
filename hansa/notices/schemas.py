"""Notices, as the API says them."""

from datetime import datetime

from ninja import Schema


class NoticeShown(Schema):
    """One thing that the maker of the key should know; `path` is its page within the workspace."""

    id: str
    title: str
    text: str
    path: str
    created_at: datetime
    read_at: datetime | None
