"""Who is told when sealed history does not hold."""

from hansa.accounts.models import Membership, Vendor
from hansa.accounts.roles import VENDOR_ADMINS, Role
from hansa.core.events import on
from hansa.core.models import Event
from hansa.notices.notify import notify

TOLD = VENDOR_ADMINS | {Role.AUDITOR, Role.COMPLIANCE_OFFICER}


@on("history.broken")
def tell_the_auditors(event: Event) -> None:
    """Say to auditors, compliance officers and administrators where history was changed."""
    vendor = Vendor.objects.get(pk=event.vendor_id)
    people = Membership.objects.active().filter(organization_id=vendor.organization_id, roles__overlap=list(TOLD))
    count = event.data["findings"]
    notify(
        event,
        people.select_related("user"),
        title="Sealed history was changed",
        text=f"{count:,} {'place does' if count == 1 else 'places do'} not hold. The first: {event.data['first']}",
        path="audit/chain/",
    )
