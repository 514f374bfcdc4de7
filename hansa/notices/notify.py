"""Tell people, as each has chosen: a line in the inbox at once, a mail by a job."""

from collections.abc import Iterable
from uuid import UUID

from hansa.accounts.models import Membership
from hansa.core.events import enqueue
from hansa.core.models import Event
from hansa.notices.choosing import channels_of
from hansa.notices.kinds import Channel
from hansa.notices.models import Notice


def notify(
    event: Event,
    recipients: Iterable[Membership | None],
    *,
    title: str,
    text: str,
    path: str,
    topic: UUID | None = None,
    partnership_id: UUID | None = None,
) -> list[Notice]:
    """Tell each recipient once about an event; `path` is the page within their workspace, e.g. `deals/deal_…/`.

    `partnership_id` is where they work, if that is another partner than the one whose event it is. The mail about a
    `topic` can be answered. Who wants nothing of this kind is not told; returns what the others got.
    """
    people = [
        one
        for one in dict.fromkeys(recipients)
        if one is not None and one.status == Membership.Status.ACTIVE and one.pk != event.actor_id
    ]
    channels = channels_of(event, people)
    notices = [
        Notice(
            vendor_id=event.vendor_id,
            partnership_id=partnership_id or event.partnership_id,
            recipient=recipient,
            event_id=event.id,
            topic=topic,
            title=title,
            text=text,
            path=path,
        )
        for recipient in people
        if channels.get(recipient.pk) != Channel.NOTHING
    ]
    Notice.objects.bulk_create(notices)
    for notice in notices:
        if channels.get(notice.recipient_id) == Channel.INBOX:
            continue
        enqueue("mail_notice", notice_id=notice.pk, vendor_id=notice.vendor_id)
    return notices
