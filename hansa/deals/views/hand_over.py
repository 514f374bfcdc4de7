"""The page on which a deal gets another owner: both sides use it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.accounts.models import Membership
from hansa.accounts.person_field import PersonField
from hansa.core.tenancy import acting
from hansa.core.web.forms import offer_rows
from hansa.deals.actions.hand_over import colleagues, hand_over_deal, may_hand_over
from hansa.deals.views.steps import ask, found, taken
from hansa.kernel.errors import NotPermitted


class HandOverForm(forms.Form):
    to = PersonField(label="Who takes it?")

    def __init__(self, *args: Any, people: Sequence[Membership], **options: Any) -> None:
        super().__init__(*args, **options)
        offer_rows(self, "to", people, empty="Choose a colleague")


@workspace_page(to=hand_over_deal)
def hand_over(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """Give a deal to a colleague."""
    one = found(request, deal)
    if not may_hand_over(request.actor, one):
        raise NotPermitted("not_the_owner", "Only its owner or your administrator hands a deal over.")
    with acting(request.actor):
        people = [person for person in colleagues(one.partnership) if person.pk != one.owner_id]
    form = HandOverForm(request.POST or None, people=people)
    if taken(form, hand_over_deal, request.actor, one):
        messages.success(request, "Handed over. Both are told.")
        return redirect("deal", request.workspace.slug, deal)
    owner = one.owner.user.name if one.owner else "Nobody"
    consequences = (
        f"{owner} is no longer its owner, and still reads it.",
        "Who takes it gets the reminders and the messages about it from now on.",
    )
    return ask(request, one, form, title="Hand over this deal", label="Hand over", consequences=consequences)
