"""The table of who stands beside a deal that is another partner's."""

from typing import Any, ClassVar

from django.db import models

from hansa.accounts.models import Membership
from hansa.core.fields import TenantForeignKey
from hansa.core.models import PartnerRecord
from hansa.core.walls import named_in


class Party(PartnerRecord):
    """The second partner on a registration: it reads along, while the deal stays with the partner who registered it.

    The walls ask this table who may read a deal; whoever is no longer in it reads nothing from that moment. `person` is
    who there registered the deal in its owner's name.
    """

    id_prefix = "party"
    along: ClassVar[str] = named_in("beside_id")

    class Role(models.TextChoices):
        DISTRIBUTOR = "distributor", "Distributor"
        RESELLER = "reseller", "Reseller"

    deal = TenantForeignKey("deals.Deal", related_name="parties")
    beside = TenantForeignKey("partnerships.Partnership")
    role = models.TextField(choices=Role.choices)
    person = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", db_index=False)
    since = models.DateTimeField()

    class Meta:
        verbose_name_plural = "parties"
        indexes = [models.Index(fields=["vendor", "beside", "deal"], name="deals_beside")]
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "deal"],
                name="one_party_beside",
                violation_error_code="party_there",
                violation_error_message="A company stands beside this deal already. Take it off first.",
            ),
            models.CheckConstraint(condition=~models.Q(partnership=models.F("beside")), name="beside_another"),
        ]

    def __str__(self) -> str:
        return str(self.get_role_display())

    def snapshot(self) -> dict[str, Any]:
        return {"role": self.role}
