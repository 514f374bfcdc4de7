"""Decisions: what was decided about whom, by which rule, on which facts. Never changed afterwards."""

from typing import Any

import pgtrigger
from django.db import models

from hansa.core.fields import TenantForeignKey
from hansa.core.models import PartnerRecord, TenantRecord

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
        indexes = [models.Index(fields=["vendor", "subject_id", "at"], name="decision_subject")]
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
