"""Who of the vendor's people decides a registration, where it is not whoever looks after the partner."""

from typing import Any

from django.db import models

from hansa.accounts.models import Membership
from hansa.core.fields import TenantForeignKey
from hansa.core.models import TenantRecord
from hansa.kernel.ids import public_id


class Assignment(TenantRecord):
    """A registration given to one of the vendor's people to decide; it counts until `ended_at`. No partner reads it."""

    id_prefix = "assignment"

    deal = TenantForeignKey("deals.Deal", related_name="assignments")
    reviewer = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_index=False)
    given_by = models.TextField()
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["vendor", "deal", "given_at"], name="assignment_of_deal"),
            models.Index(
                fields=["vendor", "reviewer"], name="assignment_of_reviewer", condition=models.Q(ended_at=None)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "deal"],
                condition=models.Q(ended_at=None),
                name="one_assignment_per_registration",
                violation_error_code="assigned_meanwhile",
                violation_error_message="Somebody assigned this registration meanwhile. Look again.",
            )
        ]

    def __str__(self) -> str:
        return str(self.reviewer)

    def snapshot(self) -> dict[str, Any]:
        return {
            "reviewer": self.reviewer.user.name,
            "customer": self.deal.customer_name,
            "deal": public_id("deal", self.deal_id),
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
        }
