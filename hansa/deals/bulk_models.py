"""One decision about many registrations: who took it, about which, and what became of each."""

from typing import Any

from django.db import models
from django.db.models import Q

from hansa.accounts.models import Membership
from hansa.core.fields import HansaNow, TenantForeignKey
from hansa.core.guard import Guard
from hansa.core.models import TenantRecord
from hansa.kernel.lifecycle import Lifecycle, Move


class BulkDecision(TenantRecord):
    """A run that a job works through, one registration after the other, in the name of who started it.

    `by_kind` and `by_id` say who that is: a person's membership or an API key; `assignee` is to whom registrations are
    assigned. `decided` and `refused` count once it is done.
    """

    id_prefix = "bulk"

    class Kind(models.TextChoices):
        APPROVE = "approve", "Approve"
        REJECT = "reject", "Reject"
        ASSIGN = "assign", "Assign"

    class Status(models.TextChoices):
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        STOPPED = "stopped", "Stopped"

    LIFECYCLE = Lifecycle(
        "status",
        finish=Move((Status.RUNNING,), Status.DONE),
        stop=Move((Status.RUNNING,), Status.STOPPED),
        resume=Move((Status.STOPPED,), Status.RUNNING),
    )

    kind = models.TextField(choices=Kind.choices)
    reason = models.TextField(default="", blank=True)
    note = models.TextField(default="", blank=True)
    assignee = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", db_index=False)
    by_kind = models.TextField()
    by_id = models.UUIDField()
    by_label = models.TextField()
    total = models.PositiveIntegerField()
    decided = models.PositiveIntegerField(null=True)
    refused = models.PositiveIntegerField(null=True)
    status = models.TextField(choices=Status.choices, default=Status.RUNNING)
    problem = models.TextField(default="", blank=True)
    created_at = models.DateTimeField(db_default=HansaNow())

    class Meta:
        verbose_name = "bulk decision"
        indexes = [models.Index(fields=["vendor", "-created_at", "-id"], name="bulk_newest")]
        triggers = [Guard()]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.total:,} registration{'' if self.total == 1 else 's'}"

    def snapshot(self) -> dict[str, Any]:
        return {
            "about": str(self),
            "decision": self.kind,
            "reason": self.reason,
            "registrations": self.total,
            "decided": self.decided,
            "refused": self.refused,
            "status": self.status,
        }


class BulkItem(TenantRecord):
    """One registration of a run. It waits until `done_at`; with a `refusal` it was not decided, and that is why."""

    id_prefix = "bulkitem"

    run = TenantForeignKey(BulkDecision, related_name="items")
    number = models.PositiveIntegerField()
    deal = TenantForeignKey("deals.Deal")
    done_at = models.DateTimeField(null=True)
    code = models.TextField(default="", blank=True)
    refusal = models.TextField(default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["vendor", "run", "number"], name="bulk_waiting", condition=Q(done_at=None))]
        constraints = [models.UniqueConstraint(fields=["vendor", "run", "number"], name="one_number_per_registration")]
