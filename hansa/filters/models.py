"""Filters of the console's lists that somebody gave a name."""

from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from hansa.accounts.models import ApiKey, Membership
from hansa.core.actors import Actor
from hansa.core.fields import HansaNow
from hansa.core.models import TenantQuerySet, TenantRecord

LONGEST_NAME = 40


class SavedFilterQuerySet(TenantQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """A person's own, or those of who made the key, and those that are the team's."""
        rows = super().visible_to(actor)
        return rows if actor.kind == "system" else rows.filter(Q(owner=person_of(actor)) | Q(common=True))


def person_of(actor: Actor) -> UUID | None:
    """The membership whose filters an actor keeps: the person's own, or that of who made the key."""
    if actor.kind != "client":
        return actor.id
    return ApiKey.objects.filter(pk=actor.id).values_list("created_by", flat=True).first()


class SavedFilter(TenantRecord):
    """A list's address under a name: `asked` is its query, as `lists.asked_of` writes it."""

    id_prefix = "filter"

    class Place(models.TextChoices):
        DEALS = "deals", "Deals"
        QUEUE = "queue", "Registrations"

    owner = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_index=False)
    owner_name = models.TextField()
    place = models.TextField(choices=Place.choices)
    name = models.CharField(max_length=LONGEST_NAME)
    asked = models.TextField()
    common = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=HansaNow())

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        verbose_name = "filter"
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "owner", "place", "name"],
                name="one_filter_per_name",
                violation_error_code="name_taken",
                violation_error_message="You have a filter of this name. Choose another, or delete that one first.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def snapshot(self) -> dict[str, Any]:
        return {"name": self.name, "list": self.place, "filter": self.asked, "common": self.common}
