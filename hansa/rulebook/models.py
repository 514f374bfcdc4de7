"""Decisions, which are never changed afterwards, and the versions of the policies that they are made by."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models.functions import Coalesce

from hansa.accounts.models import Membership
from hansa.core.fields import HansaNow, TenantForeignKey
from hansa.core.guard import Guard
from hansa.core.models import PartnerRecord, TenantRecord
from hansa.kernel.lifecycle import Lifecycle, Move
from hansa.programs.models import PartnerType, Program
from hansa.rulebook.replay_models import Replay as Replay
from hansa.rulebook.replay_models import ReplayCases as ReplayCases

APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class Decision(PartnerRecord):
    """One automatic or manual decision about a partner's thing, in the partner's own share of it.

    `facts` are those whose audience is the partner; the rest stands in `DecisionEvidence`, which partners cannot read.
    `answers` are those of the policies that were asked, the deciding one first: policy, version, row and outputs of
    each, as partners are told them. A person's decision has none.
    """

    id_prefix = "decision"

    subject_id = models.UUIDField()
    policy = models.TextField()
    version = models.TextField()
    facts = models.JSONField(default=dict)
    outputs = models.JSONField(default=dict)
    fired = models.JSONField(default=list)
    answers = models.JSONField(default=list)
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
    """All facts of a decision, the answers as they were, and what they rest on, for the vendor alone."""

    id_prefix = "evidence"

    decision = TenantForeignKey(Decision, related_name="evidence")
    facts = models.JSONField(default=dict)
    answers = models.JSONField(default=list)
    evidence = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["vendor", "decision"], name="evidence_decision")]
        triggers = [APPEND_ONLY]


class BuiltInTable(models.Model):
    """A table that Hansa came with, of this release or an earlier one, so that its decisions can be made again.

    `version` is the name that decisions keep. Each release leaves its own here when the database is brought to it.
    """

    policy = models.TextField()
    version = models.TextField()
    dmn = models.TextField()
    since = models.DateTimeField(db_default=HansaNow())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["policy", "version"], name="one_table_per_fingerprint")]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.policy}, {self.version}"


class PolicyVersion(TenantRecord):
    """A vendor's own table of a policy. Its period says when it is in force, and the database lets none overlap.

    A table can be changed while it is a draft; `during` is there from its publication on, and open at its end until
    another version follows, or somebody ends it (`ended_at`). It is for all partners, or for its scope: those of a
    `program`, of some types in it (`for_types`, sorted, a blank between two), or a pilot's: its name, and the
    partnerships that are in it.
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
        send_back=Move((Status.PROPOSED,), Status.DRAFT, "send it back"),
        publish=Move((Status.PROPOSED,), Status.PUBLISHED),
        withdraw=Move((Status.DRAFT, Status.PROPOSED, Status.PUBLISHED), Status.WITHDRAWN),
    )

    policy = models.TextField()
    number = models.PositiveIntegerField()
    dmn = models.TextField()
    summary = models.TextField(default="", blank=True)
    takes = models.BooleanField(default=True)
    status = models.TextField(choices=Status.choices, default=Status.DRAFT)
    program = TenantForeignKey(Program, null=True, blank=True)
    for_types = models.TextField(default="", blank=True)
    pilot = models.TextField(default="", blank=True)
    pilot_partners = ArrayField(models.UUIDField(), default=list, blank=True)
    author = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", db_index=False)
    author_name = models.TextField(default="", blank=True)
    published_by = models.TextField(default="", blank=True)
    during = DateTimeRangeField(null=True)
    ended_at = models.DateTimeField(null=True)
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
                    (Coalesce("program", "vendor"), RangeOperators.EQUAL),
                    ("for_types", RangeOperators.EQUAL),
                    ("pilot", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=models.Q(status="published"),
                violation_error_code="period_taken",
                violation_error_message="Another version for the same partners is in force at that time.",
            ),
            models.CheckConstraint(
                condition=models.Q(for_types="") | models.Q(program__isnull=False, pilot=""),
                name="types_are_of_a_program",
                violation_error_code="program_missing",
                violation_error_message="Say in which program these types of partners are.",
            ),
            models.CheckConstraint(
                condition=models.Q(pilot="", pilot_partners=[])
                | ~models.Q(models.Q(pilot="") | models.Q(pilot_partners=[])),
                name="a_pilot_has_partners",
                violation_error_code="pilot_incomplete",
                violation_error_message="A pilot has a name, and partners in it.",
            ),
        ]
        triggers = [
            Guard(),
            pgtrigger.Protect(
                name="published_stays",
                operation=pgtrigger.UpdateOf(
                    "dmn", "policy", "number", "program_id", "for_types", "pilot", "pilot_partners"
                ),
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

    @property
    def partner_types(self) -> list[str]:
        """The types of partners that it is for; none where it does not ask."""
        return self.for_types.split()

    @property
    def reach(self) -> str:
        """Whom it is for, in words that follow "for": "all partners", "resellers in the Partner program"."""
        within = f" in {self.program.name}" if self.program else ""
        if self.pilot:
            return f"the pilot {self.pilot}{within}"
        if self.for_types:
            return f"{' and '.join(PartnerType(name).label for name in self.partner_types)}{within}"
        return f"all partners{within}"

    @property
    def narrow(self) -> bool:
        """Whether it is for some partners only."""
        return self.scope != (None, "", "")

    @property
    def rank(self) -> tuple[bool, bool, bool, int]:
        """Of the versions that reach a partner the one with the highest rank decides."""
        return bool(self.pilot), bool(self.for_types), self.program_id is not None, self.number

    @property
    def scope(self) -> tuple[UUID | None, str, str]:
        """Two versions of one scope are never in force at once."""
        return self.program_id, self.for_types, self.pilot

    @property
    def meant_for(self) -> list[str]:
        """Whom it is for, by ids: program, types, and a pilot's partners; nothing for everybody. Names do not count."""
        return [str(self.program_id or ""), self.for_types, *map(str, self.pilot_partners)] if self.narrow else []

    def snapshot(self) -> dict[str, Any]:
        return {
            "policy": self.policy,
            "number": self.number,
            "reach": self.reach,
            "status": self.status,
            "takes": self.takes,
            "summary": self.summary,
            "begins": self.begins.isoformat() if self.begins else None,
            "ends": self.ends.isoformat() if self.ends else None,
        }
