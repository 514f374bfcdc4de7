"""The coded reasons for what becomes of a registration: all that there are, and those that a program offers."""

from collections.abc import Mapping
from typing import Any

from django.db.models import TextChoices

from hansa.kernel.errors import Invalid
from hansa.kernel.text import has_words

LONGEST = 120


class RejectReason(TextChoices):
    EXISTING_CUSTOMER = "existing_customer", "Already a customer"
    DIRECT_ACTIVE = "direct_active", "We are already in talks with this customer"
    TOO_EARLY = "too_early", "Too early: no project yet"
    OUTSIDE_TERRITORY = "outside_territory", "Outside the partner's territory"
    INSUFFICIENT = "insufficient_information", "Not enough information"
    NOT_ELIGIBLE = "not_eligible", "The product cannot be registered"
    OTHER = "other", "Another reason, see the note"


class WinReason(TextChoices):
    FIT = "product_fit", "Product fit"
    PRICE = "price", "Price"
    RELATIONSHIP = "relationship", "Relationship"
    SERVICES = "services", "Our services"
    REFERENCE = "reference", "References"
    OTHER = "other", "Another reason"


class LossReason(TextChoices):
    PRICE = "price", "Price"
    COMPETITOR = "competitor", "Lost to a competitor"
    NO_BUDGET = "no_budget", "No budget"
    NO_DECISION = "no_decision", "No decision, or on hold"
    MISSING_FEATURE = "missing_feature", "A feature was missing"
    TIMING = "timing", "Bad timing"
    OTHER = "other", "Another reason"


class EndReason(TextChoices):
    """Why a protection ends before its time."""

    NO_ACTIVITY = "no_activity", "No activity"
    WRONG_INFORMATION = "wrong_information", "The registration was wrong"
    RULES_BROKEN = "rules_broken", "Rules of engagement were broken"
    CUSTOMER_WISH = "customer_wish", "The customer asked for it"
    PARTNER_ENDED = "partner_ended", "The partnership ended"
    OTHER = "other", "Another reason, see the note"


class ReasonsFor(TextChoices):
    """What reasons are given for."""

    REJECT = "reject", "Not approving a registration"
    END = "end", "Ending a registration or its protection"
    WIN = "win", "Winning a deal"
    LOSS = "loss", "Losing a deal"


REASONS: dict[str, type[TextChoices]] = {
    ReasonsFor.REJECT: RejectReason,
    ReasonsFor.END: EndReason,
    ReasonsFor.WIN: WinReason,
    ReasonsFor.LOSS: LossReason,
}


def offered(reasons: Mapping[str, Any], what: str) -> dict[str, str]:
    """{code: label} of what a program with these `reasons` offers; all of them, as they are called, by itself."""
    usual = {str(code): str(label) for code, label in REASONS[what].choices}
    chosen = reasons.get(what)
    return {code: chosen[code] for code in usual if code in chosen} if chosen else usual


def checked(what: str, wanted: Mapping[str, str]) -> dict[str, str]:
    """The labels as they are kept, in their own order; nothing where they are the usual ones.

    Raises Invalid for a code that there is not, a label that nobody can read, and for none at all.
    """
    usual = offered({}, what)
    if unknown := set(wanted) - set(usual):
        raise Invalid("reason_unknown", f"There is no reason {', '.join(sorted(unknown))}.", what)
    labels = {code: " ".join(wanted[code].split()) for code in usual if code in wanted}
    if not labels:
        raise Invalid("reason_missing", "Offer at least one reason.", what)
    if any(not has_words(label) or len(label) > LONGEST for label in labels.values()):
        raise Invalid("label_unreadable", f"Call each reason by 1 to {LONGEST} letters.", what)
    return {} if labels == usual else labels
