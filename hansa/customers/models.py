"""The vendor's end customers, and what its CRM knows about them. Partners never see a row of this room."""

from typing import Any, ClassVar, Self

from django.db import models

from hansa.core.actors import Actor
from hansa.core.fields import HansaNow, TenantForeignKey
from hansa.core.guard import Guard
from hansa.core.models import TenantQuerySet, TenantRecord
from hansa.core.walls import Audience
from hansa.kernel.lifecycle import Lifecycle, Move


class Company(TenantRecord):
    """An end-customer company as the vendor knows it."""

    id_prefix = "company"

    name = models.TextField()
    country = models.CharField(max_length=2, default="", blank=True)
    domain = models.TextField(default="", blank=True)
    city = models.TextField(default="", blank=True)
    industry = models.TextField(default="", blank=True)
    vat = models.TextField(default="", blank=True)
    duns = models.TextField(default="", blank=True)
    lei = models.TextField(default="", blank=True)
    parent = TenantForeignKey("self", null=True, blank=True)
    merged_into = TenantForeignKey("self", null=True, blank=True)
    in_crm = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=HansaNow())

    class Meta:
        verbose_name_plural = "companies"
        indexes = [
            models.Index(fields=["vendor", "-created_at"], name="company_newest"),
            models.Index(fields=["vendor", "name"], name="company_in_crm", condition=models.Q(in_crm=True)),
            models.Index(fields=["vendor", "parent"], name="company_parent", condition=~models.Q(parent=None)),
            models.Index(
                fields=["vendor", "merged_into"], name="company_merged", condition=~models.Q(merged_into=None)
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(parent=models.F("id")), name="company_not_its_own_parent"),
        ]

    def __str__(self) -> str:
        return self.name

    def snapshot(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "country": self.country,
            "domain": self.domain,
            "city": self.city,
            "industry": self.industry,
            "vat": self.vat,
            "duns": self.duns,
            "lei": self.lei,
            "parent": str(self.parent_id or ""),
            "merged_into": str(self.merged_into_id or ""),
        }


class CompanyName(TenantRecord):
    """Another name that a company goes by."""

    id_prefix = "alias"

    company = TenantForeignKey(Company, related_name="aliases")
    name = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["vendor", "name"], name="alias_name")]
        constraints = [models.UniqueConstraint(fields=["vendor", "company", "name"], name="one_alias_per_name")]


class IdentityKey(TenantRecord):
    """What names exactly one company of a vendor: a registrable web domain, else normalised name and country."""

    id_prefix = "ik"

    key = models.TextField()
    company = TenantForeignKey(Company, related_name="identity_keys")

    class Meta:
        indexes = [models.Index(fields=["vendor", "company"], name="identity_key_company")]
        constraints = [models.UniqueConstraint(fields=["vendor", "key"], name="one_company_per_identity_key")]


class MatchKey(models.Model):
    """One of the numbers under which a company is found when its name or domain is written differently."""

    audience: ClassVar[Audience] = "vendor"

    pk = models.CompositePrimaryKey("vendor_id", "key", "company_id")
    vendor = models.ForeignKey("accounts.Vendor", models.PROTECT, related_name="+", db_index=False)
    key = models.BigIntegerField()
    company = TenantForeignKey(Company)

    objects = TenantQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["vendor", "company"], name="match_key_company")]


class Owner(TenantRecord):
    """A person in the vendor's own sales team, as its CRM names them."""

    id_prefix = "owner"

    name = models.TextField()
    email = models.TextField(default="", blank=True)
    manager = models.TextField(default="", blank=True)
    region = models.TextField(default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["vendor", "name"], name="one_owner_per_name")]

    def __str__(self) -> str:
        return self.name


class CrmRecord(TenantRecord):
    """What leads and opportunities share. Without a product line it counts for every line."""

    external_id = models.TextField()
    name = models.TextField(default="", blank=True)
    account_name = models.TextField(default="", blank=True)
    company = TenantForeignKey(Company, null=True, blank=True)
    product_line = TenantForeignKey("programs.ProductLine", null=True, blank=True)
    owner = TenantForeignKey(Owner, null=True, blank=True)
    status_text = models.TextField(default="", blank=True)
    is_open = models.BooleanField(default=True)
    moved_on = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True


class Lead(CrmRecord):
    id_prefix = "lead"

    class Meta:
        indexes = [models.Index(fields=["vendor", "company"], name="lead_company")]
        constraints = [models.UniqueConstraint(fields=["vendor", "external_id"], name="one_lead_per_external_id")]


class Opportunity(CrmRecord):
    """A sale that the vendor's own people work on."""

    id_prefix = "opp"

    amount_minor = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, default="", blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    won = models.BooleanField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "opportunities"
        indexes = [
            models.Index(fields=["vendor", "company"], name="opportunity_company"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["vendor", "external_id"], name="one_opportunity_per_external_id")
        ]


class ImportQuerySet(TenantQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Without the file's content, which nobody reads but the import itself."""
        return super().visible_to(actor).defer("content")


class Import(TenantRecord):
    """One file on its way into the customers' tables: uploaded, its columns mapped, then run as a job."""

    id_prefix = "import"

    class Status(models.TextChoices):
        UPLOADED = "uploaded"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        DISCARDED = "discarded"

    LIFECYCLE = Lifecycle(
        "status",
        start=Move((Status.UPLOADED,), Status.RUNNING),
        finish=Move((Status.RUNNING,), Status.DONE),
        fail=Move((Status.RUNNING,), Status.FAILED, "report it failed"),
        resume=Move((Status.FAILED,), Status.RUNNING),
        discard=Move((Status.UPLOADED, Status.FAILED), Status.DISCARDED),
    )

    class Kind(models.TextChoices):
        ACCOUNTS = "accounts", "Accounts"
        LEADS = "leads", "Leads"
        OPPORTUNITIES = "opportunities", "Opportunities"
        OWNERS = "owners", "Owners"
        PRODUCTS = "products", "Products"

    kind = models.TextField(choices=Kind.choices)
    file_name = models.TextField()
    content = models.BinaryField()
    mapping = models.JSONField(default=dict)
    status = models.TextField(choices=Status.choices, default=Status.UPLOADED)
    problem = models.TextField(default="", blank=True)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    totals = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=HansaNow())

    objects = ImportQuerySet.as_manager()

    class Meta:
        triggers = [Guard()]

    def __str__(self) -> str:
        return self.file_name

    def snapshot(self) -> dict[str, Any]:
        return {"kind": self.kind, "file": self.file_name, "status": self.status, **self.totals}


class ImportRow(TenantRecord):
    """What became of one row of an imported file."""

    id_prefix = "row"

    class Outcome(models.TextChoices):
        CREATED = "created"
        UPDATED = "updated"
        UNCHANGED = "unchanged"
        REJECTED = "rejected"

    source = TenantForeignKey(Import, related_name="rows")
    number = models.PositiveIntegerField()
    outcome = models.TextField(choices=Outcome.choices)
    message = models.TextField(default="", blank=True)
    raw = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["vendor", "source", "number"], name="one_result_per_row")]
