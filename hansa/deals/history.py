"""What happened to a deal, to what was asked about it, and to its files."""

from django.db.models import QuerySet

from hansa.core.actors import Actor
from hansa.core.models import Event
from hansa.deals.models import Amendment, Deal, ExtensionRequest, Verdict
from hansa.files.models import Attachment, InternalFile


def history(actor: Actor, deal: Deal) -> QuerySet[Event]:
    """The events that the actor may read about the deal, its requests and its files, the latest first."""
    asked = [
        row
        for model in (ExtensionRequest, Amendment, Verdict)
        for row in model.objects.visible_to(actor).filter(deal=deal).values_list("pk", flat=True)
    ]
    files = [
        pk
        for model in (Attachment, InternalFile)
        for pk in model.objects.visible_to(actor).filter(subject_id=deal.pk).values_list("pk", flat=True)
    ]
    rows: QuerySet[Event] = Event.objects.visible_to(actor).filter(subject_id__in=[deal.pk, *asked, *files])
    return rows.order_by("-at", "-id")
