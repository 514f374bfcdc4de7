"""What deciding in time keeps: the clock of each registration, what was done because of it, and what was asked."""

from datetime import timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from hansa.accounts.models import Membership
from hansa.core.fields import HansaNow, TenantForeignKey
from hansa.core.models import PartnerRecord, TenantRecord


class Field(models.TextChoices):
    """What of a registration can be opened for the partner to change; the product lines are the claim itself."""

    CUSTOMER = "customer", "Customer's name"
    DOMAIN = "domain", "Customer's web address"
    COUNTRY = "country", "Customer's country"
    AMOUNT = "amount", "Amount"
    EXPECTED_CLOSE = "expected_close", "Expected close"
    DEAL_TYPE = "deal_type", "Kind of deal"
    CONTACT_NAME = "contact_name", "Contact's name"
    CONTACT_EMAIL = "contact_email", "Contact's e-mail"
    NEED = "need", "What they need"


class ReviewClock(PartnerRecord):
    """The time to decide one registration: how much there was, how much was left at `since`, in seconds of open time.

    It stands while `since` is null: the partner is asked. `next_step_at` is when a reminder or an escalation comes.
    """

    id_prefix = "clock"

    deal = TenantForeignKey("deals.Deal", related_name="clocks")
    allowed_seconds = models.PositiveIntegerField()
    left_seconds = models.PositiveIntegerField()
    since = models.DateTimeField(null=True)
    next_step_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["vendor", "next_step_at"], name="clock_next_step")]
        constraints = [models.UniqueConstraint(fields=["vendor", "deal"], name="one_clock_per_deal")]

    @property
    def allowed(self) -> timedelta:
        return timedelta(seconds=self.allowed_seconds)

    @property
    def left(self) -> timedelta:
        return timedelta(seconds=self.left_seconds)


class ClockStep(TenantRecord):
    """Something that was done because of a clock; `round` tells one question from the next, 0 is the review itself."""

    id_prefix = "step"

    deal = TenantForeignKey("deals.Deal")
    kind = models.TextField()
    round = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField(db_default=HansaNow())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "deal", "kind", "round"],
                name="one_step_per_kind",
                violation_error_code="done_before",
                violation_error_message="This was done before.",
            )
        ]

    def snapshot(self) -> dict[str, Any]:
        return {"customer": self.deal.customer_name, "deal": self.deal.public_id, "kind": self.kind}


class Question(PartnerRecord):
    """What the deal desk asked the partner, the fields that it opened, and the answer.

    It is over once `closed_at` is set: answered if `answered_at` is too, else the time to answer has passed. A deal
    that is decided meanwhile leaves it as it is.
    """

    id_prefix = "question"

    deal = TenantForeignKey("deals.Deal", related_name="questions")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    fields = ArrayField(models.TextField(choices=Field.choices), default=list, blank=True)
    asked_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    remind_at = models.DateTimeField(null=True)
    note = models.TextField(default="", blank=True)
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        indexes = [
            models.Index(fields=["vendor", "answer_by"], name="question_open", condition=models.Q(closed_at=None))
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "deal", "number"],
                name="one_question_per_number",
                violation_error_code="asked_already",
                violation_error_message="The partner is asked already.",
            )
        ]

    @property
    def field_names(self) -> list[str]:
        """The opened fields as people say them."""
        return [str(Field(name).label) for name in self.fields]

    def snapshot(self) -> dict[str, Any]:
        return {
            "customer": self.deal.customer_name,
            "deal": self.deal.public_id,
            "question": self.text,
            "fields": self.fields,
            "answer_by": self.answer_by.isoformat(),
        }
