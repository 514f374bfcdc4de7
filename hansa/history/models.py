"""The sealed history: events that wait for their seal, the seals, the daily heads, and what the last checks found."""

from typing import Any, ClassVar

import pgtrigger
from django.db import models

from hansa.core.models import TenantRecord
from hansa.core.walls import Audience

NEVER_CHANGED = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)

# A person can be forgotten: then the salt goes, and nothing else ever does.
ONLY_FORGETS = """
IF TG_OP = 'UPDATE' AND (OLD.who_salt IS NOT DISTINCT FROM NEW.who_salt OR NEW.who_salt IS NULL)
    AND (OLD.what_salt IS NOT DISTINCT FROM NEW.what_salt OR NEW.what_salt IS NULL)
    AND to_jsonb(OLD) - '{who_salt,what_salt}'::text[] = to_jsonb(NEW) - '{who_salt,what_salt}'::text[]
THEN RETURN NEW; END IF;
RAISE 'seals are never changed' USING ERRCODE = 'restrict_violation';
"""


class Unsealed(TenantRecord):
    """An event that waits for its seal; its id is the event's. A trigger on the events' table writes it.

    `place` is drawn as the last thing of the event's transaction, when every lock is held: of two events of which one
    knew of the other, that other one has the smaller place.
    """

    id_prefix = "unsealed"
    audience: ClassVar[Audience] = "partner"

    partnership_id = models.UUIDField(null=True)
    place = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["vendor", "place"], name="unsealed_in_order")]


class Hashed:
    """Something with a place in the chain."""

    hash: bytes | memoryview

    @property
    def hash_text(self) -> str:
        """The hash as people compare it."""
        return bytes(self.hash).hex()


class Seal(Hashed, TenantRecord):
    """An event's place in its vendor's chain; its id is the event's."""

    id_prefix = "seal"
    audience: ClassVar[Audience] = "partner"

    partnership_id = models.UUIDField(null=True)
    position = models.BigIntegerField()
    event_at = models.DateTimeField()
    sealed_at = models.DateTimeField()
    who_salt = models.BinaryField(null=True)
    what_salt = models.BinaryField(null=True)
    who = models.BinaryField()
    what = models.BinaryField()
    digest = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["vendor", "position"], name="one_seal_per_position")]
        triggers = [
            pgtrigger.Trigger(
                name="only_forgets",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=ONLY_FORGETS,
            )
        ]


class Head(Hashed, TenantRecord):
    """Where a vendor's chain stood when a day (UTC) was over. Kept outside, it shows every later change before it."""

    id_prefix = "head"
    audience: ClassVar[Audience] = "published"

    day = models.DateField()
    position = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["vendor", "day"], name="one_head_per_day")]
        triggers = [NEVER_CHANGED]


class Check(TenantRecord):
    """What was found when the chain was last held against the events: all of it, or its recent part."""

    id_prefix = "check"

    class Extent(models.TextChoices):
        WHOLE = "whole", "The whole chain"
        RECENT = "recent", "The recent entries"

    extent = models.TextField(choices=Extent.choices)
    at = models.DateTimeField()
    entries = models.BigIntegerField()
    position = models.BigIntegerField()
    hash = models.BinaryField()
    findings = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["vendor", "extent"], name="one_check_per_extent")]

    def snapshot(self) -> dict[str, Any]:
        return {
            "extent": self.extent,
            "entries": self.entries,
            "findings": len(self.findings),
            "first": self.findings[0] if self.findings else "",
        }
