"""From the secret in a calendar's address to the person whose dates it shows, checked anew with each request."""

from dataclasses import dataclass
from datetime import UTC, datetime

from hansa.accounts.actors import hash_secret, workspaces_of
from hansa.accounts.factors import owes_second_factor
from hansa.accounts.models import Workspace
from hansa.core.actors import Actor
from hansa.core.limits import Limit
from hansa.notices.actions import renew_calendar_feed
from hansa.notices.models import CalendarFeed

FETCHES = Limit("calendar", 120, 60 * 60, "This calendar was fetched very often. Let the program ask less often.")


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A person whose calendar asks, and where they work."""

    actor: Actor
    workspace: Workspace


def subscriber_of(secret: str) -> Subscriber | None:
    """Whose calendar this is; None if it is unknown, switched off, or its person may not come in themselves.

    Raises TooMany for a program that asks without end.
    """
    found = CalendarFeed.objects.select_related("member__user").filter(secret_hash=hash_secret(secret), revoked_at=None)
    feed = found.first()
    if feed is None:
        return None
    user = feed.member.user
    at_work = (place for place in workspaces_of(user) if place.workspace.pk == feed.workspace_id)
    place = next(at_work, None) if user.is_active else None
    if place is None or place.member.pk != feed.member_id or owes_second_factor(user, place.workspace):
        return None
    actor = place.actor(user)
    if not actor.may(renew_calendar_feed):
        return None
    FETCHES.take(feed.pk)
    today = datetime.now(UTC).date()
    if feed.fetched_on != today:
        CalendarFeed.objects.filter(pk=feed.pk).update(fetched_on=today)
    return Subscriber(actor, place.workspace)
