"""What partner and vendor people write to each other, and what the vendor's people write for themselves."""

from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models

from hansa.accounts.models import Membership
from hansa.core.actors import Actor
from hansa.core.fields import HansaNow, TenantForeignKey
from hansa.core.models import PartnerRecord, TenantQuerySet, TenantRecord
from hansa.core.walls import Audience
from hansa.kernel.ids import public_id
from hansa.rulebook.models import APPEND_ONLY


class Via(models.TextChoices):
    """The way in which a message came."""

    PAGE = "page", "on a page"
    MAIL = "mail", "by mail"
    API = "api", "by a program"


class Thread(PartnerRecord):
    """The conversation about one record of a partnership, or about the partnership itself.

    It is there from its first message on. `refused` is set while an answer by mail is being turned away, for its event.
    """

    id_prefix = "thread"
    refused = ""

    subject_type = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    last_at = models.DateTimeField(db_default=HansaNow())

    class Meta:
        indexes = [
            models.Index(fields=["vendor", "partnership", "-last_at", "-id"], name="thread_of_partner"),
            models.Index(fields=["vendor", "-last_at", "-id"], name="thread_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "partnership", "subject_type", "subject_id"], name="one_thread_per_subject"
            )
        ]

    @property
    def subject(self) -> str:
        """The public id of what the conversation is about."""
        return public_id(self.subject_type, self.subject_id)

    def snapshot(self) -> dict[str, Any]:
        return {"about": self.subject} | ({"refused": self.refused} if self.refused else {})


class Message(PartnerRecord):
    """One thing said to the other side; never changed afterwards.

    `mail_key` tells a mail that came twice; `remark` says what of a mail was left out.
    """

    id_prefix = "message"

    thread = TenantForeignKey(Thread, related_name="messages")
    author = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", db_index=False)
    author_name = models.TextField()
    side = models.CharField(max_length=7, choices=[("vendor", "Vendor"), ("partner", "Partner")])
    text = models.TextField()
    remark = models.TextField(default="", blank=True)
    via = models.TextField(choices=Via.choices, default=Via.PAGE)
    mail_key = models.UUIDField(null=True, editable=False)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["vendor", "thread", "-at", "-id"], name="message_of_thread")]
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "mail_key"],
                name="one_message_per_mail",
                violation_error_code="already_filed",
                violation_error_message="This mail was filed before.",
            )
        ]
        triggers = [APPEND_ONLY]

    def snapshot(self) -> dict[str, Any]:
        return {"about": self.thread.subject, "side": self.side, "via": self.via}


class Note(TenantRecord):
    """What the vendor's people write for themselves about a record. No partner ever sees one."""

    id_prefix = "note"
    audience: ClassVar[Audience] = "vendor"

    subject_type = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    author = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", db_index=False)
    author_name = models.TextField()
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["vendor", "subject_id", "-at", "-id"], name="note_of_subject")]
        triggers = [APPEND_ONLY]

    def snapshot(self) -> dict[str, Any]:
        return {"about": public_id(self.subject_type, self.subject_id)}


class MuteQuerySet(TenantQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """A person's own."""
        return super().visible_to(actor).filter(member=actor.id)


class Mute(PartnerRecord):
    """A person who wants no notices of one conversation."""

    id_prefix = "mute"

    thread = TenantForeignKey(Thread)
    member = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_index=False)

    objects = MuteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vendor", "thread", "member"], name="one_mute_per_person_and_thread")
        ]


def thread_about(actor: Actor, subject: Any) -> Thread | None:
    """The conversation about a record that the actor sees, None while nobody has written."""
    found: Thread | None = (
        Thread.objects.visible_to(actor)
        .filter(partnership=partner_of(subject), subject_type=subject.id_prefix, subject_id=subject.pk)
        .first()
    )
    return found


def partner_of(subject: Any) -> UUID:
    """The partnership whose record it is."""
    id: UUID = subject.partnership_id
    return id
