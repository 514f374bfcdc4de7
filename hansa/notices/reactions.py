"""Mail that follows from what happened below."""

from hansa.core.events import enqueue, on
from hansa.core.models import Event


@on("member.invited")
def mail_the_invitation(event: Event) -> None:
    """Send the link to whom it is for."""
    enqueue("mail_invitation", invitation_id=event.subject_id, vendor_id=event.vendor_id)
