"""The page of saved filters: name the one that one came from, share, delete."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.tenancy import acting
from hansa.core.web.forms import refuse
from hansa.filters.actions import delete_filter, may_change, save_filter, share_filter, unshare_filter
from hansa.filters.forms import SaveFilterForm
from hansa.filters.lists import NARROWED_BY, PAGES, asked_of
from hansa.filters.models import SavedFilter
from hansa.kernel.errors import DomainError


@workspace_page("vendor", to=save_filter)
def filters(request: WorkspaceRequest) -> HttpResponse:
    """Name the filter that the address brings along; beneath, all that one sees."""
    form = _form(request)
    if form.is_bound and form.is_valid():
        facts = form.cleaned_data
        person = next(place.member for place in request.places if place.workspace == request.workspace)
        given = QueryDict(facts.pop("asked"))
        try:
            saved = save_filter(request.actor, person, given=given, **facts)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"Saved. {saved} stands above the list.")
            return redirect(f"../{PAGES[saved.place]}?{saved.asked}")
    with acting(request.actor):
        seen = list(SavedFilter.objects.visible_to(request.actor).order_by("place", "name", "id"))
    rows = [
        {"filter": one, "url": f"../{PAGES[one.place]}?{one.asked}", "may": may_change(request.actor, one)}
        for one in seen
    ]
    context = {"title": "Saved filters", "form": form if form.initial.get("asked") or form.is_bound else None}
    return render(request, "filters/filters.html", {**context, "rows": rows}, status=422 if form.errors else 200)


@workspace_page("vendor", to=share_filter)
@require_POST
def share(request: WorkspaceRequest, filter: str) -> HttpResponse:
    """Make a filter the team's."""
    return _change(request, filter, share_filter, "{} is the team's now.")


@workspace_page("vendor", to=unshare_filter)
@require_POST
def unshare(request: WorkspaceRequest, filter: str) -> HttpResponse:
    """Make a filter its owner's alone."""
    return _change(request, filter, unshare_filter, "{} is shown to its owner alone now.")


@workspace_page("vendor", to=delete_filter)
@require_POST
def delete(request: WorkspaceRequest, filter: str) -> HttpResponse:
    """Give a filter up."""
    return _change(request, filter, delete_filter, "{} is deleted.")


def _change(request: WorkspaceRequest, reference: str, act: Callable[..., object], done: str) -> HttpResponse:
    with acting(request.actor):
        saved = SavedFilter.objects.visible_to(request.actor).named(reference)
    act(request.actor, saved)
    messages.success(request, done.format(saved))
    return redirect("filters", request.workspace.slug)


def _form(request: WorkspaceRequest) -> SaveFilterForm:
    if request.method == "POST":
        return SaveFilterForm(request.POST)
    place = request.GET.get("place", "")
    asked = asked_of(place, QueryDict(request.GET.get("asked", ""))) if place in NARROWED_BY else ""
    return SaveFilterForm(initial={"place": place, "asked": asked})
