"""Mail that follows from what happened below."""

from procrastinate.contrib.django import app as queue

from hansa.core.events import on
from hansa.core.models import Event


@on("member.invited")
def mail_the_invitation(event: Event) -> None:
    """Send the link to whom it is for."""
    queue.configure_task("mail_invitation").defer(invitation_id=str(event.subject_id), vendor_id=str(event.vendor_id))
