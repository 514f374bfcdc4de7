"""A partner's claim on a customer, and the protection that makes it exclusive."""

from typing import Any, ClassVar, Self
from uuid import UUID

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models

from hansa.accounts.models import Membership, Workspace
from hansa.core.actors import Actor
from hansa.core.fields import TenantForeignKey
from hansa.core.guard import Guard
from hansa.core.models import PartnerRecord, TenantQuerySet
from hansa.core.walls import beside_deal
from hansa.deals.asked import Amendment as Amendment
from hansa.deals.asked import ExtensionRequest as ExtensionRequest
from hansa.deals.assignment_models import Assignment as Assignment
from hansa.deals.bulk_models import BulkDecision as BulkDecision
from hansa.deals.bulk_models import BulkItem as BulkItem
from hansa.deals.clock_models import ClockStep as ClockStep
from hansa.deals.clock_models import Question as Question
from hansa.deals.clock_models import ReviewClock as ReviewClock
from hansa.deals.direct_models import ChannelConflict as ChannelConflict
from hansa.deals.direct_models import Credit as Credit
from hansa.deals.parties import Party as Party
from hansa.deals.verdict_models import Verdict as Verdict
from hansa.kernel.ids import public_id
from hansa.kernel.lifecycle import Lifecycle, Move
from hansa.kernel.money import Money
from hansa.programs.reasons import EndReason as EndReason
from hansa.programs.reasons import LossReason as LossReason
from hansa.programs.reasons import RejectReason as RejectReason
from hansa.programs.reasons import WinReason as WinReason
from hansa.rulebook.models import Decision


class Status(models.TextChoices):
    """Where the registration stands; `duplicate` is a status of its own and no reason for rejection."""

    SUBMITTED = "submitted", "Submitted"
    UNDER_REVIEW = "under_review", "Under review"
    ACTION_REQUIRED = "action_required", "Waits for the partner"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"
    DUPLICATE = "duplicate", "Customer taken"
    WITHDRAWN = "withdrawn", "Withdrawn"
    CANCELED = "canceled", "Canceled"
    EXPIRED = "expired", "Expired"


class Stage(models.TextChoices):
    """How far the sale is; the partner moves it."""

    QUALIFIED = "qualified", "Qualified"
    DISCOVERY = "discovery", "Discovery"
    EVALUATION = "evaluation", "Evaluation"
    PROPOSAL = "proposal", "Proposal"
    NEGOTIATION = "negotiation", "Negotiation"


class Outcome(models.TextChoices):
    OPEN = "open", "Open"
    WON = "won", "Won"
    LOST = "lost", "Lost"


class DealType(models.TextChoices):
    NEW = "new", "New business"
    EXPANSION = "expansion", "Expansion"
    RENEWAL = "renewal", "Renewal"


class DuplicateReason(models.TextChoices):
    """Why a registration is a duplicate, where the partner may know; a rival's stays without a word."""

    OWN_CLAIM = "own_claim", "You have registered this customer already"


class MovedReason(models.TextChoices):
    """Why a protection ends that was moved to somebody else, or back."""

    DISPUTE = "dispute_decided", "Decided in a dispute"


TO_DECIDE = (Status.SUBMITTED, Status.UNDER_REVIEW)
UNDECIDED = (*TO_DECIDE, Status.ACTION_REQUIRED)

STATUS = Lifecycle(
    "status",
    review=Move((Status.SUBMITTED,), Status.UNDER_REVIEW),
    ask=Move((Status.UNDER_REVIEW,), Status.ACTION_REQUIRED, "ask for more about it"),
    return_to_review=Move((Status.ACTION_REQUIRED,), Status.UNDER_REVIEW, "return it to review"),
    approve=Move(UNDECIDED, Status.APPROVED),
    reject=Move(UNDECIDED, Status.REJECTED),
    mark_duplicate=Move(UNDECIDED, Status.DUPLICATE, "mark it as a duplicate"),
    withdraw=Move((*UNDECIDED, Status.APPROVED), Status.WITHDRAWN),
    cancel=Move((*UNDECIDED, Status.APPROVED), Status.CANCELED),
    expire=Move((Status.APPROVED,), Status.EXPIRED, "let it expire"),
    grant=Move((Status.REJECTED, Status.DUPLICATE, Status.CANCELED), Status.APPROVED, "grant it after all"),
)
RESULT = Lifecycle(
    "outcome",
    win=Move((Outcome.OPEN,), Outcome.WON, "report it won"),
    lose=Move((Outcome.OPEN,), Outcome.LOST, "report it lost"),
)


class DealQuerySet(TenantQuerySet):
    def shared_with(self, actor: Actor) -> Self:
        """Other partners' deals beside which this partner stands, and `whose` they are: to be read, not worked on."""
        standing = Party.objects.filter(vendor_id=actor.vendor_id, beside=actor.partnership_id).values("deal")
        owners = Workspace.objects.filter(partnership_id=models.OuterRef("partnership_id"))
        whose = models.Subquery(owners.values("organization__name")[:1])
        return self.filter(vendor_id=actor.vendor_id, pk__in=standing).annotate(whose=whose)


class Deal(PartnerRecord):
    """A deal registration. Status, stage and outcome are three things: the vendor's word, the work, the result.

    The customer stands here as the partner wrote it; `company` is the vendor's row that it was resolved to, which no
    partner ever sees. `due_at` says, of an undecided one, until when somebody has to act: the vendor while it is under
    review, the partner while it is asked. `evidence_needed` says that the program asked for evidence when it came,
    `reason_text` is the coded reason as the program called it then, `beside_name` the company that stands beside, and
    `registrant` the one that registered it in the partner's name.
    `resembles` says that it waits because of a likeness; as `company`, for the vendor's eyes alone. `told_at` is when
    its partner was told what had waited since `decided_at`, None where it was told at once.
    """

    chosen_lines: dict[UUID, str]  # these two are of a deal that was registered just now
    decision: Decision

    id_prefix = "deal"
    along: ClassVar[str] = beside_deal("id")

    LIFECYCLE, RESULT = STATUS, RESULT

    program = TenantForeignKey("programs.Program")
    owner = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    customer_name = models.TextField()
    customer_domain = models.TextField(default="", blank=True)
    customer_country = models.CharField(max_length=2, default="", blank=True)
    company = TenantForeignKey("customers.Company")
    deal_type = models.TextField(choices=DealType.choices, default=DealType.NEW)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    expected_close = models.DateField()
    contact_name = models.TextField(default="", blank=True)
    contact_email = models.TextField(default="", blank=True)
    need = models.TextField(default="", blank=True)
    evidence = models.TextField(default="", db_default="", blank=True)
    evidence_needed = models.BooleanField(default=False, db_default=False)
    status = models.TextField(choices=Status.choices, default=Status.SUBMITTED)
    stage = models.TextField(choices=Stage.choices, default=Stage.QUALIFIED)
    outcome = models.TextField(choices=Outcome.choices, default=Outcome.OPEN)
    reason = models.TextField(default="", blank=True)
    reason_text = models.TextField(default="", db_default="", blank=True)
    note = models.TextField(default="", blank=True)
    lines_text = models.TextField(default="", blank=True)
    beside_name = models.TextField(default="", blank=True)
    registrant = models.TextField(default="", db_default="", blank=True, editable=False)
    submission = models.UUIDField(null=True, editable=False)
    protected_until = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    notice_given_at = models.DateTimeField(null=True, editable=False)
    reminded_days = models.SmallIntegerField(null=True, editable=False)
    resembles = models.BooleanField(default=False, db_default=False, editable=False)
    submitted_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True)

    objects = DealQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["vendor", "partnership", "-submitted_at", "-id"], name="deal_of_partner"),
            models.Index(fields=["vendor", "company", "submitted_at"], name="deal_of_company"),
            models.Index(fields=["vendor", "-submitted_at", "-id"], name="deal_newest"),
            models.Index(
                fields=["vendor", "submitted_at", "id"],
                name="deal_waiting",
                condition=models.Q(status__in=["submitted", "under_review", "action_required"]),
            ),
            models.Index(
                fields=["vendor", "due_at", "id"],
                name="deal_by_due",
                include=["status"],
                condition=models.Q(status__in=["submitted", "under_review", "action_required"]),
            ),
            models.Index(
                fields=["vendor", "status", "partnership"],
                name="deal_waiting_of_partner",
                condition=models.Q(status__in=["submitted", "under_review", "action_required"]),
            ),
            models.Index(
                fields=["vendor", "submitted_at", "id"],
                name="deal_resembling",
                condition=models.Q(status__in=["submitted", "under_review", "action_required"], resembles=True),
            ),
            models.Index(
                fields=["vendor", "protected_until"],
                name="deal_ending",
                condition=models.Q(status="approved", outcome="open"),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "partnership", "submission"],
                name="one_deal_per_submission",
                violation_error_code="already_sent",
                violation_error_message="You sent this registration before; it stands as it is.",
            ),
            models.CheckConstraint(
                condition=models.Q(amount_minor__gt=0),
                name="deal_amount_positive",
                violation_error_code="amount_not_positive",
                violation_error_message="The amount must be more than zero.",
            ),
        ]
        triggers = [
            Guard(),
            Guard("outcome", lifecycle="RESULT"),
        ]

    def __str__(self) -> str:
        return self.customer_name

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    def snapshot(self) -> dict[str, Any]:
        return {
            "customer": self.customer_name,
            "domain": self.customer_domain,
            "country": self.customer_country,
            "type": self.deal_type,
            "amount_minor": self.amount_minor,
            "currency": self.currency,
            "expected_close": str(self.expected_close),
            "product_lines": self.lines_text,
            "beside": self.beside_name,
            "status": self.status,
            "stage": self.stage,
            "outcome": self.outcome,
            "reason": self.reason,
            "reason_text": self.reason_text,
            "owner": public_id(Membership.id_prefix, self.owner_id) if self.owner_id else None,
            "protected_until": self.protected_until.isoformat() if self.protected_until else None,
        }


class DealLine(PartnerRecord):
    """A product line that a deal is about."""

    id_prefix = "dl"
    along: ClassVar[str] = beside_deal("deal_id")

    deal = TenantForeignKey(Deal, related_name="lines")
    product_line = TenantForeignKey("programs.ProductLine")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vendor", "deal", "product_line"], name="one_row_per_product_line")
        ]


class Protection(PartnerRecord):
    """A deal's hold on one company and product line for a time; ended only by closing `during`.

    Two that overlap are impossible, whatever code runs. The trigger takes the company's lock first: contenders on the
    bare constraint would deadlock.
    """

    id_prefix = "protection"

    deal = TenantForeignKey(Deal, related_name="protections")
    company = TenantForeignKey("customers.Company")
    product_line = TenantForeignKey("programs.ProductLine")
    during = DateTimeRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="one_protection_per_customer",
                expressions=[
                    ("vendor", RangeOperators.EQUAL),
                    ("company", RangeOperators.EQUAL),
                    ("product_line", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                violation_error_code="already_protected",
                violation_error_message="This customer is taken.",
            ),
            models.UniqueConstraint(
                fields=["vendor", "deal", "product_line"],
                name="one_protection_per_deal_line",
                violation_error_code="already_protected",
                violation_error_message="This deal is protected already.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="company_lock",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("during"),
                func="PERFORM hansa_lock('company:' || NEW.vendor_id || ':' || NEW.company_id); RETURN NEW;",
            )
        ]
