"""Tables of what is asked about an approved deal: more time, or a change."""

from typing import Any

from django.db import models

from hansa.core.fields import TenantForeignKey
from hansa.core.guard import Guard
from hansa.core.models import PartnerRecord
from hansa.core.web.said import days_in_words
from hansa.kernel.lifecycle import Lifecycle, Move


class ExtensionRequest(PartnerRecord):
    """A partner's wish for more time, and what became of it; or time that the vendor gave of its own accord."""

    id_prefix = "extension"

    class Status(models.TextChoices):
        PENDING = "pending", "Waiting for an answer"
        APPROVED = "approved", "Granted"
        DECLINED = "declined", "Declined"
        LAPSED = "lapsed", "Came to nothing"
        WITHDRAWN = "withdrawn", "Taken back"

    LIFECYCLE = Lifecycle(
        "status",
        approve=Move((Status.PENDING,), Status.APPROVED),
        decline=Move((Status.PENDING,), Status.DECLINED),
        lapse=Move((Status.PENDING,), Status.LAPSED, "let it lapse"),
        withdraw=Move((Status.PENDING,), Status.WITHDRAWN),
    )

    deal = TenantForeignKey("deals.Deal", related_name="extensions")
    days = models.PositiveSmallIntegerField()
    reason = models.TextField()
    status = models.TextField(choices=Status.choices, default=Status.PENDING)
    asked_by = models.TextField()
    asked_at = models.DateTimeField()
    granted_days = models.PositiveSmallIntegerField(null=True)
    until = models.DateTimeField(null=True)
    note = models.TextField(default="", blank=True)
    decided_by = models.TextField(default="", blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["vendor", "deal", "asked_at"], name="extension_of_deal"),
            models.Index(fields=["vendor", "asked_at"], name="extension_waiting", condition=models.Q(status="pending")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "deal"],
                condition=models.Q(status="pending"),
                name="one_pending_extension",
                violation_error_code="extension_pending",
                violation_error_message="An extension of this deal is asked for already, and not answered yet.",
            )
        ]
        triggers = [Guard()]

    def __str__(self) -> str:
        return days_in_words(self.days)

    def snapshot(self) -> dict[str, Any]:
        return {
            "customer": self.deal.customer_name,
            "days": self.days,
            "reason": self.reason,
            "status": self.status,
            "granted_days": self.granted_days,
            "until": self.until.isoformat() if self.until else None,
            "note": self.note,
        }


class Amendment(PartnerRecord):
    """What a partner changed in an approved deal, or asks to change: `lines` are the product lines that it wants.

    `changes` says each fact before and after, as people read it. Personal facts stand here and not in the event.
    """

    id_prefix = "amendment"

    class Status(models.TextChoices):
        MADE = "made", "Made"
        PENDING = "pending", "Waiting for an answer"
        APPROVED = "approved", "Approved"
        DECLINED = "declined", "Declined"
        LAPSED = "lapsed", "Came to nothing"
        WITHDRAWN = "withdrawn", "Taken back"

    LIFECYCLE = Lifecycle(
        "status",
        approve=Move((Status.PENDING,), Status.APPROVED),
        decline=Move((Status.PENDING,), Status.DECLINED),
        lapse=Move((Status.PENDING,), Status.LAPSED, "let it lapse"),
        withdraw=Move((Status.PENDING,), Status.WITHDRAWN),
    )

    deal = TenantForeignKey("deals.Deal", related_name="amendments")
    changes = models.JSONField(default=dict)
    lines = models.JSONField(default=list)
    reason = models.TextField(default="", blank=True)
    status = models.TextField(choices=Status.choices, default=Status.PENDING)
    asked_by = models.TextField()
    asked_at = models.DateTimeField()
    note = models.TextField(default="", blank=True)
    decided_by = models.TextField(default="", blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["vendor", "deal", "asked_at"], name="amendment_of_deal")]
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "deal"],
                condition=models.Q(status="pending"),
                name="one_pending_amendment",
                violation_error_code="amendment_pending",
                violation_error_message="A change of this deal is asked for already, and not answered yet.",
            )
        ]
        triggers = [Guard()]

    def __str__(self) -> str:
        return ", ".join(self.changes)

    def snapshot(self) -> dict[str, Any]:
        wanted = self.changes.get("product_lines", ["", ""])
        return {
            "customer": self.deal.customer_name,
            "product_lines": wanted[1],
            "reason": self.reason,
            "status": self.status,
            "note": self.note,
        }
