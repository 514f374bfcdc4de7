"""What happened to a deal, to what was asked about it, to its files, and to the vendor's own people's part in it."""

from django.db.models import QuerySet

from hansa.core.actors import Actor
from hansa.core.models import Event
from hansa.deals.models import Amendment, Assignment, ChannelConflict, Credit, Deal, ExtensionRequest, Verdict
from hansa.files.models import Attachment, InternalFile

VENDORS_OWN = (Verdict, Assignment, Credit, ChannelConflict)


def history(actor: Actor, deal: Deal) -> QuerySet[Event]:
    """The events that the actor may read about the deal and about what belongs to it, the latest first."""
    about = (ExtensionRequest, Amendment, *(VENDORS_OWN if actor.side == "vendor" else ()))
    asked = [
        row for model in about for row in model.objects.visible_to(actor).filter(deal=deal).values_list("pk", flat=True)
    ]
    files = [
        pk
        for model in (Attachment, InternalFile)
        for pk in model.objects.visible_to(actor).filter(subject_id=deal.pk).values_list("pk", flat=True)
    ]
    rows: QuerySet[Event] = Event.objects.visible_to(actor).filter(subject_id__in=[deal.pk, *asked, *files])
    return rows.order_by("-at", "-id")
