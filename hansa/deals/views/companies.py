"""The vendor makes two companies one; it is a page of this room, as protections may stand in its way."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.actors import Actor
from hansa.core.tenancy import acting, moment
from hansa.core.web.countries import country_name
from hansa.customers.models import Company
from hansa.customers.resolve import look_up
from hansa.deals.actions import merge_companies
from hansa.deals.models import Deal, Protection
from hansa.kernel.errors import DomainError

FOUND = 10
CONSEQUENCES = (
    "The other company keeps its name; this one's names and web addresses lead to it from now on.",
    "Its deals, protections, leads and opportunities go to the other company.",
    "What waits for a decision at either company is decided anew, the earliest first.",
    "This can't be undone.",
)


@workspace_page("vendor", to=merge_companies)
def merge(request: WorkspaceRequest, company: str) -> HttpResponse:
    """Choose the company that this one really is, read what will happen, and merge."""
    actor, words, problem = request.actor, request.GET.get("q", "").strip()[:200], ""
    with acting(actor):
        found = Company.objects.visible_to(actor).named(company)
        alike, held = _alike(actor, found, words), _held(actor, [found.pk])[found.pk]
    if request.method == "POST":
        try:
            with acting(actor):
                kept = Company.objects.visible_to(actor).named(request.POST.get("kept", ""))
            merge_companies(actor, kept, merged=found)
        except DomainError as refusal:
            problem = refusal.message
        else:
            messages.success(request, f"Merged: {_named(found)} is part of this company now.")
            return redirect("company", request.workspace.slug, kept.public_id)
    context = {"title": f"Merge {found} into another company", "company": found, "alike": alike, "words": words}
    context |= {"problem": problem, "consequences": CONSEQUENCES, "held": held}
    return render(request, "deals/console/merge.html", context, status=409 if problem else 200)


def _alike(actor: Actor, company: Company, words: str) -> list[dict[str, Any]]:
    found = look_up(actor.vendor_id, words or company.name, "" if words else company.domain, "", limit=FOUND + 1)
    ids = [one.company_id for one in found if one.company_id != company.pk]
    known = {one.pk: one for one in Company.objects.visible_to(actor).filter(pk__in=ids, merged_into=None)}
    held = _held(actor, list(known))
    return [
        {
            "company": known[one.company_id],
            "country": country_name(known[one.company_id].country),
            "score": round(one.match.score * 100),
            "held": held[one.company_id],
        }
        for one in found
        if one.company_id in known
    ]


def _held(actor: Actor, companies: list[UUID]) -> dict[UUID, str]:
    """What would move with each company: "3 deals, protected for Fabrikam Consulting"; two queries."""
    counts = Deal.objects.visible_to(actor).filter(company_id__in=companies).order_by().values_list("company_id")
    deals = dict(counts.annotate(Count("pk")))
    live = Protection.objects.visible_to(actor).filter(company_id__in=companies, during__contains=moment())
    partners: dict[UUID, set[str]] = defaultdict(set)
    for company, partner in live.values_list("company_id", "partnership__organization__name"):
        partners[company].add(partner)
    return {one: _in_words(deals.get(one, 0), sorted(partners[one])) for one in companies}


def _in_words(deals: int, partners: list[str]) -> str:
    if not deals:
        return "no deals"
    many = "1 deal" if deals == 1 else f"{deals} deals"
    return f"{many}, protected for {' and '.join(partners)}" if partners else f"{many}, none protected"


def _named(company: Company) -> str:
    """Its name, with what tells it from another of the same name."""
    told = company.domain or country_name(company.country)
    return f"{company} ({told})" if told else str(company)
