"""What the vendor asked about a registration, and what its answer may change."""

from typing import Any

from hansa.deals.clock_models import Field
from hansa.deals.models import Deal, Question
from hansa.kernel.errors import DomainError

IDENTITY = frozenset({Field.CUSTOMER, Field.DOMAIN, Field.COUNTRY})
DECISIVE = IDENTITY | {Field.EXPECTED_CLOSE, Field.DEAL_TYPE}  # what the rules read


def open_question(deal: Deal) -> Question:
    """The question that the partner has to answer now. Raises `nothing_asked` if there is none."""
    asked: Question | None = Question.objects.filter(vendor_id=deal.vendor_id, deal=deal, closed_at=None).last()
    if asked is None:
        raise DomainError("nothing_asked", "Nothing is asked about this registration.")
    return asked


def present(deal: Deal) -> dict[str, Any]:
    """The deal's facts by the fields that can be opened."""
    return {
        Field.CUSTOMER: deal.customer_name,
        Field.DOMAIN: deal.customer_domain,
        Field.COUNTRY: deal.customer_country,
        Field.AMOUNT: deal.amount,
        Field.EXPECTED_CLOSE: deal.expected_close,
        Field.DEAL_TYPE: deal.deal_type,
        Field.CONTACT_NAME: deal.contact_name,
        Field.CONTACT_EMAIL: deal.contact_email,
        Field.NEED: deal.need,
    }
