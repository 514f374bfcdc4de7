"""Decisions, which are never changed afterwards, and the versions of the policies that they are made by."""

from datetime import datetime
from typing import Any

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models

from hansa.accounts.models import Membership
from hansa.core.fields import HansaNow, TenantForeignKey
from hansa.core.guard import Guard
from hansa.core.models import PartnerRecord, TenantRecord
from hansa.kernel.lifecycle import Lifecycle, Move
from hansa.rulebook.replay_models import Replay as Replay
from hansa.rulebook.replay_models import ReplayCases as ReplayCases

APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class Decision(PartnerRecord):
    """One automatic or manual decision about a partner's thing, in the partner's own share of it.

    `facts` are those whose audience is the partner; the rest stands in `DecisionEvidence`, which partners cannot read.
    """

    id_prefix = "decision"

    subject_id = models.UUIDField()
    policy = models.TextField()
    version = models.TextField()
    facts = models.JSONField(default=dict)
    outputs = models.JSONField(default=dict)
    fired = models.JSONField(default=list)
    note = models.TextField(default="", blank=True)
    hint = models.TextField(default="", blank=True)
    made_by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["vendor", "subject_id", "at"], name="decision_subject"),
            models.Index(fields=["vendor", "at"], include=["id", "partnership"], name="decision_at"),
        ]
        triggers = [APPEND_ONLY]

    def snapshot(self) -> dict[str, Any]:
        return {"policy": self.policy, "version": self.version, "outputs": self.outputs, "fired": self.fired}


class DecisionEvidence(TenantRecord):
    """All facts of a decision and what they rest on, for the vendor alone."""

    id_prefix = "evidence"

    decision = TenantForeignKey(Decision, related_name="evidence")
    facts = models.JSONField(default=dict)
    evidence = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["vendor", "decision"], name="evidence_decision")]
        triggers = [APPEND_ONLY]


class PolicyVersion(TenantRecord):
    """A vendor's own table of a policy. Its period says when it is in force, and the database lets none overlap.

    A table can be changed while it is a draft; `during` is there from its publication on, and open at its end until
    another version follows.
    """

    id_prefix = "policy"

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PROPOSED = "proposed", "Waits for a colleague"
        PUBLISHED = "published", "Published"
        WITHDRAWN = "withdrawn", "Withdrawn"

    LIFECYCLE = Lifecycle(
        "status",
        propose=Move((Status.DRAFT,), Status.PROPOSED),
        send_back=Move((Status.PROPOSED,), Status.DRAFT),
        publish=Move((Status.PROPOSED,), Status.PUBLISHED),
        withdraw=Move((Status.DRAFT, Status.PROPOSED, Status.PUBLISHED), Status.WITHDRAWN),
    )

    policy = models.TextField()
    number = models.PositiveIntegerField()
    dmn = models.TextField()
    summary = models.TextField(default="", blank=True)
    takes = models.BooleanField(default=True)
    status = models.TextField(choices=Status.choices, default=Status.DRAFT)
    author = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", db_index=False)
    author_name = models.TextField(default="", blank=True)
    published_by = models.TextField(default="", blank=True)
    during = DateTimeRangeField(null=True)
    created_at = models.DateTimeField(db_default=HansaNow())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vendor", "policy", "number"], name="one_version_per_number"),
            models.CheckConstraint(
                condition=models.Q(status="published", during__isnull=False) | ~models.Q(status="published"),
                name="published_has_a_period",
            ),
            ExclusionConstraint(
                name="one_version_in_force",
                expressions=[
                    ("vendor", RangeOperators.EQUAL),
                    ("policy", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=models.Q(status="published"),
                violation_error_code="period_taken",
                violation_error_message="Another version is in force at that time.",
            ),
        ]
        triggers = [
            Guard(),
            pgtrigger.Protect(
                name="published_stays",
                operation=pgtrigger.UpdateOf("dmn", "policy", "number"),
                condition=pgtrigger.Q(old__status="published"),
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"

    @property
    def begins(self) -> datetime | None:
        """Since when it is or will be in force."""
        return self.during.lower if self.during else None

    @property
    def ends(self) -> datetime | None:
        """Until when; None while nothing follows."""
        return self.during.upper if self.during else None

    def snapshot(self) -> dict[str, Any]:
        return {
            "policy": self.policy,
            "number": self.number,
            "status": self.status,
            "takes": self.takes,
            "summary": self.summary,
            "begins": self.begins.isoformat() if self.begins else None,
            "ends": self.ends.isoformat() if self.ends else None,
        }
