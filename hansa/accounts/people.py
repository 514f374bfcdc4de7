"""Who of a vendor's people may do something."""

from collections.abc import Collection
from uuid import UUID

from hansa.accounts.models import Membership, Vendor
from hansa.accounts.permissions import who_may
from hansa.accounts.roles import VENDOR_ROLES
from hansa.core.models import RecordQuerySet
from hansa.core.permissions import PERMISSIONS, Permitted


def people_who_may(vendor_id: UUID, permission: Permitted, *, but: Collection[UUID] = ()) -> RecordQuerySet:
    """The vendor's own people who may do this at their vendor, but for these memberships."""
    changes = frozenset(Vendor.objects.values_list("permission_changes", flat=True).get(pk=vendor_id))
    roles = [role for role in who_may(PERMISSIONS[permission.name], changes) if role in VENDOR_ROLES]
    people: RecordQuerySet = Membership.objects.active().filter(organization__vendor=vendor_id, roles__overlap=roles)
    others: RecordQuerySet = people.exclude(pk__in=but)
    return others
