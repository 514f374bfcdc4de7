"""Reports of replays: what a version would have decided otherwise, kept as it was found."""

from struct import Struct
from typing import Any
from uuid import UUID

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models

from hansa.core.fields import HansaNow, TenantForeignKey
from hansa.core.guard import Guard
from hansa.core.models import TenantRecord
from hansa.kernel.lifecycle import Lifecycle, Move

FIRED, AMOUNT = Struct("<i"), Struct("<q")
KEPT_AS_FOUND = (
    "dmn", "reach", "meant_for", "partners", "within", "since", "until", "counts", "changes", "missing", "engine",
)  # fmt: skip


class Replay(TenantRecord):
    """A version's table over the decisions that were recorded in some months, worked through by a job.

    `dmn` is the table as it was then, and `meant_for` whom the version was for, by ids. Where it would decide about
    some partners only, for it is for these or narrower versions stand before it, `reach` says about whom, `partners`
    are those about whom it would have decided when the replay began, and `within` is the program that it is for;
    decisions about others are not replayed. Once it is done nothing of it changes any more: `counts` are the numbers
    of the headline, `changes` the kinds of change by their place in `ReplayCases.kind`, and `missing` go on counting
    there: why cases could not be replayed. What these hold stands in `replay_found.Change` and `replay_found.Missing`.
    """

    id_prefix = "replay"

    class Status(models.TextChoices):
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    LIFECYCLE = Lifecycle(
        "status",
        finish=Move((Status.RUNNING,), Status.DONE),
        fail=Move((Status.RUNNING,), Status.FAILED, "report it failed"),
    )

    version = TenantForeignKey("rulebook.PolicyVersion", related_name="replays")
    policy = models.TextField()
    number = models.PositiveIntegerField()
    dmn = models.TextField()
    reach = models.TextField(default="", blank=True)
    meant_for = ArrayField(models.TextField(), default=list)
    partners = ArrayField(models.UUIDField(), null=True)
    within = models.UUIDField(null=True)
    months = models.PositiveSmallIntegerField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    by_label = models.TextField()
    status = models.TextField(choices=Status.choices, default=Status.RUNNING)
    problem = models.TextField(default="", blank=True)
    step = models.TextField(default="", blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    engine = models.TextField(default="", blank=True)
    counts = models.JSONField(default=dict)
    changes = models.JSONField(default=list)
    missing = models.JSONField(default=list)
    created_at = models.DateTimeField(db_default=HansaNow())

    class Meta:
        indexes = [models.Index(fields=["vendor", "version", "-created_at", "-id"], name="replay_of_version")]
        triggers = [
            Guard(),
            pgtrigger.Protect(
                name="report_stays",
                operation=pgtrigger.UpdateOf(*KEPT_AS_FOUND),
                condition=pgtrigger.Q(old__status="done"),
            ),
            pgtrigger.Protect(name="report_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"Replay of version {self.number}"

    def snapshot(self) -> dict[str, Any]:
        return {
            "about": str(self),
            "policy": self.policy,
            "number": self.number,
            "months": self.months,
            "status": self.status,
            **{name: self.counts[name] for name in ("recorded", "changed", "missing") if name in self.counts},
        }


class ReplayCases(TenantRecord):
    """Some decisions of one partner that would change alike, or could not be replayed for the same reason.

    The lists belong together by place: the decision, the row that fires now (-1 none; from -2 downwards the row -2 - n
    of the table that Hansa comes with, where no table decides), and the amount of the deal. They are packed, so that a
    million is written in a moment: 16 bytes of each id, and integers of 4 and of 8 bytes, the least byte first; `case`
    reads them. `later` says that a person decided afterwards.
    """

    id_prefix = "replaycases"

    replay = TenantForeignKey(Replay, related_name="cases")
    place = models.PositiveIntegerField()
    kind = models.PositiveIntegerField()
    partnership = TenantForeignKey("partnerships.Partnership")
    later = models.BooleanField(default=False)
    currency = models.TextField(default="", blank=True)
    many = models.PositiveIntegerField()
    amount_minor = models.BigIntegerField(default=0)
    decisions = models.BinaryField()
    fired = models.BinaryField()
    amounts = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["vendor", "replay", "place"], name="one_place_per_replay")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def case(self, at: int) -> tuple[UUID, int, int]:
        """The decision at this place, the row that fires now, and the amount."""
        [fired], [amount] = FIRED.unpack_from(self.fired, 4 * at), AMOUNT.unpack_from(self.amounts, 8 * at)
        return UUID(bytes=bytes(self.decisions[16 * at : 16 * at + 16])), fired, amount
