"""The vendor's pages of what a registration needs, and of the reasons that can be given."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.tenancy import acting
from hansa.core.web.edits import edited, unless_changed
from hansa.core.web.forms import refuse
from hansa.kernel.errors import DomainError
from hansa.programs import actions
from hansa.programs.models import Program
from hansa.programs.requirement_forms import ReasonsForm, RequirementsForm
from hansa.programs.requirements import REQUIREMENTS

STAY = "It counts for new registrations; those that are there stay as they are."


@workspace_page("vendor", to=actions.change_requirements)
def requirements(request: WorkspaceRequest, program: str) -> HttpResponse:
    """Say what a registration must have, and how many one partner may register."""
    found = _program(request, program)
    form = edited(_requirements_form(found, request.POST or None))
    if form.is_valid():
        try:
            with unless_changed(request.actor, found, form, _requirements_form):
                actions.change_requirements(request.actor, found, **form.cleaned_data)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"Saved. {STAY}")
            return redirect("program-setup", request.workspace.slug)
    context = {"title": f"What a registration needs: {found.name}", "form": form, "label": "Save", "note": STAY}
    return render(request, "programs/form.html", context, status=422 if form.errors else 200)


@workspace_page("vendor", to=actions.change_reasons)
def reasons(request: WorkspaceRequest, program: str) -> HttpResponse:
    """Choose the reasons that can be given, and what they are called."""
    found = _program(request, program)
    form = edited(_reasons_form(found, request.POST or None))
    if form.is_valid():
        try:
            with unless_changed(request.actor, found, form, _reasons_form):
                actions.change_reasons(request.actor, found, reasons=form.wanted())
        except DomainError as refusal:
            form.refuse(refusal.field, refusal.message)
        else:
            messages.success(request, "Saved. These reasons can be chosen from now on.")
            return redirect("program-setup", request.workspace.slug)
    context = {"title": f"Reasons: {found.name}", "form": form, "label": "Save"}
    return render(request, "programs/reasons.html", context, status=422 if form.errors else 200)


def _requirements_form(program: Program, sent: QueryDict | None = None) -> RequirementsForm:
    return RequirementsForm(sent, initial={name: getattr(program, name) for name in REQUIREMENTS})


def _reasons_form(program: Program, sent: QueryDict | None = None) -> ReasonsForm:
    return ReasonsForm(program.reasons, sent)


def _program(request: WorkspaceRequest, reference: str) -> Program:
    with acting(request.actor):
        return Program.objects.visible_to(request.actor).named(reference)  # type: ignore[no-any-return]
