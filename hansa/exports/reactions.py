"""What follows from exports, and what ends them."""

from hansa.accounts.models import Membership, Vendor
from hansa.accounts.roles import VENDOR_ADMINS
from hansa.core.actors import System
from hansa.core.events import on
from hansa.core.models import Event
from hansa.exports.actions import remove_export
from hansa.exports.models import Export
from hansa.notices.notify import notify


@on("export.refused")
def tell_the_administrators(event: Event) -> None:
    """Say to the vendor's administrators who wanted more exports than a day allows."""
    vendor = Vendor.objects.get(pk=event.vendor_id)
    admins = Membership.objects.active().filter(
        organization_id=vendor.organization_id, roles__overlap=list(VENDOR_ADMINS)
    )
    person = event.data["person"]
    notify(
        event,
        admins.select_related("user"),
        title=f"{person} reached the limit of exports",
        text=f"{person} wanted more exports than a day allows, and was refused. The audit says what was exported.",
        path="audit/?name=export.requested",
    )


@on("member.offboarded")
def remove_what_they_took_out(event: Event) -> None:
    """Throw away the files of a person who left."""
    actor = System("its maker has left", event.vendor_id)
    theirs = Export.objects.visible_to(actor).filter(person_id=event.subject_id)
    for export in theirs.exclude(status=Export.Status.REMOVED):
        remove_export(actor, export)
