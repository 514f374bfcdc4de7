"""A vendor and a partner company, and the partner's place in each program."""

from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models.functions import Coalesce

from hansa.accounts.models import Membership, Organization
from hansa.core.actors import Actor
from hansa.core.fields import HansaNow, TenantForeignKey
from hansa.core.guard import Guard
from hansa.core.models import PartnerRecord, TenantQuerySet, TenantRecord
from hansa.core.walls import Audience, named_in
from hansa.kernel.ids import public_id
from hansa.kernel.lifecycle import Lifecycle, Move
from hansa.programs.models import PartnerType, Program, Territory, Tier


class PartnershipQuerySet(TenantQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """The vendor sees all of its partnerships, a partner its own."""
        rows = self.filter(vendor_id=actor.vendor_id)
        return rows if actor.side == "vendor" else rows.filter(pk=actor.partnership_id)


class Partnership(TenantRecord):
    """One partner company's relation to one vendor."""

    id_prefix = "partner"
    audience: ClassVar[Audience] = "partner"

    class Status(models.TextChoices):
        INVITED = "invited"
        DECLINED = "declined"
        ACTIVE = "active"
        SUSPENDED = "suspended"
        OFFBOARDING = "offboarding"
        ENDED = "ended"

    LIFECYCLE = Lifecycle(
        "status",
        accept=Move((Status.INVITED,), Status.ACTIVE),
        decline=Move((Status.INVITED,), Status.DECLINED),
        suspend=Move((Status.ACTIVE,), Status.SUSPENDED),
        resume=Move((Status.SUSPENDED,), Status.ACTIVE),
        offboard=Move((Status.ACTIVE, Status.SUSPENDED), Status.OFFBOARDING),
        end=Move((Status.INVITED, Status.ACTIVE, Status.SUSPENDED, Status.OFFBOARDING), Status.ENDED),
    )

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="partnerships")
    status = models.TextField(choices=Status.choices, default=Status.INVITED)
    banned = models.BooleanField(default=False)
    channel_manager = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    deputy = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(db_default=HansaNow())

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "organization"],
                name="one_partnership_per_company",
                violation_error_code="already_a_partner",
                violation_error_message="This company is a partner already.",
            )
        ]
        triggers = [Guard()]

    def __str__(self) -> str:
        return self.organization.name

    @property
    def partnership_id(self) -> Any:
        """Itself: events about a partnership are the partner's to read."""
        return self.pk

    def snapshot(self) -> dict[str, Any]:
        return {
            "company": self.organization.name,
            "status": self.status,
            "channel_manager": _named(self.channel_manager_id),
            "deputy": _named(self.deputy_id),
        }


class Supply(PartnerRecord):
    """A distributor through which a partner buys; each of the two may bring the other into its deals."""

    id_prefix = "supply"
    along: ClassVar[str] = named_in("distributor_id")

    distributor = TenantForeignKey(Partnership)

    class Meta:
        verbose_name_plural = "supplies"
        indexes = [models.Index(fields=["vendor", "distributor"], name="supply_of_distributor")]
        constraints = [
            models.UniqueConstraint(fields=["vendor", "partnership", "distributor"], name="one_supply_per_pair"),
            models.CheckConstraint(
                condition=~models.Q(partnership=models.F("distributor")),
                name="supplied_by_another",
                violation_error_code="supplies_itself",
                violation_error_message="A partner does not buy through itself.",
            ),
        ]

    def snapshot(self) -> dict[str, Any]:
        return {"company": str(self.partnership), "distributor": str(self.distributor)}


class Enrollment(PartnerRecord):
    """A partner's place in one program."""

    id_prefix = "enrollment"

    class Status(models.TextChoices):
        ACTIVE = "active"
        ON_NOTICE = "on_notice"
        SUSPENDED = "suspended"
        ENDED = "ended"

    LIFECYCLE = Lifecycle(
        "status",
        give_notice=Move((Status.ACTIVE,), Status.ON_NOTICE, "give it notice"),
        keep=Move((Status.ON_NOTICE,), Status.ACTIVE),
        suspend=Move((Status.ACTIVE, Status.ON_NOTICE), Status.SUSPENDED),
        resume=Move((Status.SUSPENDED,), Status.ACTIVE),
        end=Move((Status.ACTIVE, Status.ON_NOTICE, Status.SUSPENDED), Status.ENDED),
    )

    program = TenantForeignKey(Program, related_name="enrollments")
    partner_types = ArrayField(models.TextField(choices=PartnerType.choices))
    track = models.TextField(default="", blank=True)
    tier = TenantForeignKey(Tier, null=True, blank=True)
    territories = models.ManyToManyField(Territory, through="EnrollmentTerritory")
    status = models.TextField(choices=Status.choices, default=Status.ACTIVE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vendor", "partnership", "program"], name="one_enrollment_per_program")
        ]
        triggers = [Guard()]

    @property
    def type_names(self) -> list[str]:
        """The partner's types as people say them."""
        return [PartnerType(name).label for name in self.partner_types]

    def snapshot(self) -> dict[str, Any]:
        return {
            "program": self.program.name,
            "partner_types": sorted(self.partner_types),
            "tier": self.tier.name if self.tier else None,
            "status": self.status,
        }


class EnrollmentTerritory(PartnerRecord):
    """A territory that an enrollment is confined to."""

    id_prefix = "et"

    enrollment = TenantForeignKey(Enrollment)
    territory = TenantForeignKey(Territory)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vendor", "enrollment", "territory"], name="one_row_per_territory")
        ]


class Deputyship(TenantRecord):
    """Somebody stands in for a channel manager from a day to a day, with one of their partners or with all of them.

    `during` is what the days come to by the vendor's clock. Nothing ends it: it is over when its time is. It is about
    the partners that the manager has at the moment, so one who gets another manager is out of it.
    """

    id_prefix = "deputyship"

    manager = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_index=False)
    deputy = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_index=False)
    partnership = TenantForeignKey(Partnership, null=True, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    during = DateTimeRangeField()
    revoked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=HansaNow())

    class Meta:
        indexes = [
            models.Index(fields=["vendor", "-created_at", "-id"], name="deputyship_newest"),
            models.Index(fields=["vendor", "deputy"], name="deputyship_of", condition=models.Q(revoked_at=None)),
            models.Index(fields=["vendor", "manager"], name="deputyship_for", condition=models.Q(revoked_at=None)),
        ]
        constraints = [
            ExclusionConstraint(
                name="one_deputyship_at_a_time",
                expressions=[
                    ("vendor", RangeOperators.EQUAL),
                    ("manager", RangeOperators.EQUAL),
                    ("deputy", RangeOperators.EQUAL),
                    (Coalesce("partnership", "manager"), RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=models.Q(revoked_at=None),
                violation_error_code="deputy_already",
                violation_error_message="This person stands in already in that time. Revoke that first.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.deputy} for {self.manager}"

    def state(self, now: datetime) -> str:
        """Coming, running, over or revoked."""
        if self.revoked_at:
            return "revoked"
        return "coming" if now < self.during.lower else "running" if now < self.during.upper else "over"

    def snapshot(self) -> dict[str, Any]:
        return {
            "person": str(self.deputy),
            "manager": str(self.manager),
            "partner": str(self.partnership) if self.partnership else "all",
            "starts_on": str(self.starts_on),
            "ends_on": str(self.ends_on),
            "revoked": bool(self.revoked_at),
        }


def _named(member_id: UUID | None) -> str | None:
    return public_id(Membership.id_prefix, member_id) if member_id else None
