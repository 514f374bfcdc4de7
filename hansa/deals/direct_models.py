"""The tables about the vendor's own sales people: credit for a partner's deal, and their sales beside one."""

from typing import Any

from django.db import models

from hansa.accounts.models import Membership
from hansa.core.fields import TenantForeignKey
from hansa.core.guard import Guard
from hansa.core.models import TenantRecord
from hansa.kernel.ids import public_id
from hansa.kernel.lifecycle import Lifecycle, Move


class Credit(TenantRecord):
    """One of the vendor's own sales people who helped with a partner's deal; no partner reads it."""

    id_prefix = "credit"

    class Status(models.TextChoices):
        GIVEN = "given", "Credited"
        TAKEN_BACK = "taken_back", "Taken back"

    LIFECYCLE = Lifecycle("status", take_back=Move((Status.GIVEN,), Status.TAKEN_BACK, "take it back"))

    deal = TenantForeignKey("deals.Deal", related_name="credits")
    person = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_index=False)
    why = models.TextField(default="", blank=True)
    status = models.TextField(choices=Status.choices, default=Status.GIVEN)
    given_by = models.TextField()
    given_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["vendor", "deal", "given_at"], name="credit_of_deal")]
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "deal", "person"],
                condition=models.Q(status="given"),
                name="one_credit_per_person",
                violation_error_code="credited_already",
                violation_error_message="This person is credited for this deal already.",
            )
        ]
        triggers = [Guard()]

    def __str__(self) -> str:
        return str(self.person)

    def snapshot(self) -> dict[str, Any]:
        return {
            "person": self.person.user.name,
            "customer": self.deal.customer_name,
            "deal": public_id("deal", self.deal_id),
            "why": self.why,
            "status": self.status,
        }


class ChannelConflict(TenantRecord):
    """The vendor's own people sell to a customer that is protected for a partner; one row for each such pair.

    It is settled by a person once, for good, or cleared when one of the two sides is over; then it may come again.
    """

    id_prefix = "conflict"

    class Status(models.TextChoices):
        OPEN = "open", "To be settled"
        SETTLED = "settled", "Settled"
        CLEARED = "cleared", "Over by itself"

    class Outcome(models.TextChoices):
        LEFT = "left_to_partner", "Left to the partner"
        TOGETHER = "sold_together", "Sold together"
        ENDED = "protection_ended", "The protection ends"

    LIFECYCLE = Lifecycle(
        "status",
        settle=Move((Status.OPEN,), Status.SETTLED),
        clear=Move((Status.OPEN,), Status.CLEARED),
        reopen=Move((Status.CLEARED,), Status.OPEN),
    )

    deal = TenantForeignKey("deals.Deal", related_name="conflicts")
    opportunity = TenantForeignKey("customers.Opportunity")
    status = models.TextField(choices=Status.choices, default=Status.OPEN)
    result = models.TextField(choices=Outcome.choices, default="", blank=True)
    note = models.TextField(default="", blank=True)
    flagged_at = models.DateTimeField()
    settled_by = models.TextField(default="", blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["vendor", "status", "-flagged_at"], name="conflict_by_status")]
        constraints = [
            models.UniqueConstraint(fields=["vendor", "deal", "opportunity"], name="one_conflict_per_pair"),
        ]
        triggers = [Guard()]

    def __str__(self) -> str:
        return f"{self.deal.customer_name}: {self.opportunity.name}"

    def snapshot(self) -> dict[str, Any]:
        return {
            "customer": self.deal.customer_name,
            "deal": public_id("deal", self.deal_id),
            "opportunity": self.opportunity.name or self.opportunity.external_id,
            "status": self.status,
            "result": self.result,
            "note": self.note,
        }
