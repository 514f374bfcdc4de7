"""The vendor's ways to tell before the set time what is decided: about one registration, or all of a program."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.tenancy import acting
from hansa.deals.actions import release_answers, release_decision
from hansa.deals.views.steps import found
from hansa.kernel.errors import DomainError
from hansa.programs.models import Program

CONSEQUENCES = (
    "Every partner whose registration is decided is told now, in the order in which they registered.",
    "What is not decided yet stays under review, and is told at a set time as before.",
    "This can't be undone.",
)


@workspace_page("vendor", to=release_decision)
@require_POST
def release(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """Tell the partner of one registration now."""
    one = found(request, deal)
    try:
        release_decision(request.actor, one)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"Told. {one.partnership.organization.name} reads what became of it.")
    return redirect("registration", request.workspace.slug, deal)


@workspace_page("vendor", to=release_answers)
def release_all(request: WorkspaceRequest, program: str) -> HttpResponse:
    """Tell all partners of a program now, after saying what that does."""
    with acting(request.actor):
        one = Program.objects.visible_to(request.actor).named(program)
    if request.method == "POST":
        release_answers(request.actor, one)
        messages.success(request, "All are being told.")
        return redirect("registrations", request.workspace.slug)
    context = {"title": "Tell all partners now?", "program": one, "consequences": CONSEQUENCES}
    return render(request, "deals/console/release.html", context)
