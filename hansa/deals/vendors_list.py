"""The vendor's list of deals, and what it can be narrowed to."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from hansa.core.actors import Actor
from hansa.customers.models import Company
from hansa.deals.models import UNDECIDED, Deal, Outcome, Status
from hansa.partnerships.models import Partnership

LISTED: dict[str, tuple[str, dict[str, Any]]] = {
    "open": ("Protected", {"status": Status.APPROVED, "outcome": Outcome.OPEN}),
    "waiting": ("Waiting", {"status__in": UNDECIDED}),
    "won": ("Won", {"outcome": Outcome.WON}),
    "lost": ("Lost", {"outcome": Outcome.LOST}),
    "taken": ("Customer taken", {"status": Status.DUPLICATE}),
    "all": ("All", {}),
}


def listed(actor: Actor, asked: Mapping[str, str], narrowing: Mapping[str, Any]) -> QuerySet[Deal]:
    """The deals that an address asks for; `narrowing` is what `about` found in it."""
    rows: QuerySet[Deal] = Deal.objects.visible_to(actor)
    rows = rows.filter(**LISTED.get(asked.get("show", "all"), LISTED["all"])[1], **narrowing)
    words = asked.get("q", "").replace("\0", "").strip()[:100]
    return rows.filter(customer_name__icontains=words) if words else rows


def about(actor: Actor, asked: Mapping[str, str]) -> dict[str, Any]:
    """The partner and the company that the list is confined to; 404 where the actor may not see them."""
    narrowing: dict[str, Any] = {}
    if partner := asked.get("partner"):
        narrowing["partnership"] = Partnership.objects.visible_to(actor).select_related("organization").named(partner)
    if company := asked.get("company"):
        narrowing["company"] = Company.objects.visible_to(actor).named(company)
    return narrowing
