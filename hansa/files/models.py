"""Files that people attach to records, as they came: for both sides, or for the vendor's people alone."""

from typing import Any, ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import Func

from hansa.accounts.models import Membership
from hansa.core.actors import Actor
from hansa.core.guard import Guard
from hansa.core.models import PartnerRecord, TenantQuerySet, TenantRecord
from hansa.core.walls import Audience
from hansa.files.content import KEPT, FileType
from hansa.kernel.ids import public_id
from hansa.kernel.lifecycle import Lifecycle, Move

ALREADY_CODE = "already_attached"
ALREADY = "This very file is attached already."


class Status(models.TextChoices):
    KEPT = "kept", "Kept"
    REMOVED = "removed", "Removed"


STATUS = Lifecycle("status", remove=Move((Status.KEPT,), Status.REMOVED))
AS_IT_CAME = pgtrigger.Protect(
    name="as_it_came",
    operation=pgtrigger.UpdateOf("subject_id", "name", "file_type", "size", "sha256", "at") | pgtrigger.Delete,
)


class FileQuerySet(TenantQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """What the audience lets this actor see, without the files' content."""
        return super().visible_to(actor).defer("content")


def kept_for_the_vendor(rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Those of these files that were removed and whose content is kept all the same."""
    left = Func("content", function="octet_length", output_field=models.IntegerField())
    kept: models.QuerySet[Any] = rows.filter(status=Status.REMOVED).alias(left=left).filter(left__gt=0)
    return kept


class File(models.Model):
    """What both kinds of files know. `sha256` is of the content as it came, and stays when that is removed.

    A removed file has no content, unless something may have been decided on it that its partner is not told.
    """

    LIFECYCLE = STATUS
    side: Any

    subject_type = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    name = models.TextField()
    file_type = models.TextField(choices=FileType.choices)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    author = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", db_index=False)
    author_name = models.TextField()
    status = models.TextField(choices=Status.choices, default=Status.KEPT)
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """The public id of what the file is attached to."""
        return public_id(self.subject_type, self.subject_id)

    @property
    def media_type(self) -> str:
        return KEPT[FileType(self.file_type)].media_type

    def snapshot(self) -> dict[str, Any]:
        return {
            "about": self.subject,
            "file": self.name,
            "file_type": self.file_type,
            "size": self.size,
            "sha256": self.sha256,
            "status": self.status,
        }


class Attachment(File, PartnerRecord):
    """A file that both sides read."""

    id_prefix = "file"

    side = models.CharField(max_length=7, choices=[("vendor", "Vendor"), ("partner", "Partner")])

    objects = FileQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["vendor", "subject_id", "-at", "-id"], name="file_of_subject"),
            models.Index(fields=["vendor", "partnership", "at"], name="file_of_partner"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "partnership", "subject_id", "sha256"],
                condition=models.Q(status="kept"),
                name="one_file_per_content",
                violation_error_code=ALREADY_CODE,
                violation_error_message=ALREADY,
            )
        ]
        triggers = [Guard(), AS_IT_CAME]

    def snapshot(self) -> dict[str, Any]:
        return {**super().snapshot(), "side": self.side}


class InternalFile(File, TenantRecord):
    """A file that the vendor's people keep for themselves. No partner ever sees one."""

    id_prefix = "internalfile"
    audience: ClassVar[Audience] = "vendor"
    side = "vendor"

    objects = FileQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["vendor", "subject_id", "-at", "-id"], name="internal_file_of_subject")]
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "subject_id", "sha256"],
                condition=models.Q(status="kept"),
                name="one_internal_file_per_content",
                violation_error_code=ALREADY_CODE,
                violation_error_message=ALREADY,
            )
        ]
        triggers = [Guard(), AS_IT_CAME]
