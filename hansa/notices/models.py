"""What a person is told: a line in the inbox, and a mail."""

from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models

from hansa.accounts.models import Membership, Vendor, Workspace
from hansa.core.actors import Actor
from hansa.core.fields import HansaNow
from hansa.core.models import Record, RecordQuerySet, TenantQuerySet, TenantRecord
from hansa.core.walls import Audience
from hansa.notices.kinds import Channel, Kind


class NoticeQuerySet(TenantQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """A person's own notices in this workspace."""
        return super().visible_to(actor).filter(recipient=actor.id)


class Notice(TenantRecord):
    """One thing that one person should know, in the inbox, and by mail unless they chose otherwise.

    `topic` is the conversation that it belongs to, None for other news; who reads that conversation has read it.
    """

    id_prefix = "notice"
    audience: ClassVar[Audience] = "partner"

    partnership_id = models.UUIDField(null=True)
    recipient = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    event_id = models.UUIDField()
    topic = models.UUIDField(null=True)
    title = models.TextField()
    text = models.TextField(blank=True)
    path = models.TextField()
    created_at = models.DateTimeField(db_default=HansaNow())
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["vendor", "recipient", "-created_at"], name="notice_inbox")]
        constraints = [models.UniqueConstraint(fields=["vendor", "recipient", "event_id"], name="one_notice_per_event")]

    def snapshot(self) -> dict[str, Any]:
        return {"title": self.title}


class NoticeChoiceQuerySet(TenantQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """A person's own in this workspace."""
        return super().visible_to(actor).filter(member=actor.id)


class NoticeChoice(TenantRecord):
    """Over which ways one person wants one kind of news in one workspace; without a row it is inbox and mail."""

    id_prefix = "choice"
    audience: ClassVar[Audience] = "partner"

    partnership_id = models.UUIDField(null=True)
    member = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_index=False)
    kind = models.TextField(choices=Kind.choices)
    channel = models.TextField(choices=Channel.choices)

    objects = NoticeChoiceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["vendor", "member", "kind"], name="one_choice_per_kind")]


class CalendarFeedQuerySet(RecordQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """A person's own in this workspace."""
        return self.filter(member=actor.id, workspace__in=Workspace.objects.visible_to(actor))


class CalendarFeed(Record):
    """An address that shows a calendar program one person's dates in one workspace.

    The secret in it is 256 random bits, kept as SHA-256 and shown once, like an API key's.
    """

    id_prefix = "feed"

    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_index=False)
    secret_hash = models.BinaryField(unique=True)
    created_at = models.DateTimeField(db_default=HansaNow())
    fetched_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "workspace"],
                condition=models.Q(revoked_at=None),
                name="one_calendar_per_person",
                violation_error_code="made_already",
                violation_error_message="An address was made in another window just now. Try again.",
            )
        ]

    @property
    def partnership_id(self) -> UUID | None:
        """The partnership that its person works in, None for the vendor's own."""
        return self.workspace.partnership_id

    def snapshot(self) -> dict[str, Any]:
        return {"person": self.member.user.name, "revoked": bool(self.revoked_at)}


class ReplyAddress(Record):
    """Where one person answers one conversation by mail. The address is signed, not stored; see `notices.replies`."""

    id_prefix = "reply"

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="+", db_index=False)
    topic = models.UUIDField()
    member = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField(db_default=HansaNow())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vendor", "topic", "member"], name="one_reply_address_per_person")
        ]


class SentMail(models.Model):
    """A mail that the demonstration sent to nobody but this table; its page shows what people would get."""

    to = models.TextField()
    reply_to = models.TextField(db_default="")
    subject = models.TextField()
    text = models.TextField()
    html = models.TextField()
    at = models.DateTimeField(db_default=HansaNow())
