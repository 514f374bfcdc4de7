"""The vendor's page on which a partner's distributors are named."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.tenancy import acting
from hansa.core.web.edits import edited, unless_changed
from hansa.core.web.forms import refuse
from hansa.kernel.errors import DomainError
from hansa.partnerships import actions
from hansa.partnerships.forms import DistributorsForm
from hansa.partnerships.models import Partnership
from hansa.partnerships.ties import ties_of


@workspace_page("vendor", to=actions.add_supply)
def supplies(request: WorkspaceRequest, partner: str) -> HttpResponse:
    """Say through which distributors the partner buys."""
    actor = request.actor
    with acting(actor):
        found = Partnership.objects.visible_to(actor).select_related("organization").named(partner)
        offered = [one for one in actions.distributors(actor) if one.pk != found.pk]
        shown = partial(_distributors_form, offered)
        form = edited(shown(found, request.POST if request.method == "POST" else None))
    if form.is_valid():
        try:
            with unless_changed(actor, found, form, shown):
                actions.set_distributors(actor, found, **form.cleaned_data)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, "Saved. It counts for deals from now on.")
            return redirect("partner", request.workspace.slug, partner)
    context = {"form": form, "title": f"Through whom does {found} buy?", "partner": found, "none": not offered}
    return render(request, "partnerships/supplies.html", context, status=422 if form.errors else 200)


def _distributors_form(
    offered: list[Partnership], partner: Partnership, sent: QueryDict | None = None
) -> DistributorsForm:
    held = {tie.id for tie in ties_of(partner.vendor_id, partner.pk) if tie.role == "distributor"}
    now = {"distributors": [one.public_id for one in offered if one.pk in held]}
    return DistributorsForm(sent, initial=now, offered=offered)
