"""What a person is told: a line in the inbox, and a mail."""

from typing import Any, ClassVar, Self

from django.db import models

from hansa.accounts.models import Membership
from hansa.core.actors import Actor
from hansa.core.fields import HansaNow
from hansa.core.models import TenantQuerySet, TenantRecord
from hansa.core.walls import Audience


class NoticeQuerySet(TenantQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """A person's own notices in this workspace."""
        return super().visible_to(actor).filter(recipient=actor.id)


class Notice(TenantRecord):
    """One thing that one person should know, in the inbox and by mail."""

    id_prefix = "notice"
    audience: ClassVar[Audience] = "partner"

    partnership_id = models.UUIDField(null=True)
    recipient = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    event_id = models.UUIDField()
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


class SentMail(models.Model):
    """A mail that the demonstration sent to nobody but this table; its page shows what people would get."""

    to = models.TextField()
    subject = models.TextField()
    text = models.TextField()
    html = models.TextField()
    at = models.DateTimeField(db_default=HansaNow())
