"""What is decided about a registration while its partner is not told yet."""

from typing import Any

from django.db import models

from hansa.core.fields import TenantForeignKey
from hansa.core.models import TenantRecord


class Verdict(TenantRecord):
    """What becomes of a registration in a program that answers all together, for the vendor alone until it is told.

    The registration itself stays under review, and so do its events: no row that its partner may read knows more.
    `becomes` is the status that it gets, empty while a person has to decide. `decision` and `proof` are the columns of
    the decision and of its evidence, which are written when it is told.
    """

    id_prefix = "verdict"

    deal = TenantForeignKey("deals.Deal", related_name="verdicts")
    becomes = models.TextField(default="", blank=True)
    reason = models.TextField(default="", blank=True)
    reason_text = models.TextField(default="", blank=True)
    note = models.TextField(default="", blank=True)
    decided_at = models.DateTimeField(null=True)
    protected_until = models.DateTimeField(null=True)
    decision = models.JSONField(default=dict)
    proof = models.JSONField(default=dict)
    told_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["vendor", "decided_at"],
                name="verdict_held",
                condition=models.Q(told_at=None) & ~models.Q(becomes=""),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "deal"],
                name="one_verdict_per_deal",
                violation_error_code="already_decided",
                violation_error_message="This is decided already, and told with all others.",
            )
        ]

    def __str__(self) -> str:
        return self.becomes

    @property
    def held(self) -> bool:
        """Whether it is decided and not told."""
        return bool(self.becomes) and self.told_at is None

    def snapshot(self) -> dict[str, Any]:
        return {
            "customer": self.deal.customer_name,
            "deal": self.deal.public_id,
            "becomes": self.becomes,
            "reason": self.reason,
            "note": self.note,
            "protected_until": self.protected_until.isoformat() if self.protected_until else None,
        }
