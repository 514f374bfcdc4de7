"""Mail for notices and invitations, each sent once, and about how a person logs in."""

from uuid import UUID

from django.conf import settings
from django.urls import reverse
from procrastinate.contrib.django import app

from hansa.accounts.models import Invitation, User, Workspace
from hansa.accounts.passwords import reset_link
from hansa.core.actors import System
from hansa.core.retries import TryAgain
from hansa.core.tenancy import acting, moment
from hansa.kernel.ids import public_id
from hansa.notices.letters import Letter, send
from hansa.notices.models import Notice
from hansa.notices.replies import reply_address
from hansa.notices.security import letter_about


@app.task(name="mail_notice", retry=TryAgain(8, base=5))
def mail_notice(notice_id: str, vendor_id: str) -> None:
    """Mail one notice to its recipient, unless that was done."""
    actor = System("mail", UUID(vendor_id))
    with acting(actor):
        notice = (
            Notice.objects.filter(vendor_id=actor.vendor_id, pk=notice_id, mailed_at=None)
            .select_related("recipient__user", "vendor")
            .first()
        )
        if notice is None:
            return
        slug = Workspace.objects.get(vendor_id=actor.vendor_id, organization_id=notice.recipient.organization_id).slug
    vendor, topic = notice.vendor, notice.topic
    send(
        notice.recipient.user.email,
        Letter(
            subject=f"{vendor.name}: {notice.title}",
            title=notice.title,
            text=notice.text,
            button="Open it",
            url=f"{settings.BASE_URL}/w/{slug}/{notice.path}",
            vendor_name=vendor.name,
            accent=vendor.accent,
            reply_to=reply_address(vendor.pk, topic, notice.recipient_id) if topic else "",
            thread=public_id("thread", topic) if topic else "",
            settings_url=settings.BASE_URL + reverse("notifications", args=[slug]),
        ),
    )
    with acting(actor):
        Notice.objects.filter(vendor_id=actor.vendor_id, pk=notice_id).update(mailed_at=moment())


@app.task(name="mail_invitation", retry=TryAgain(8, base=5))
def mail_invitation(invitation_id: str, vendor_id: str) -> None:
    """Mail the link of an invitation that is still open."""
    invitation = (
        Invitation.objects.select_related("workspace__vendor", "workspace__organization")
        .filter(pk=invitation_id, status=Invitation.Status.SENT)
        .first()
    )
    if invitation is None:
        return
    vendor = invitation.workspace.vendor
    send(
        invitation.email,
        Letter(
            subject=f"{vendor.name}: your invitation",
            title=f"{invitation.inviter} invites you to {vendor.name}",
            text=f"Join {invitation.workspace.organization.name}. The link works once, for 72 hours.",
            button="Accept the invitation",
            url=settings.BASE_URL + invitation.path,
            vendor_name=vendor.name,
            accent=vendor.accent,
        ),
    )


@app.task(name="mail_password_reset", retry=TryAgain(4, base=5))
def mail_password_reset(email: str) -> None:
    """Mail the person of this address the link to choose a new password; nothing if there is none.

    The link is made here, so that the queue never holds one.
    """
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None:
        return
    send(
        user.email,
        Letter(
            subject="Hansa: choose a new password",
            title="Choose a new password",
            text=(
                "Somebody, probably you, asked for a new password for Hansa. "
                f"The link works once, for {settings.PASSWORD_RESET_TIMEOUT // 60} minutes.\n\n"
                "If it was not you, do nothing: your password stays as it is."
            ),
            button="Choose a new password",
            url=reset_link(user),
        ),
    )


@app.task(name="mail_security_notice", retry=TryAgain(8, base=5))
def mail_security_notice(user_id: str, what: str) -> None:
    """Mail a person what changed about their log-in, in case it was somebody else."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is not None:
        send(user.email, letter_about(what))
