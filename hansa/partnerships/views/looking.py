"""The vendor's people look at the portal as a partner's person sees it."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from hansa.accounts.actions import stop_looking
from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.accounts.models import Membership, ViewAs, Workspace
from hansa.core.tenancy import acting
from hansa.core.web.forms import refuse
from hansa.kernel.errors import DomainError
from hansa.kernel.ids import public_id
from hansa.partnerships.actions import start_looking
from hansa.partnerships.models import Partnership


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Why?", max_length=300, help_text="Such as the number of the support case. The person reads it."
    )


@workspace_page("vendor", to=start_looking)
def start(request: WorkspaceRequest, partner: str, member: str) -> HttpResponse:
    """Say why, and look."""
    actor = request.actor
    with acting(actor):
        found = Partnership.objects.visible_to(actor).select_related("organization").named(partner)
        people = Membership.objects.visible_to(actor).active().filter(organization=found.organization_id)
        person = people.select_related("user").named(member)
        portal = Workspace.objects.visible_to(actor).get(partnership_id=found.pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            start_looking(actor, found, person=person, **form.cleaned_data)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            return redirect("home", portal.slug)
    context = {"title": f"See what {person.user.name} sees?", "form": form, "partner": found, "person": person}
    return render(request, "partnerships/look.html", context, status=422 if form.errors else 200)


@require_POST
@workspace_page("vendor", to=stop_looking)
def stop(request: WorkspaceRequest, viewas: str) -> HttpResponse:
    """Back to one's own work."""
    with acting(request.actor):
        found = ViewAs.objects.visible_to(request.actor).select_related("person__user", "viewer__user").named(viewas)
    stop_looking(request.actor, found)
    messages.success(request, f"You no longer see what {found.person.user.name} sees.")
    return redirect("partner", request.workspace.slug, public_id("partner", found.partnership_id))
