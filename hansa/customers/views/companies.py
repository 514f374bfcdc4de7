"""The vendor's pages of end customers: who is known, under which names, and what the CRM holds about them."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.actors import Actor
from hansa.core.tenancy import acting
from hansa.core.web.countries import country_name
from hansa.core.web.edits import edited, unless_changed
from hansa.core.web.forms import refuse
from hansa.core.web.paging import turn
from hansa.customers import actions
from hansa.customers.forms import CompanyForm, known
from hansa.customers.lookup import named_like
from hansa.customers.matching.domains import domain_label
from hansa.customers.models import Company, Lead, Opportunity
from hansa.customers.permissions import READ_COMPANIES
from hansa.customers.resolve import look_up
from hansa.kernel.errors import DomainError

FOUND = 20
SHOWN = 25


@workspace_page("vendor", to=READ_COMPANIES)
def customers(request: WorkspaceRequest) -> HttpResponse:
    """The companies, newest first, or those that the words may mean, best first."""
    words = request.GET.get("q", "").strip()[:200]
    with acting(request.actor):
        context = _found(request.actor, words) if words else _newest(request)
    return render(request, "customers/customers.html", {"title": "Customers", "words": words, **context})


@workspace_page("vendor", to=READ_COMPANIES)
def company(request: WorkspaceRequest, company: str) -> HttpResponse:
    """One company: what names it, whom it belongs to, and the direct sales with it."""
    actor = request.actor
    with acting(actor):
        found = Company.objects.visible_to(actor).select_related("parent", "merged_into").named(company)
        leads = _crm(Lead.objects.visible_to(actor), found)
        opportunities = _crm(Opportunity.objects.visible_to(actor), found)
        context = {
            "title": found.name,
            "company": found,
            "facts": _facts(found),
            "keys": [_key_in_words(key) for key in _keys(found)],
            "aliases": _aliases(found),
            "children": list(Company.objects.visible_to(actor).filter(parent=found).order_by("name")[:SHOWN]),
            "merged": list(Company.objects.visible_to(actor).filter(merged_into=found).order_by("name")[:SHOWN]),
            "leads": list(leads[:SHOWN]),
            "lead_count": leads.count(),
            "opportunities": list(opportunities[:SHOWN]),
            "opportunity_count": opportunities.count(),
        }
    return render(request, "customers/company.html", context)


@workspace_page("vendor", to=actions.edit_company)
def edit_company(request: WorkspaceRequest, company: str) -> HttpResponse:
    """Correct what is known about a company."""
    actor = request.actor
    with acting(actor):
        found = Company.objects.visible_to(actor).named(company)
        form = edited(_company_form(found, request.POST or None))
    if form.is_valid():
        try:
            with unless_changed(actor, found, form, _company_form):
                actions.edit_company(actor, found, **form.changes())
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, "Saved.")
            return redirect("company", request.workspace.slug, company)
    context = {"title": f"Edit {found.name}", "form": form, "company": found}
    return render(request, "customers/edit.html", context, status=422 if form.errors else 200)


def _company_form(company: Company, sent: QueryDict | None = None) -> CompanyForm:
    return CompanyForm(sent, initial=known(company, _aliases(company), _keys(company)))


def _newest(request: WorkspaceRequest) -> dict[str, Any]:
    rows = Company.objects.visible_to(request.actor).filter(merged_into=None)
    page = turn(request.actor, rows, request.GET, by="-created_at")
    return {"page": page, "rows": [{"company": one, "country": country_name(one.country)} for one in page]}


def _found(actor: Actor, words: str) -> dict[str, Any]:
    domain = words if "." in words and " " not in words else ""
    found = look_up(actor.vendor_id, domain_label(domain) or words, domain, "", limit=FOUND)
    companies = {one.pk: one for one in Company.objects.visible_to(actor).filter(pk__in=[f.company_id for f in found])}
    rows: list[dict[str, Any]] = [
        {
            "company": companies[one.company_id],
            "country": country_name(companies[one.company_id].country),
            "score": round(one.match.score * 100),
            "reasons": one.match.reasons,
        }
        for one in found
        if one.company_id in companies
    ]
    rest = named_like(actor, words).exclude(pk__in=companies)[: FOUND - len(rows)]
    rows += [{"company": one, "country": country_name(one.country)} for one in rest]
    return {"rows": rows, "more": len(rows) == FOUND}


def _crm(rows: QuerySet[Any], company: Company) -> QuerySet[Any]:
    mine = rows.filter(company=company).select_related("product_line", "owner")
    return mine.order_by("-is_open", "-moved_on", "-id")


def _keys(company: Company) -> list[str]:
    return sorted(company.identity_keys.filter(vendor_id=company.vendor_id).values_list("key", flat=True))


def _aliases(company: Company) -> list[str]:
    return sorted(company.aliases.filter(vendor_id=company.vendor_id).values_list("name", flat=True))


def _key_in_words(key: str) -> str:
    """An identity key as people read it: its web address, or its name and country."""
    kind, _, rest = key.partition(":")
    if kind == "d":
        return f"the web address {rest}"
    name, _, country = rest.rpartition("|")
    return f"the name “{name}” in {country_name(country)}" if country else f"the name “{name}”, no country given"


def _facts(company: Company) -> list[dict[str, str]]:
    given = {
        "Country": country_name(company.country),
        "Web address": company.domain,
        "City": company.city,
        "Industry": company.industry,
        "VAT number": company.vat,
        "D-U-N-S number": company.duns,
        "LEI": company.lei,
        "In the CRM": "yes" if company.in_crm else "no",
    }
    return [{"label": label, "value": value} for label, value in given.items()]
