"""The vendor makes two companies one; it is a page of this room, as protections may stand in its way."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.actors import Actor
from hansa.core.tenancy import acting
from hansa.core.web.countries import country_name
from hansa.customers.models import Company
from hansa.customers.resolve import look_up
from hansa.deals.actions import merge_companies
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
        alike = _alike(actor, found, words)
    if request.method == "POST":
        try:
            with acting(actor):
                kept = Company.objects.visible_to(actor).named(request.POST.get("kept", ""))
            merge_companies(actor, kept, merged=found)
        except DomainError as refusal:
            problem = refusal.message
        else:
            messages.success(request, f"{found} is now part of {kept}.")
            return redirect("company", request.workspace.slug, kept.public_id)
    context = {"title": f"Merge {found} into another company", "company": found, "alike": alike, "words": words}
    context |= {"problem": problem, "consequences": CONSEQUENCES}
    return render(request, "deals/console/merge.html", context, status=409 if problem else 200)


def _alike(actor: Actor, company: Company, words: str) -> list[dict[str, Any]]:
    found = look_up(actor.vendor_id, words or company.name, "" if words else company.domain, "", limit=FOUND + 1)
    ids = [one.company_id for one in found if one.company_id != company.pk]
    known = {one.pk: one for one in Company.objects.visible_to(actor).filter(pk__in=ids, merged_into=None)}
    return [
        {
            "company": known[one.company_id],
            "country": country_name(known[one.company_id].country),
            "score": round(one.match.score * 100),
        }
        for one in found
        if one.company_id in known
    ]
