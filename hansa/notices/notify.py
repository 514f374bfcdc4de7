"""Tell people: a line in the inbox at once, a mail by a job."""

from collections.abc import Iterable
from uuid import UUID

from hansa.accounts.models import Membership
from hansa.core.events import enqueue
from hansa.core.models import Event
from hansa.notices.models import Notice


def notify(
    event: Event,
    recipients: Iterable[Membership | None],
    *,
    title: str,
    text: str,
    path: str,
    topic: UUID | None = None,
) -> list[Notice]:
    """Tell each recipient once about an event; `path` is the page within their workspace, e.g. `deals/deal_…/`.

    The mail about a `topic` can be answered.
    """
    notices = [
        Notice(
            vendor_id=event.vendor_id,
            partnership_id=event.partnership_id,
            recipient=recipient,
            event_id=event.id,
            topic=topic,
            title=title,
            text=text,
            path=path,
        )
        for recipient in dict.fromkeys(recipients)
        if recipient is not None and recipient.status == Membership.Status.ACTIVE and recipient.pk != event.actor_id
    ]
    Notice.objects.bulk_create(notices)
    for notice in notices:
        enqueue("mail_notice", notice_id=notice.pk, vendor_id=notice.vendor_id)
    return notices
