"""A vendor's program: types of partners, tiers, what is sold, and where."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from hansa.accounts.roles import Role
from hansa.core.fields import TenantForeignKey
from hansa.core.models import TenantRecord
from hansa.core.walls import Audience
from hansa.programs.calendar_text import write_clock
from hansa.programs.requirements import EvidenceWhen, Requirable


class PartnerType(models.TextChoices):
    """What a partner does for customers; one partner may do several."""

    REFERRAL = "referral", "Referral"
    INFLUENCE = "influence", "Influence"
    RESELLER = "reseller", "Reseller"
    DISTRIBUTOR = "distributor", "Distributor"
    SERVICES = "services", "Services and system integration"
    ISV = "isv", "Independent software vendor"
    MSP = "msp", "Managed service provider"
    MSSP = "mssp", "Managed security service provider"


class Published(TenantRecord):
    """The vendor writes it, every partner of the vendor may read it."""

    audience: ClassVar[Audience] = "published"

    class Meta:
        abstract = True


class OnBreach(models.TextChoices):
    """What happens when nobody decided in time."""

    NOTHING = "none", "Nothing: it is shown as overdue"
    ESCALATE = "escalate", "The deputy is told, and later those who lead"
    APPROVE = "approve", "It is approved if nothing speaks against it, else the deputy is told"


class OnSilence(models.TextChoices):
    """What happens when the partner does not answer in time."""

    REVIEW = "review", "It goes back to review as it is"
    CLOSE = "close", "It is turned down for want of information"


def usual_reminders() -> list[int]:
    """At which shares of the time to decide somebody is reminded, in percent."""
    return [50, 80]


def usual_reminder_days() -> list[int]:
    """How many days before a protection ends its partner is reminded."""
    return [14, 3]


class Program(Published):
    """The terms of deciding, then of what is approved, then what a registration needs.

    `review_hours` and `escalate_after` are business hours, `answer_days` days, `reminders` percent of the time.
    `reminder_days` to `notice_days` are the terms by which an approved deal lives on; 0 turns one off. `answer_times`
    are the minutes after midnight at which, on working days, all registrations are answered together; without any,
    each is answered at once.
    Caps of 0 are none. `reasons` is {what for: {code: label}} where it is not what `reasons.py` has by itself.
    A decision can be disputed for `dispute_days`, that is decided within `dispute_hours`, which are business hours, and
    then appealed for `appeal_days`; 0 days turn it off.
    """

    id_prefix = "program"

    name = models.TextField()
    rules_of_engagement = models.TextField(default="", blank=True)
    protection_days = models.PositiveSmallIntegerField(default=90)
    stale_after_days = models.PositiveSmallIntegerField(default=180)
    review_hours = models.PositiveSmallIntegerField(default=24)
    reminders = ArrayField(models.PositiveSmallIntegerField(), default=usual_reminders, blank=True)
    on_breach = models.TextField(choices=OnBreach.choices, default=OnBreach.ESCALATE)
    escalation_role = models.TextField(choices=Role.choices, default=Role.CHANNEL_CHIEF, blank=True)
    escalate_after = models.PositiveSmallIntegerField(default=8)
    answer_days = models.PositiveSmallIntegerField(default=7)
    on_silence = models.TextField(choices=OnSilence.choices, default=OnSilence.REVIEW)
    reminder_days = ArrayField(models.PositiveSmallIntegerField(), default=usual_reminder_days, blank=True)
    extensions_max = models.PositiveSmallIntegerField(default=2)
    extension_days = models.PositiveSmallIntegerField(default=60)
    cooling_off_days = models.PositiveSmallIntegerField(default=0)
    notice_days = models.PositiveSmallIntegerField(default=0)
    required_fields = ArrayField(models.TextField(choices=Requirable.choices), default=list, blank=True)
    evidence = models.TextField(choices=EvidenceWhen.choices, default=EvidenceWhen.NEVER)
    open_registrations_max = models.PositiveIntegerField(default=0)
    registrations_per_day = models.PositiveIntegerField(default=0)
    reasons = models.JSONField(default=dict, blank=True)
    dispute_days = models.PositiveSmallIntegerField(default=30)
    dispute_hours = models.PositiveSmallIntegerField(default=40)
    appeal_days = models.PositiveSmallIntegerField(default=14)
    answer_times = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "name"],
                name="one_program_per_name",
                violation_error_code="name_in_use",
                violation_error_message="There is a program of this name.",
            ),
            models.CheckConstraint(
                condition=models.Q(protection_days__range=(1, 730)),
                name="protection_days_sensible",
                violation_error_code="protection_days_out_of_range",
                violation_error_message="Protection lasts from 1 to 730 days.",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    extensions_max__lte=99,
                    extension_days__range=(1, 365),
                    cooling_off_days__lte=365,
                    notice_days__lte=365,
                ),
                name="deal_terms_sensible",
                violation_error_code="terms_out_of_range",
                violation_error_message="Terms are at most 365 days, and 99 extensions.",
            ),
            models.CheckConstraint(
                condition=models.Q(dispute_days__lte=365, dispute_hours__range=(1, 1_000), appeal_days__lte=365),
                name="dispute_terms_sensible",
                violation_error_code="terms_out_of_range",
                violation_error_message="Up to 365 days, and from 1 to 1,000 business hours.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def required_in_words(self) -> list[str]:
        """What a registration must say beyond the least."""
        labels = [str(Requirable(field).label) for field in self.required_fields]
        return [label[0].lower() + label[1:] for label in labels]

    @property
    def answered(self) -> str:
        """ "on working days at 11:00 and 17:00", empty where each registration is answered at once."""
        times = " and ".join(", ".join(map(write_clock, self.answer_times)).rsplit(", ", 1))
        return f"on working days at {times}" if times else ""

    def snapshot(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "rules_of_engagement": self.rules_of_engagement,
            "protection_days": self.protection_days,
            "stale_after_days": self.stale_after_days,
            "review_hours": self.review_hours,
            "reminders": self.reminders,
            "on_breach": self.on_breach,
            "escalation_role": self.escalation_role,
            "escalate_after": self.escalate_after,
            "answer_days": self.answer_days,
            "on_silence": self.on_silence,
            "reminder_days": self.reminder_days,
            "extensions_max": self.extensions_max,
            "extension_days": self.extension_days,
            "cooling_off_days": self.cooling_off_days,
            "notice_days": self.notice_days,
            "required_fields": self.required_fields,
            "evidence": self.evidence,
            "open_registrations_max": self.open_registrations_max,
            "registrations_per_day": self.registrations_per_day,
            "reasons": self.reasons,
            "dispute_days": self.dispute_days,
            "dispute_hours": self.dispute_hours,
            "appeal_days": self.appeal_days,
            "answer_times": self.answer_times,
        }


class Tier(Published):
    id_prefix = "tier"

    program = TenantForeignKey(Program, related_name="tiers")
    name = models.TextField()
    rank = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["rank"]
        constraints = [models.UniqueConstraint(fields=["vendor", "program", "rank"], name="one_tier_per_rank")]

    def __str__(self) -> str:
        return self.name


class ProductLine(Published):
    """What protection is given for; `aliases` are other spellings, as exports have them."""

    id_prefix = "line"

    code = models.SlugField(max_length=60)
    name = models.TextField()
    aliases = ArrayField(models.TextField(), default=list, blank=True)
    retired = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "code"],
                name="one_product_line_per_code",
                violation_error_code="code_in_use",
                violation_error_message="There is a product line of this code.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def snapshot(self) -> dict[str, Any]:
        return {"code": self.code, "name": self.name, "retired": self.retired}


class Territory(Published):
    """A set of countries; an enrollment without territories may sell everywhere."""

    id_prefix = "territory"

    name = models.TextField()
    countries = ArrayField(models.CharField(max_length=2))

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "name"],
                name="one_territory_per_name",
                violation_error_code="name_in_use",
                violation_error_message="There is a territory of this name.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def snapshot(self) -> dict[str, Any]:
        return {"name": self.name, "countries": sorted(self.countries)}


def usual_week() -> list[list[int] | None]:
    """Monday to Friday from nine to five."""
    return [[9 * 60, 17 * 60]] * 5 + [None, None]


class Calendar(Published):
    """When the vendor's people work; a vendor without one keeps the usual week in its own time zone.

    `hours` are [opens, closes] for each weekday from Monday on, in minutes after midnight, null for a day off;
    `holidays` is {"2026-12-25": "Christmas Day"}.
    """

    id_prefix = "calendar"

    timezone = models.TextField(default="UTC")
    hours = models.JSONField(default=usual_week)
    holidays = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["vendor"], name="one_calendar_per_vendor")]

    def __str__(self) -> str:
        return self.timezone

    def snapshot(self) -> dict[str, Any]:
        return {"timezone": self.timezone, "hours": self.hours, "holidays": self.holidays}
