"""Whom a conversation bothers. That is a person's own choice and nobody's business fact, so it leaves no event."""

from typing import cast
from uuid import UUID

from hansa.core.actors import Actor
from hansa.core.tenancy import acting
from hansa.talk.models import Mute, Thread


def mute(actor: Actor, thread: Thread) -> None:
    """Send the actor no more notices of this conversation."""
    with acting(actor):
        row = Mute(
            vendor_id=thread.vendor_id,
            partnership_id=thread.partnership_id,
            thread=thread,
            member_id=cast(UUID, actor.id),
        )
        Mute.objects.bulk_create([row], ignore_conflicts=True)


def unmute(actor: Actor, thread: Thread) -> None:
    """Send the actor notices of this conversation again."""
    with acting(actor):
        Mute.objects.visible_to(actor).filter(thread=thread).delete()
