"""Mail that follows from what happened below."""

from hansa.accounts.models import Membership, ViewAs
from hansa.core.events import enqueue, on
from hansa.core.models import Event
from hansa.notices.notify import notify


@on("member.invited")
def mail_the_invitation(event: Event) -> None:
    """Send the link to whom it is for."""
    enqueue("mail_invitation", invitation_id=event.subject_id, vendor_id=event.vendor_id)


@on("member.second_factor_reset")
def mail_the_reset(event: Event) -> None:
    """Tell whose second step it was."""
    user_id = Membership.objects.values_list("user", flat=True).get(pk=event.subject_id)
    enqueue("mail_security_notice", user_id=user_id, what="second_factor_reset")


@on("view_as.started")
def tell_whose_eyes(event: Event) -> None:
    """Tell the person that somebody looks at the portal as they see it."""
    view = ViewAs.objects.select_related("person", "viewer__user").get(pk=event.subject_id)
    title = f"{view.viewer.user.name} looks at the portal as you see it"
    text = f"Reason given: {view.reason}\n\nFor 30 minutes at most, changing nothing. Your page Security keeps a list."
    notify(event, [view.person], title=title, text=text, path="")
