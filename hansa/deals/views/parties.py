"""Pages of the second company on a deal: what it reads, and how it is brought in and taken off."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.tenancy import acting, moment
from hansa.core.web.forms import set_choices
from hansa.deals import actions, shown
from hansa.deals.forms import choices_of
from hansa.deals.shared_deals import beside, facts, happened_beside, told
from hansa.deals.views.steps import ask, found, taken
from hansa.kernel.ids import public_id
from hansa.partnerships.ties import Tie, ties_of


class PartyForm(forms.Form):
    beside = forms.ChoiceField(label="Who reads along?")

    def __init__(self, *args: Any, ties: Sequence[Tie], **options: Any) -> None:
        super().__init__(*args, **options)
        self.ties = {public_id("partner", tie.id): tie.id for tie in ties}
        set_choices(self, "beside", [("", "Choose a company"), *choices_of(ties)])

    def clean_beside(self) -> Any:
        """The id of the partnership."""
        return self.ties[self.cleaned_data["beside"]]


def beside_deal(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """A deal of another partner's: where it stands and what became of it, for who stands beside."""
    with acting(request.actor):
        one = beside(request.actor, deal)
        history, now = happened_beside(request.actor, one.deal), moment()
    context = {
        "title": f"{one.deal.customer_name}: {one.deal.lines_text}",
        "beside": one,
        "deal": one.deal,
        "standing": dict(zip(("word", "tone"), shown.standing(one.deal, now), strict=True)),
        "stages": shown.stages(one.deal),
        "facts": facts(one.deal),
        "history": [told(event) for event in history],
    }
    return render(request, "deals/portal/beside.html", context)


@workspace_page(to=actions.add_party)
def add(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """Let a distributor, or a reseller, read along."""
    one = found(request, deal)
    with acting(request.actor):
        ties = ties_of(one.vendor_id, one.partnership_id)
    form = PartyForm(request.POST or None, ties=ties)
    if taken(form, actions.add_party, request.actor, one):
        messages.success(request, "Done. They are told, and read along from now on.")
        return redirect("deal", request.workspace.slug, deal)
    consequences = (
        "Its administrators are told. They read what is sold to whom, for how much, and what comes of it.",
        "They read neither the customer's contact nor messages, questions and notes, and change nothing.",
        "You can take them off again at any time.",
    )
    return ask(request, one, form, title="Bring a company in", label="Bring them in", consequences=consequences)


@workspace_page(to=actions.remove_party)
def remove(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """Take the company off the deal, after saying what that does."""
    one = found(request, deal)
    if not one.beside_name:
        raise Http404("Nobody stands beside this deal.")
    form = forms.Form(request.POST if request.method == "POST" else None)
    if taken(form, actions.remove_party, request.actor, one):
        messages.success(request, "Done. They read nothing of it any more.")
        return redirect("deal", request.workspace.slug, deal)
    consequences = (f"{one.beside_name} no longer sees this deal, from this moment.", "It stays yours as it is.")
    if request.actor.side == "vendor":
        consequences = (consequences[0], f"It stays {one.partnership.organization.name}'s as it is.")
    title = f"Take {one.beside_name} off this deal?"
    return ask(request, one, form, title=title, label="Take off", consequences=consequences, danger=True)
