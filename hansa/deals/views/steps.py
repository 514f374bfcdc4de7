"""What the pages of one step with a deal share: find it, take the step, show the form again with what was refused."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render

from hansa.accounts.entrance import WorkspaceRequest
from hansa.core.actors import Actor
from hansa.core.tenancy import acting
from hansa.core.web.edits import unless_changed
from hansa.core.web.forms import refuse
from hansa.deals.actions.conclude import HELD
from hansa.deals.actions.work_deal import closed_already
from hansa.deals.models import Deal, Outcome, Verdict
from hansa.deals.verdicts import NOT_TOLD
from hansa.kernel.errors import DomainError


def found(request: WorkspaceRequest, deal: str) -> Deal:
    """The deal that the address names, with what its pages say about it."""
    with acting(request.actor):
        rows = Deal.objects.visible_to(request.actor)
        one: Deal = rows.select_related("owner__user", "partnership__organization", "program").named(deal)
        return one


def closed_to(deal: Deal, move: str) -> str:
    """Why a deal is past one of the moves that decide or end it, in a sentence; empty where it is open to that."""
    return closed_already(deal) if deal.outcome != Outcome.OPEN else Deal.LIFECYCLE.refusal(deal, move)


def untold(actor: Actor, deal: Deal) -> str:
    """What is said of a deal that is decided and waits to be told; empty of any other."""
    with acting(actor):
        return HELD if Verdict.objects.visible_to(actor).filter(NOT_TOLD, deal=deal).exists() else ""


def taken(
    form: forms.Form,
    act: Callable[..., Any],
    *given: Any,
    shown: Callable[[Any], forms.Form] | None = None,
    **further: Any,
) -> bool:
    """Whether the form is complete and the action was done with it; what it refuses is said in the form.

    `shown` is for a form that was `edited`: of an actor and a row, the form as it begins.
    """
    if not form.is_valid():
        return False
    try:
        with unless_changed(given[0], given[1], form, shown) if shown else nullcontext():
            act(*given, **form.cleaned_data, **further)
    except DomainError as refusal:
        refuse(form, refusal)
        return False
    return True


def ask(
    request: WorkspaceRequest,
    deal: Deal,
    form: forms.Form,
    *,
    title: str,
    label: str,
    consequences: Sequence[str],
    danger: bool = False,
) -> HttpResponse:
    """The page of one step: what it is about, what will happen, and the form."""
    context = {"title": title, "deal": deal, "form": form, "label": label, "danger": danger}
    context |= {"consequences": consequences, "page": "deal" if request.actor.side == "partner" else "registration"}
    return render(request, "deals/step.html", context, status=422 if form.errors else 200)
