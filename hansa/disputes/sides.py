"""Who stands on the other side of a dispute. For the vendor's eyes, and for decisions, alone."""

from datetime import datetime

from hansa.deals.models import Deal, DealLine, Protection
from hansa.disputes.models import Dispute, Entry, Hearing


def holders_of(deal: Deal, at: datetime) -> list[Deal]:
    """The deals of other partners that protect this one's customer now, on one of its product lines."""
    lines = DealLine.objects.filter(vendor_id=deal.vendor_id, deal=deal).values("product_line")
    held = Protection.objects.filter(
        vendor_id=deal.vendor_id, company=deal.company_id, product_line__in=lines, during__contains=at
    ).exclude(partnership=deal.partnership_id)
    deals = Deal.objects.filter(vendor_id=deal.vendor_id, pk__in=held.values("deal"))
    return list(deals.select_related("partnership__organization", "owner__user").order_by("submitted_at", "id"))


def hearings_of(dispute: Dispute) -> list[Hearing]:
    """The hearings of a dispute, the first first."""
    rows = Hearing.objects.filter(vendor_id=dispute.vendor_id, pairings__dispute=dispute)
    return list(rows.select_related("deal__owner__user", "partnership__organization").order_by("opened_at", "id"))


def still_asked(dispute: Dispute) -> bool:
    """Whether some side has been asked and may still answer."""
    return dispute.answer_by is not None or any(hearing.answer_by for hearing in hearings_of(dispute))


def dispute_of(hearing: Hearing) -> Dispute:
    """The dispute that a hearing belongs to."""
    found: Dispute = Dispute.objects.select_related("deal").get(vendor_id=hearing.vendor_id, pairings__hearing=hearing)
    return found


def entry(actor_name: str, subject: Dispute | Hearing, kind: str, text: str, at: datetime) -> Entry:
    """The unsaved line of what was said to, or by, one side."""
    return Entry(
        vendor_id=subject.vendor_id,
        partnership_id=subject.partnership_id,
        subject_id=subject.pk,
        kind=kind,
        text=text.strip(),
        author_name=actor_name,
        at=at,
    )
