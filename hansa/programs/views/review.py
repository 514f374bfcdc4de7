"""The vendor's pages of deciding in time: terms of review, business hours and holidays."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.accounts.models import Vendor
from hansa.core.actors import Actor
from hansa.core.tenancy import acting
from hansa.core.web.edits import edited, unless_changed
from hansa.core.web.forms import refuse
from hansa.kernel.errors import DomainError
from hansa.programs import actions
from hansa.programs.dispute_terms import DisputeTermsForm, present
from hansa.programs.models import Program
from hansa.programs.review_forms import AnswersForm, CalendarForm, ReviewForm
from hansa.programs.review_said import calendar_row, show_answers

WHY_TOGETHER = "Answered together, nobody learns from the time or the words of an answer whether a customer is taken."
TOLD = "From now on every registration is under review until the next set time."
TOLD_NOW = "What still waited to be told is told now."
STAYS = "It counts from now on; a time that a partner was told stays."


@workspace_page("vendor", to=actions.change_review)
def terms(request: WorkspaceRequest, program: str) -> HttpResponse:
    """Say until when registrations are decided, who is reminded, and what happens if nobody does."""
    actor = request.actor
    with acting(actor):
        found = Program.objects.visible_to(actor).named(program)
    form = edited(_review_form(found, request.POST or None))
    if form.is_valid():
        try:
            with unless_changed(actor, found, form, _review_form):
                actions.change_review(actor, found, **form.cleaned_data)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"Saved. {STAYS}")
            return redirect("program-setup", request.workspace.slug)
    context = {"title": f"Deciding in time: {found.name}", "form": form, "label": "Save", "note": STAYS}
    return render(request, "programs/form.html", context, status=422 if form.errors else 200)


@workspace_page("vendor", to=actions.change_dispute_terms)
def disputes(request: WorkspaceRequest, program: str) -> HttpResponse:
    """Say for how long decisions can be disputed, and until when that is decided."""
    actor = request.actor
    with acting(actor):
        found = Program.objects.visible_to(actor).named(program)
    form = edited(_disputes_form(found, request.POST or None))
    if form.is_valid():
        try:
            with unless_changed(actor, found, form, _disputes_form):
                actions.change_dispute_terms(actor, found, **form.cleaned_data)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"Saved. {STAYS}")
            return redirect("program-setup", request.workspace.slug)
    context = {"title": f"Disputes: {found.name}", "form": form, "label": "Save", "note": STAYS}
    return render(request, "programs/form.html", context, status=422 if form.errors else 200)


@workspace_page("vendor", to=actions.change_answers)
def answers(request: WorkspaceRequest, program: str) -> HttpResponse:
    """Say whether registrations are answered at once, or all together at set times."""
    actor = request.actor
    with acting(actor):
        found = Program.objects.visible_to(actor).named(program)
    form = edited(_answers_form(found, request.POST or None))
    if form.is_valid():
        try:
            with unless_changed(actor, found, form, _answers_form):
                actions.change_answers(actor, found, **form.cleaned_data)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"Saved. {TOLD if form.cleaned_data['answer_times'] else TOLD_NOW}")
            return redirect("program-setup", request.workspace.slug)
    context = {"title": f"Answers: {found.name}", "form": form, "label": "Save", "note": WHY_TOGETHER}
    return render(request, "programs/form.html", context, status=422 if form.errors else 200)


@workspace_page("vendor", to=actions.change_calendar)
def calendar(request: WorkspaceRequest) -> HttpResponse:
    """Say when you work: zone, hours and holidays."""
    actor = request.actor
    shown = partial(_calendar_form, actor)
    with acting(actor):
        form = edited(shown(request.workspace.vendor, request.POST or None))
    if form.is_valid():
        try:
            with unless_changed(actor, request.workspace.vendor, form, shown):
                actions.change_calendar(actor, request.workspace.vendor, **form.cleaned_data)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"Saved. {STAYS}")
            return redirect("program-setup", request.workspace.slug)
    context = {"title": "Business hours and holidays", "form": form, "label": "Save", "note": STAYS}
    return render(request, "programs/form.html", context, status=422 if form.errors else 200)


def _review_form(program: Program, sent: QueryDict | None = None) -> ReviewForm:
    now = {name: getattr(program, name) for name in ReviewForm.base_fields}
    return ReviewForm(sent, initial={**now, "reminders": ", ".join(map(str, program.reminders))})


def _disputes_form(program: Program, sent: QueryDict | None = None) -> DisputeTermsForm:
    return DisputeTermsForm(sent, initial=present(program))


def _answers_form(program: Program, sent: QueryDict | None = None) -> AnswersForm:
    shown = show_answers(program)
    how = AnswersForm.TOGETHER if shown["together"] else AnswersForm.AT_ONCE
    return AnswersForm(sent, initial={"how": how, "answer_times": ", ".join(shown["times"])})


def _calendar_form(actor: Actor, _: Vendor, sent: QueryDict | None = None) -> CalendarForm:
    return CalendarForm(sent, initial=CalendarForm.initial_of(calendar_row(actor)))
