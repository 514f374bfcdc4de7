"""The vendor's page that compares any two versions of a policy, as they are or as partners are told them."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.actors import Actor
from hansa.core.tenancy import acting
from hansa.core.web.forms import set_choices
from hansa.rulebook import actions
from hansa.rulebook.in_force import in_force, ready
from hansa.rulebook.models import PolicyVersion
from hansa.rulebook.named import known_policy
from hansa.rulebook.policies import Policy, Rules
from hansa.rulebook.shown import show
from hansa.rulebook.tier_names import tier_names
from hansa.rulebook.told import told_table
from hansa.rulebook.words import Words

NOW, BUILT_IN = "in-force", "built-in"
ALWAYS = ((NOW, "What is in force"), (BUILT_IN, "The table that Hansa comes with"))


class CompareForm(forms.Form):
    """Which two tables; without a choice the newest version beside what is in force."""

    old = forms.ChoiceField(label="From")
    new = forms.ChoiceField(label="To")
    told = forms.BooleanField(label="As partners read them", required=False)

    def __init__(self, data: Any, versions: list[PolicyVersion]):
        newest = versions[0].public_id if versions else NOW
        first = {"old": NOW if versions else BUILT_IN, "new": newest}
        super().__init__({**first, **{name: value for name, value in data.items() if value}})
        named = [(one.public_id, f"Version {one.number}, {one.get_status_display().lower()}") for one in versions]
        for name in ("old", "new"):
            set_choices(self, name, [*ALWAYS, *named])


@workspace_page("vendor", to=actions.WORK)
def compare(request: WorkspaceRequest, policy: str) -> HttpResponse:
    """Two tables of a policy, row by row, with what differs marked."""
    kind = known_policy(policy)
    with acting(request.actor):
        versions = PolicyVersion.objects.visible_to(request.actor).filter(policy=kind.name)
        form = CompareForm(request.GET, list(versions.defer("dmn").order_by("-number")))
        context = {"title": f"Compare: {kind.title}", "policy": kind, "form": form}
        if form.is_valid():
            old, new = (_rules(request.actor, kind, form.cleaned_data[name]) for name in ("old", "new"))
            context |= _difference(
                old,
                new,
                Words(kind, request.workspace.vendor.currency, tier_names(request.actor)),
                told=form.cleaned_data["told"],
            )
    return render(request, "rulebook/compare.html", context, status=422 if form.errors else 200)


def _difference(old: Rules, new: Rules, words: Words, *, told: bool) -> dict[str, Any]:
    before, after = (told_table(rules).table if told else rules.table for rules in (old, new))
    shown = show(after, words, against=before)
    marked = [row for row in shown.rows if row.marks]
    return {"shown": shown, "changes": len(marked), "same": len(shown.rows) - len(marked), "as_told": told}


def _rules(actor: Actor, policy: Policy, choice: str) -> Rules:
    if choice == BUILT_IN:
        return policy.built_in
    if choice == NOW:
        return in_force(policy)
    return ready(policy, PolicyVersion.objects.visible_to(actor).named(choice))
