"""What a person has read. It is theirs alone and nobody's business fact, so it leaves no event."""

from uuid import UUID

from django.db.models import Count

from hansa.core.actors import Actor
from hansa.core.tenancy import acting, moment
from hansa.notices.models import Notice


def mark_read(actor: Actor, reference: str) -> Notice:
    """Mark one of the actor's own notices as read, and return it. Raises Http404 for any other."""
    with acting(actor):
        notice: Notice = Notice.objects.visible_to(actor).named(reference)
        Notice.objects.visible_to(actor).filter(pk=notice.pk, read_at=None).update(read_at=moment())
    return notice


def mark_all_read(actor: Actor) -> int:
    """Mark every notice of the actor in this workspace as read; returns how many were not."""
    with acting(actor):
        return Notice.objects.visible_to(actor).filter(read_at=None).update(read_at=moment())


def mark_topic_read(actor: Actor, topic: UUID) -> int:
    """Mark the actor's notices of one conversation as read; returns how many were not."""
    with acting(actor):
        return Notice.objects.visible_to(actor).filter(topic=topic, read_at=None).update(read_at=moment())


def unread_by_topic(actor: Actor) -> dict[UUID, int]:
    """How many notices of each conversation the actor has not read; a conversation without any is not in it."""
    rows = Notice.objects.visible_to(actor).filter(read_at=None, topic__isnull=False).order_by()
    return dict(rows.values_list("topic").annotate(Count("pk")))
