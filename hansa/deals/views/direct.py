"""Console pages about the vendor's own sales people: credit for a partner's deal, and direct sales beside one."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.tenancy import acting
from hansa.core.web.chips import Chip
from hansa.core.web.forms import offer_rows
from hansa.core.web.paging import turn
from hansa.deals import actions
from hansa.deals.conflicts import seen, sides
from hansa.deals.direct_forms import CreditForm, SettleForm
from hansa.deals.models import ChannelConflict, Credit
from hansa.deals.reasons import offer
from hansa.deals.views.steps import ask, found, taken

SHOWN = ChannelConflict.Status

NOBODY_SELLS = "Nobody has such a role yet"


@workspace_page("vendor", to=actions.settle_conflict)
def conflicts(request: WorkspaceRequest) -> HttpResponse:
    """Direct sales on protected customers, both sides beside each other, the latest first."""
    show = request.GET.get("show", "")
    show = show if show in SHOWN.values else SHOWN.OPEN.value
    with acting(request.actor):
        rows = seen(ChannelConflict.objects.visible_to(request.actor).filter(status=show))
        page = turn(request.actor, rows, request.GET, by="-flagged_at", size=20)
    context = {
        "title": "Direct sales on protected customers",
        "page": page,
        "all": [sides(conflict) for conflict in page],
        "show": show,
        "filters": [Chip(label, f"?show={name}", name == show) for name, label in SHOWN.choices],
    }
    return render(request, "deals/console/conflicts.html", context)


@workspace_page("vendor", to=actions.settle_conflict)
def settle(request: WorkspaceRequest, conflict: str) -> HttpResponse:
    """Say what becomes of it."""
    with acting(request.actor):
        one = seen(ChannelConflict.objects.visible_to(request.actor)).named(conflict)  # type: ignore[attr-defined]
    form = SettleForm(request.POST or None)
    offer(form, one.deal)
    is_open = one.status == ChannelConflict.Status.OPEN
    if is_open and taken(form, actions.settle_conflict, request.actor, one):
        messages.success(request, "Settled. The partner is told the outcome.")
        return redirect("channel-conflicts", request.workspace.slug)
    context = {"title": "A direct sale on a protected customer", "one": sides(one), "form": form, "open": is_open}
    context["deal"] = one.deal
    return render(request, "deals/console/settle.html", context, status=422 if form.errors else 200)


@workspace_page("vendor", to=actions.give_credit)
def credit(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """Credit one of the vendor's own sales people for a partner's deal."""
    one = found(request, deal)
    form = CreditForm(request.POST or None)
    with acting(request.actor):
        sellers = actions.sellers(request.actor.vendor_id)
        offer_rows(form, "person", sellers, empty="Choose a person" if sellers.exists() else NOBODY_SELLS)
    if taken(form, actions.give_credit, request.actor, one):
        messages.success(request, "Credited. They are told.")
        return redirect("registration", request.workspace.slug, deal)
    consequences = (
        "They are told, and it stands on this registration for your own people.",
        f"{one.partnership.organization.name} does not see it; the deal and its owner stay as they are.",
    )
    title = "Credit one of your sales people"
    return ask(request, one, form, title=title, label="Credit them", consequences=consequences)


@workspace_page("vendor", to=actions.take_credit_back)
def take_back(request: WorkspaceRequest, credit: str) -> HttpResponse:
    """Take a credit back, after saying what that does."""
    with acting(request.actor):
        given = Credit.objects.visible_to(request.actor).select_related("person__user", "deal").named(credit)
    one = found(request, given.deal.public_id)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if taken(form, actions.take_credit_back, request.actor, given):
        messages.success(request, "Taken back. They are told.")
        return redirect("registration", request.workspace.slug, one.public_id)
    consequences = (f"{given.person.user.name} is no longer credited for this deal, and is told.",)
    title = f"Take back the credit of {given.person.user.name}?"
    return ask(request, one, form, title=title, label="Take it back", consequences=consequences, danger=True)
