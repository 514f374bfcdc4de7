"""The vendor's pages of its program: rules of engagement, product lines, territories, and the look."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render

from hansa.accounts.actions import change_look
from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.accounts.models import Vendor
from hansa.core.actors import Actor
from hansa.core.tenancy import acting
from hansa.core.web.countries import country_name
from hansa.core.web.edits import edited, unless_changed
from hansa.core.web.forms import refuse
from hansa.kernel.errors import DomainError
from hansa.programs import actions
from hansa.programs.forms import LookForm, ProductLineForm, RulesForm, TermsForm, TerritoryForm
from hansa.programs.models import ProductLine, Program, Territory
from hansa.programs.review_said import calendar_facts

FOR_RETIRING = (
    "New registrations can't choose it any more.",
    "What is registered and protected with it stays as it is.",
    "This can't be undone.",
)


@workspace_page("vendor", to=actions.SETTING_UP)
def setup(request: WorkspaceRequest) -> HttpResponse:
    """Everything about the program that can be changed, and the ways to change it."""
    actor = request.actor
    with acting(actor):
        territories = list(Territory.objects.visible_to(actor))
        context = {
            "title": "Change the program",
            "programs": list(Program.objects.visible_to(actor).order_by("name")),
            "lines": list(ProductLine.objects.visible_to(actor).order_by("retired", "name")),
            "calendar": calendar_facts(actor),
        }
    context["territories"] = [
        {"name": one.name, "countries": ", ".join(map(country_name, one.countries))} for one in territories
    ]
    return render(request, "programs/setup.html", context)


@workspace_page("vendor", to=actions.change_rules)
def rules(request: WorkspaceRequest, program: str) -> HttpResponse:
    """Write the rules of engagement; a preview shows them as partners will read them."""
    actor = request.actor
    with acting(actor):
        found = Program.objects.visible_to(actor).named(program)
    form = edited(_rules_form(found, request.POST or None))
    preview = form.is_valid() and request.POST.get("then") == "preview"
    if form.is_valid() and not preview:
        try:
            with unless_changed(actor, found, form, _rules_form):
                actions.change_rules(actor, found, **form.cleaned_data)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, "Saved. Partners read the new rules from now on.")
            return redirect("program-setup", request.workspace.slug)
    context = {"title": f"Rules of {found.name}", "form": form, "preview": form.cleaned_data if preview else None}
    return render(request, "programs/rules.html", context, status=422 if form.errors else 200)


@workspace_page("vendor", to=actions.change_terms)
def terms(request: WorkspaceRequest, program: str) -> HttpResponse:
    """Set the terms by which approved deals live on."""
    actor = request.actor
    with acting(actor):
        found = Program.objects.visible_to(actor).named(program)
    form = edited(_terms_form(found, request.POST or None))
    if form.is_valid():
        try:
            with unless_changed(actor, found, form, _terms_form):
                actions.change_terms(actor, found, **form.cleaned_data)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, "Saved. The new terms count from now on.")
            return redirect("program-setup", request.workspace.slug)
    context = {"title": f"Once approved: {found.name}", "form": form, "label": "Save"}
    return render(request, "programs/form.html", context, status=422 if form.errors else 200)


@workspace_page("vendor", to=actions.add_product_line)
def add_line(request: WorkspaceRequest) -> HttpResponse:
    """Offer another product line."""
    return _add(request, ProductLineForm(request.POST or None), actions.add_product_line, "Add a product line")


@workspace_page("vendor", to=actions.add_territory)
def add_territory(request: WorkspaceRequest) -> HttpResponse:
    """Name another set of countries."""
    return _add(request, TerritoryForm(request.POST or None), actions.add_territory, "Add a territory")


@workspace_page("vendor", to=change_look)
def look(request: WorkspaceRequest) -> HttpResponse:
    """Set the name and the color that partners see."""
    vendor = request.workspace.vendor
    form = edited(_look_form(vendor, request.POST or None))

    def change(actor: Actor, vendor: Vendor, **_: Any) -> None:
        with unless_changed(actor, vendor, form, _look_form):
            change_look(actor, vendor, **form.cleaned_data)

    return _add(request, form, change, "Name and color", label="Save")


@workspace_page("vendor", to=actions.retire_product_line)
def retire_line(request: WorkspaceRequest, line: str) -> HttpResponse:
    """Say what retiring means, then retire the product line."""
    actor = request.actor
    with acting(actor):
        found = ProductLine.objects.visible_to(actor).named(line)
    if request.method == "POST":
        actions.retire_product_line(actor, found)
        messages.success(request, f"{found} is retired.")
        return redirect("program-setup", request.workspace.slug)
    context = {"title": f"Retire {found}?", "consequences": FOR_RETIRING}
    return render(request, "programs/retire.html", context)


def _rules_form(program: Program, sent: QueryDict | None = None) -> RulesForm:
    return RulesForm(sent, initial={name: getattr(program, name) for name in RulesForm.base_fields})


def _terms_form(program: Program, sent: QueryDict | None = None) -> TermsForm:
    present = {name: getattr(program, name) for name in actions.TERMS}
    present["reminder_days"] = ", ".join(map(str, program.reminder_days))
    return TermsForm(sent, initial=present)


def _look_form(vendor: Vendor, sent: QueryDict | None = None) -> LookForm:
    return LookForm(sent, initial={"name": vendor.name, "accent": vendor.accent})


def _add(
    request: WorkspaceRequest, form: forms.Form, act: Callable[..., Any], title: str, *, label: str = "Add"
) -> HttpResponse:
    """A form about the vendor as a whole: its answer goes to one action."""
    if form.is_valid():
        try:
            act(request.actor, request.workspace.vendor, **form.cleaned_data)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, "Saved.")
            return redirect("program-setup", request.workspace.slug)
    context = {"title": title, "form": form, "label": label}
    return render(request, "programs/form.html", context, status=422 if form.errors else 200)
