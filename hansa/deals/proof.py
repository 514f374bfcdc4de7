"""Whether something shows that the customer wants it: words of the registration, or a file of the partner's."""

from hansa.deals.models import Deal
from hansa.files.models import Attachment, Status

MISSING = "This program asks for evidence before it approves, and there is none. Ask the partner for it."


def has_proof(deal: Deal) -> bool:
    """Whether there is evidence; within `acting`."""
    files = Attachment.objects.filter(vendor_id=deal.vendor_id, subject_id=deal.pk, side="partner", status=Status.KEPT)
    return bool(deal.evidence) or files.exists()


def lacks_proof(deal: Deal) -> bool:
    """Whether the program asks for evidence of this registration, and there is none yet; within `acting`."""
    return deal.evidence_needed and not has_proof(deal)
