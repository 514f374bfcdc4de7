"""What a person does about the calendar that follows their dates."""

import secrets
from typing import cast
from uuid import UUID

from hansa.accounts.actors import hash_secret
from hansa.accounts.models import Workspace
from hansa.accounts.roles import EVERYONE
from hansa.core.actions import action
from hansa.core.actors import Actor
from hansa.core.database import now
from hansa.notices.models import CalendarFeed


@action("calendar_feed.renew", emits="calendar_feed.renewed", by=EVERYONE, creates=True)
def renew_calendar_feed(actor: Actor, workspace: Workspace) -> CalendarFeed:
    """Make an address under which a calendar program reads one's own dates; an earlier one is dead at once.

    The secret in it is on the returned row as `secret`, and nowhere afterwards.
    """
    CalendarFeed.objects.visible_to(actor).filter(revoked_at=None).update(revoked_at=now())
    secret = secrets.token_urlsafe(32)
    feed: CalendarFeed = CalendarFeed.objects.create(
        workspace=workspace, member_id=cast(UUID, actor.id), secret_hash=hash_secret(secret)
    )
    feed.secret = secret  # type: ignore[attr-defined]
    return feed


@action("calendar_feed.revoke", emits="calendar_feed.revoked", by=EVERYONE)
def revoke_calendar_feed(actor: Actor, feed: CalendarFeed) -> None:
    """Kill that address; the next request to it finds nothing."""
    feed.revoked_at = feed.revoked_at or now()
    feed.save(update_fields=["revoked_at"])
