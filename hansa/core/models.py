"""What every room's tables share, and the rows that the core itself keeps."""

from typing import Any, ClassVar, Self
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.http import Http404

from hansa.core.actors import Actor
from hansa.core.fields import HansaNow, TenantForeignKey
from hansa.core.walls import Audience, beside_deal
from hansa.kernel.ids import new_id, parse_public_id, public_id


class RecordQuerySet(models.QuerySet[Any]):
    """Rows found by the id that people and machines outside see."""

    def named(self, reference: str | UUID) -> Any:
        """The row with this public id. Raises Http404 for a malformed, missing or invisible one alike."""
        try:
            id = reference if isinstance(reference, UUID) else parse_public_id(self.model.id_prefix, reference)
            return self.get(pk=id)
        except (ValueError, ObjectDoesNotExist):
            raise Http404(f"No such {self.model._meta.verbose_name}.") from None


class TenantQuerySet(RecordQuerySet):
    """The first wall: what a request fetches, it fetches through `visible_to`."""

    def visible_to(self, actor: Actor) -> Self:
        """The rows that the model's audience lets this actor see."""
        rows = self.filter(vendor_id=actor.vendor_id)
        audience = self.model.audience
        if actor.side == "vendor" or audience == "published":
            return rows
        return rows.filter(partnership_id=actor.partnership_id) if audience == "partner" else rows.none()


class Record(models.Model):
    """A row with one id: uuid v7 inside, `prefix_…` outside."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    id_prefix: ClassVar[str]

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def public_id(self) -> str:
        """The id as people and machines outside see it."""
        return public_id(self.id_prefix, self.pk)

    def snapshot(self) -> dict[str, Any]:
        """The facts that an event about this row shows, JSON-ready; the audience of the event may read all of them."""
        return {}


class TenantRecord(Record):
    """A row of one vendor. `audience` says for both walls who else may see it.

    `along` is the condition on which a second partner reads a partner's row, as `core.walls.policies` puts it.
    """

    audience: ClassVar[Audience] = "vendor"
    along: ClassVar[str] = ""

    vendor = models.ForeignKey("accounts.Vendor", models.PROTECT, related_name="+", db_index=False)

    objects = TenantQuerySet.as_manager()

    class Meta:
        abstract = True


class PartnerRecord(TenantRecord):
    """A row of one partner of one vendor."""

    audience: ClassVar[Audience] = "partner"

    partnership = TenantForeignKey("partnerships.Partnership")

    class Meta:
        abstract = True


class Event(TenantRecord):
    """One fact, written once, in the transaction that made it true.

    Audit, feed, notification, webhook and analytics all read this row. The table is partitioned by month; nothing
    refers to it by foreign key.
    """

    audience: ClassVar[Audience] = "partner"
    along: ClassVar[str] = beside_deal("subject_id")
    id_prefix = "evt"

    partnership_id = models.UUIDField(null=True)
    name = models.TextField()
    actor_kind = models.TextField()
    actor_id = models.UUIDField(null=True)
    actor_label = models.TextField()
    on_behalf_of = models.TextField(default="")
    subject_type = models.TextField()
    subject_id = models.UUIDField()
    data = models.JSONField(default=dict)
    changes = models.JSONField(default=dict)
    cause_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "core_event"

    @property
    def subject(self) -> str:
        """The public id of what the event is about."""
        return public_id(self.subject_type, self.subject_id)


class Reaction(TenantRecord):
    """One handler's work on one event is done; the pair is unique, so it is never done twice."""

    id_prefix = "react"

    event_id = models.UUIDField()
    handler = models.TextField()
    at = models.DateTimeField(db_default=HansaNow())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["vendor", "event_id", "handler"], name="one_reaction_per_event")]


class IdempotencyKey(TenantRecord):
    """The answer to a request that carried an `Idempotency-Key`, kept to be given again."""

    id_prefix = "idem"
    audience: ClassVar[Audience] = "partner"

    partnership_id = models.UUIDField(null=True)
    client = models.UUIDField()
    key = models.TextField()
    fingerprint = models.TextField()
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    headers = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vendor", "client", "key"], name="one_answer_per_idempotency_key")
        ]


class Counter(models.Model):
    """How often something happened in a window of time; written in statements of its own, so refusals still count."""

    bucket = models.TextField(primary_key=True)
    count = models.IntegerField()
    ends_at = models.DateTimeField()
