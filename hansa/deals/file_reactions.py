"""What a file that was attached to a deal brings about: somebody is told, and what waited for it is looked at."""

from hansa.core.actors import System
from hansa.core.events import on
from hansa.core.models import Event
from hansa.deals.actions import reconsider_deal
from hansa.deals.models import Deal
from hansa.deals.recipients import owner_or_admins, partnership_of
from hansa.deals.subjects import page
from hansa.files.models import Attachment
from hansa.files.subjects import subject_of
from hansa.notices.notify import notify
from hansa.partnerships.told import told_of


@on("file.attached")
def tell_the_other_side(event: Event) -> None:
    """Say to who works on the deal for the other side that a file is there."""
    actor = System("files", event.vendor_id)
    file: Attachment = Attachment.objects.visible_to(actor).named(event.subject_id)
    if file.subject_type != Deal.id_prefix:
        return
    deal = subject_of(file, actor)
    from_partner = file.side == "partner"
    notify(
        event,
        told_of(partnership_of(event)) if from_partner else owner_or_admins(deal),
        title=f"{deal.customer_name}: {file.author_name} attached a file",
        text=f"{file.name}, {file.get_file_type_display()}",
        path=f"{page(deal, 'vendor' if from_partner else 'partner')}#files",
    )


@on("file.attached")
def look_at_the_evidence(event: Event) -> None:
    """Decide anew what waited for evidence alone, now that there is some."""
    actor = System("evidence is there", event.vendor_id)
    file: Attachment = Attachment.objects.visible_to(actor).named(event.subject_id)
    if file.subject_type == Deal.id_prefix and file.side == "partner":
        deal = subject_of(file, actor)
        if deal.evidence_needed:
            reconsider_deal(actor, deal)
