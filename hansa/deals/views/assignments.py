"""Console pages of who decides a registration."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.tenancy import acting
from hansa.core.web.forms import offer_rows
from hansa.deals import actions
from hansa.deals.console_forms import AssignForm
from hansa.deals.models import Assignment
from hansa.deals.views.steps import ask, found, taken


@workspace_page("vendor", to=actions.assign_registration)
def assign(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """Give a registration to a colleague."""
    one = found(request, deal)
    form = AssignForm(request.POST or None)
    with acting(request.actor):
        offer_rows(form, "to", actions.reviewers(request.actor.vendor_id), empty="Choose a person")
    if taken(form, actions.assign_registration, request.actor, one):
        messages.success(request, "Assigned. Your colleague is told.")
        return redirect("registration", request.workspace.slug, deal)
    consequences = (
        "It stands among what your colleague is to decide, and no longer among what others are.",
        "Your colleague is told, and reminded while it waits. The partner is not told.",
    )
    return ask(request, one, form, title="Give it to a colleague", label="Assign", consequences=consequences)


@workspace_page("vendor", to=actions.end_assignment)
@require_POST
def leave(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """Leave a registration again to whoever looks after the partner."""
    one = found(request, deal)
    with acting(request.actor):
        standing: Assignment | None = actions.assignment_of(request.actor, one)
    if standing:
        actions.end_assignment(request.actor, standing)
        messages.success(request, "It is left to whoever looks after the partner.")
    return redirect("registration", request.workspace.slug, deal)
