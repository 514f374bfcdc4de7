"""Lists that somebody took out of Hansa as a file."""

from typing import Any, ClassVar, Self

from django.db import models

from hansa.accounts.models import Membership
from hansa.core.actors import Actor
from hansa.core.fields import HansaNow
from hansa.core.guard import Guard
from hansa.core.models import TenantQuerySet, TenantRecord
from hansa.core.walls import Audience
from hansa.kernel.lifecycle import Lifecycle, Move


class ExportQuerySet(TenantQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """What a person made in this workspace, without the files' content."""
        rows = super().visible_to(actor).defer("content")
        if actor.kind == "system":
            return rows
        return rows.filter(person=actor.id, partnership_id=actor.partnership_id)


class Export(TenantRecord):
    """One list as one person saw it, made into a file by a job and kept for a day; for its maker alone.

    `asked` is the filter in the words of the list's address; `until` is when the file goes.
    """

    id_prefix = "export"
    audience: ClassVar[Audience] = "partner"

    class Status(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        REMOVED = "removed"

    LIFECYCLE = Lifecycle(
        "status",
        finish=Move((Status.RUNNING,), Status.DONE),
        fail=Move((Status.RUNNING,), Status.FAILED, "report it failed"),
        remove=Move((Status.RUNNING, Status.DONE, Status.FAILED), Status.REMOVED),
    )

    class Listing(models.TextChoices):
        DEALS = "deals", "Deals"
        QUEUE = "queue", "Registrations that wait"

    partnership_id = models.UUIDField(null=True)
    person = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_index=False)
    person_name = models.TextField()
    listing = models.TextField(choices=Listing.choices)
    asked = models.JSONField(default=dict)
    status = models.TextField(choices=Status.choices, default=Status.RUNNING)
    problem = models.TextField(default="", blank=True)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    content = models.BinaryField(default=b"")
    created_at = models.DateTimeField(db_default=HansaNow())
    until = models.DateTimeField(null=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["vendor", "person", "-created_at", "-id"], name="export_of_person"),
            models.Index(fields=["vendor", "until"], name="export_kept", condition=models.Q(status="done")),
        ]
        triggers = [Guard()]

    def __str__(self) -> str:
        return f"{self.get_listing_display()}, export"

    def snapshot(self) -> dict[str, Any]:
        return {
            "person": self.person_name,
            "list": self.listing,
            "filter": self.asked,
            "rows": self.rows_done,
            "status": self.status,
        }
