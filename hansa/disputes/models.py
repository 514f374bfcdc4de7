"""A partner's dispute over a decision, the other side's hearing, and what each of them said."""

from datetime import timedelta
from typing import Any, ClassVar

from django.db import models

from hansa.accounts.models import Membership
from hansa.core.fields import HansaNow, TenantForeignKey
from hansa.core.guard import Guard
from hansa.core.models import PartnerRecord, TenantRecord
from hansa.core.walls import Audience
from hansa.deals.models import Status as DealStatus
from hansa.kernel.ids import public_id
from hansa.kernel.lifecycle import Lifecycle, Move
from hansa.rulebook.models import APPEND_ONLY


class Reason(models.TextChoices):
    """On what a decision rests. Both sides read it, so none of them says who the other is, or that there is one."""

    EVIDENCE = "evidence", "The evidence of work with the customer"
    FIRST_ON_RECORD = "first_on_record", "What was first on record"
    CUSTOMER_WISH = "customer_wish", "The customer's own wish"
    RULES = "rules_of_engagement", "The rules of engagement"
    MISTAKE = "mistake", "The decision rested on a mistake"
    NOTHING_NEW = "nothing_new", "Nothing new was shown"
    OTHER = "other", "Another reason, see the note"


class Result(models.TextChoices):
    """What became of a dispute: the decision stands as it was, or the protection moves."""

    UPHELD = "upheld", "Upheld: it stands as it was"
    GRANTED = "granted", "Granted: the customer is protected for you"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Outcome(models.TextChoices):
    """What a dispute brought about for the side that was protected."""

    KEPT = "kept", "Your protection stands"
    MOVED = "moved", "Your protection was ended"


class Dispute(PartnerRecord):
    """A partner contests what was decided about its registration. All of this row is the partner's to read.

    Its clock is that of a registration: `allowed_seconds` to `next_step_at` as in ReviewClock, standing while evidence
    is gathered. `answer_by` is until when the partner itself is asked.
    """

    id_prefix = "dispute"

    class Status(models.TextChoices):
        OPENED = "opened", "To be decided"
        EVIDENCE = "evidence", "Evidence is gathered"
        DECIDED = "decided", "Decided"
        APPEALED = "appealed", "Appealed"
        CLOSED = "closed", "Closed"

    LIFECYCLE = Lifecycle(
        "status",
        gather=Move((Status.OPENED, Status.APPEALED), Status.EVIDENCE, "ask for evidence about it"),
        resume=Move((Status.EVIDENCE,), Status.OPENED),
        resume_appeal=Move((Status.EVIDENCE,), Status.APPEALED, "resume its appeal"),
        decide=Move((Status.OPENED,), Status.DECIDED),
        appeal=Move((Status.DECIDED,), Status.APPEALED, "appeal against it"),
        settle=Move((Status.APPEALED,), Status.CLOSED),
        withdraw=Move((Status.OPENED, Status.EVIDENCE, Status.APPEALED), Status.CLOSED),
        close=Move((Status.DECIDED,), Status.CLOSED),
    )

    deal = TenantForeignKey("deals.Deal", related_name="disputes")
    contested = models.TextField(choices=DealStatus.choices)
    wish = models.TextField(default="", blank=True)
    status = models.TextField(choices=Status.choices, default=Status.OPENED)
    result = models.TextField(choices=Result.choices, default="", blank=True)
    reason = models.TextField(choices=Reason.choices, default="", blank=True)
    note = models.TextField(default="", blank=True)
    opener = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    allowed_seconds = models.PositiveIntegerField()
    left_seconds = models.PositiveIntegerField()
    since = models.DateTimeField(null=True)
    next_step_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    answer_by = models.DateTimeField(null=True)
    decider = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", db_index=False)
    decided_by = models.TextField(default="", blank=True)
    decided_at = models.DateTimeField(null=True)
    appeal_until = models.DateTimeField(null=True)
    appealed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["vendor", "partnership", "-opened_at", "-id"], name="dispute_of_partner"),
            models.Index(fields=["vendor", "-opened_at", "-id"], name="dispute_newest"),
            models.Index(fields=["vendor", "deal"], name="dispute_of_deal"),
            models.Index(
                fields=["vendor", "status", "due_at"], name="dispute_open", condition=~models.Q(status="closed")
            ),
            models.Index(fields=["vendor", "next_step_at"], name="dispute_next_step"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "deal"],
                condition=~models.Q(status="closed"),
                name="one_open_dispute",
                violation_error_code="dispute_open",
                violation_error_message="A dispute over this deal is open already.",
            )
        ]
        triggers = [Guard()]

    def __str__(self) -> str:
        return str(self.deal)

    @property
    def allowed(self) -> timedelta:
        return timedelta(seconds=self.allowed_seconds)

    @property
    def left(self) -> timedelta:
        return timedelta(seconds=self.left_seconds)

    def snapshot(self) -> dict[str, Any]:
        return {
            "customer": self.deal.customer_name,
            "deal": public_id("deal", self.deal_id),
            "contested": self.contested,
            "status": self.status,
            "result": self.result,
            "reason": self.reason,
        }


class Hearing(TenantRecord):
    """The other side of a dispute: a partner about its own protected deal, or the vendor's own sales without either.

    It names neither the dispute nor who opened it. `left_seconds` is how much of the protection was left when it moved.
    """

    id_prefix = "hearing"
    audience: ClassVar[Audience] = "partner"

    class Status(models.TextChoices):
        ASKED = "asked", "An answer is needed"
        HEARD = "heard", "Looked at"
        DECIDED = "decided", "Decided"
        APPEALED = "appealed", "Appealed"
        CLOSED = "closed", "Closed"

    LIFECYCLE = Lifecycle(
        "status",
        ask=Move((Status.HEARD, Status.DECIDED, Status.APPEALED), Status.ASKED, "ask for it"),
        hear=Move((Status.ASKED,), Status.HEARD),
        decide=Move((Status.HEARD,), Status.DECIDED),
        appeal=Move((Status.DECIDED,), Status.APPEALED, "appeal against it"),
        close=Move((Status.ASKED, Status.HEARD, Status.DECIDED, Status.APPEALED), Status.CLOSED),
    )

    partnership = TenantForeignKey("partnerships.Partnership", null=True)
    deal = TenantForeignKey("deals.Deal", null=True, related_name="hearings")
    status = models.TextField(choices=Status.choices, default=Status.ASKED)
    result = models.TextField(choices=Outcome.choices, default="", blank=True)
    reason = models.TextField(choices=Reason.choices, default="", blank=True)
    note = models.TextField(default="", blank=True)
    opened_at = models.DateTimeField()
    answer_by = models.DateTimeField(null=True)
    left_seconds = models.PositiveIntegerField(default=0)
    decided_at = models.DateTimeField(null=True)
    appeal_until = models.DateTimeField(null=True)
    appealed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["vendor", "partnership", "-opened_at", "-id"], name="hearing_of_partner"),
            models.Index(fields=["vendor", "deal"], name="hearing_of_deal"),
            models.Index(
                fields=["vendor", "answer_by"], name="hearing_asked", condition=models.Q(answer_by__isnull=False)
            ),
        ]
        triggers = [Guard()]

    def __str__(self) -> str:
        return str(self.deal) if self.deal_id else "Our own sales"

    def snapshot(self) -> dict[str, Any]:
        return {
            "customer": self.deal.customer_name if self.deal else "",
            "deal": public_id("deal", self.deal_id) if self.deal_id else None,
            "status": self.status,
            "outcome": self.result,
            "reason": self.reason,
        }


class Pairing(TenantRecord):
    """Which hearing belongs to which dispute. For the vendor alone: no side learns of the other."""

    id_prefix = "pairing"

    dispute = TenantForeignKey(Dispute, related_name="pairings")
    hearing = TenantForeignKey(Hearing, related_name="pairings")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vendor", "dispute", "hearing"], name="one_pairing_each"),
            models.UniqueConstraint(fields=["vendor", "hearing"], name="one_dispute_per_hearing"),
        ]


class Entry(TenantRecord):
    """Something that one side said, or that it was asked; `subject_id` is its dispute or its hearing. Never changed."""

    id_prefix = "entry"
    audience: ClassVar[Audience] = "partner"

    class Kind(models.TextChoices):
        STATEMENT = "statement", "Statement"
        QUESTION = "question", "Question"
        APPEAL = "appeal", "Appeal"

    partnership = TenantForeignKey("partnerships.Partnership", null=True)
    subject_id = models.UUIDField()
    kind = models.TextField(choices=Kind.choices, default=Kind.STATEMENT)
    text = models.TextField()
    author_name = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["vendor", "subject_id", "at"], name="entry_of_subject")]
        triggers = [APPEND_ONLY]


class Step(TenantRecord):
    """What was done because nobody decided in time: each kind once, and once more in an appeal, which is round 1."""

    id_prefix = "dstep"

    dispute = TenantForeignKey(Dispute)
    kind = models.TextField()
    round = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField(db_default=HansaNow())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "dispute", "kind", "round"],
                name="one_dispute_step_per_kind",
                violation_error_code="done_before",
                violation_error_message="This was done before.",
            )
        ]

    def snapshot(self) -> dict[str, Any]:
        return {"customer": self.dispute.deal.customer_name, "dispute": self.dispute.public_id, "kind": self.kind}
