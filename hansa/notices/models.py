"""What a person is told: a line in the inbox, and a mail."""

from typing import Any, ClassVar, Self

from django.db import models

from hansa.accounts.models import Membership, Vendor
from hansa.core.actors import Actor
from hansa.core.fields import HansaNow
from hansa.core.models import Record, TenantQuerySet, TenantRecord
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
