"""By which terms tiers are won and lost, where each partner stands, and what the vendor says of it by hand."""

from typing import Any

from django.db import models

from hansa.core.fields import HansaNow, TenantForeignKey
from hansa.core.guard import Guard
from hansa.core.models import PartnerRecord
from hansa.kernel.lifecycle import Lifecycle, Move
from hansa.partnerships.models import Enrollment, Partnership
from hansa.programs.models import Program, Published, Tier
from hansa.tiers.periods import CYCLES, QUARTER

EVALUATED = models.Q(
    status__in=(Enrollment.Status.ACTIVE, Enrollment.Status.ON_NOTICE),
    partnership__status=Partnership.Status.ACTIVE,
)
"""Whose tiers can be evaluated, among the places in a program."""


class When(models.TextChoices):
    """When a tier that is won or lost changes hands."""

    AT_ONCE = "at_once", "At once"
    PERIOD_END = "period_end", "At the end of the period"


class TierTerms(Published):
    """By which terms a program's tiers are won and lost; without a row nothing happens by itself.

    `cycle` is the period whose end may decide. A partner is below its tier for `days_below` before that counts, and
    then keeps the tier for `grace_days` more. `periods` is {fact: period} where it is not the fact's usual one, and
    `custom` {slot: {"label": …, "unit": …}} for the facts of the vendor's own.
    """

    id_prefix = "tierterms"

    program = TenantForeignKey(Program)
    running = models.BooleanField(default=False)
    cycle = models.TextField(choices=list(CYCLES.items()), default=QUARTER)
    promotion = models.TextField(choices=When.choices, default=When.AT_ONCE)
    demotion = models.TextField(choices=When.choices, default=When.PERIOD_END)
    approve_promotion = models.BooleanField(default=False)
    approve_demotion = models.BooleanField(default=True)
    days_below = models.PositiveSmallIntegerField(default=14)
    grace_days = models.PositiveSmallIntegerField(default=60)
    periods = models.JSONField(default=dict, blank=True)
    custom = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name_plural = "tier terms"
        constraints = [
            models.UniqueConstraint(fields=["vendor", "program"], name="one_tier_terms_per_program"),
            models.CheckConstraint(
                condition=models.Q(days_below__lte=365, grace_days__lte=730),
                name="tier_terms_sensible",
                violation_error_code="terms_out_of_range",
                violation_error_message="At most 365 days below, and 730 days of grace.",
            ),
        ]

    def snapshot(self) -> dict[str, Any]:
        return {
            "running": self.running,
            "cycle": self.cycle,
            "promotion": self.promotion,
            "demotion": self.demotion,
            "approve_promotion": self.approve_promotion,
            "approve_demotion": self.approve_demotion,
            "days_below": self.days_below,
            "grace_days": self.grace_days,
            "periods": self.periods,
            "custom": self.custom,
        }


class TierStanding(PartnerRecord):
    """Where a partner stands toward its tier in a program, as it was evaluated last.

    `tier` is the one held then and `held` its rank, 0 without one; `qualified` the rank that the criteria said.
    `facts` are those that they said it by, `closeness` how near the next tier is, in percent. `proposed` is the tier
    that waits for somebody's word, `declined` the rank that somebody said no to. `note` says why, in words that the
    partner reads, the last thing happened to it. One that was not `evaluated_at` any time begins anew when it is.
    """

    id_prefix = "standing"

    class Status(models.TextChoices):
        QUALIFIED = "qualified", "Qualified"
        AT_RISK = "at_risk", "At risk"
        IN_GRACE = "in_grace", "In its grace period"

    LIFECYCLE = Lifecycle(
        "status",
        slip=Move((Status.QUALIFIED, Status.IN_GRACE), Status.AT_RISK, "let it slip"),
        begin_grace=Move((Status.QUALIFIED, Status.AT_RISK), Status.IN_GRACE, "begin its grace period"),
        recover=Move((Status.AT_RISK, Status.IN_GRACE), Status.QUALIFIED, "let it recover"),
    )

    enrollment = TenantForeignKey(Enrollment)
    tier = TenantForeignKey(Tier, null=True, blank=True)
    held = models.PositiveSmallIntegerField(default=0)
    qualified = models.PositiveSmallIntegerField(default=0)
    status = models.TextField(choices=Status.choices, default=Status.QUALIFIED)
    since = models.DateTimeField()
    below_since = models.DateTimeField(null=True)
    grace_until = models.DateTimeField(null=True)
    proposed = TenantForeignKey(Tier, null=True, blank=True)
    proposed_at = models.DateTimeField(null=True)
    declined = models.PositiveSmallIntegerField(null=True)
    note = models.TextField(default="", db_default="", blank=True)
    facts = models.JSONField(default=dict)
    version = models.TextField(default="", blank=True)
    closeness = models.PositiveSmallIntegerField(default=0)
    evaluated_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["vendor", "-closeness", "id"], name="standing_by_closeness")]
        constraints = [models.UniqueConstraint(fields=["vendor", "enrollment"], name="one_standing_per_enrollment")]
        triggers = [Guard()]

    def snapshot(self) -> dict[str, Any]:
        return {
            "tier": self.tier.name if self.tier else None,
            "standing": self.status,
            "proposed_tier": self.proposed.name if self.proposed else None,
            "grace_until": self.grace_until.isoformat() if self.grace_until else None,
            "note": self.note,
        }


class TierException(PartnerRecord):
    """A partner keeps a tier until a moment, whatever the criteria say. No job ends it: its time runs out,
    or somebody ends it before."""

    id_prefix = "exception"

    enrollment = TenantForeignKey(Enrollment)
    tier = TenantForeignKey(Tier)
    until = models.DateTimeField()
    reason = models.TextField()
    granted_by = models.TextField()
    granted_at = models.DateTimeField(db_default=HansaNow())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["vendor", "enrollment"], name="exception_of_enrollment")]

    def snapshot(self) -> dict[str, Any]:
        return {"tier": self.tier.name, "until": self.until.isoformat(), "reason": self.reason}


class EnteredFact(PartnerRecord):
    """A number that the vendor keeps of a partner, as of a day; the newest of the period counts."""

    id_prefix = "tierfact"

    enrollment = TenantForeignKey(Enrollment)
    fact = models.TextField()
    value = models.DecimalField(max_digits=16, decimal_places=2)
    dated = models.DateField()
    entered_by = models.TextField()
    entered_at = models.DateTimeField(db_default=HansaNow())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "enrollment", "fact", "dated"], name="one_number_per_fact_and_day"
            )
        ]

    def snapshot(self) -> dict[str, Any]:
        return {"about": self.fact, "value": f"{self.value:.2f}", "dated": self.dated.isoformat()}
