"""What the program says: the rules of engagement, and the decision tables in force, as everybody may read them."""

from collections.abc import Sequence

from django.http import Http404, HttpResponse
from django.shortcuts import render

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.tenancy import acting
from hansa.core.web.countries import country_name
from hansa.kernel.lifecycle import say
from hansa.partnerships.models import Enrollment
from hansa.portal.rules_told import RulesTold, rules_told
from hansa.programs.actions import SETTING_UP
from hansa.programs.models import Program
from hansa.rulebook.policies import POLICIES


@workspace_page()
def program(request: WorkspaceRequest) -> HttpResponse:
    """The vendor's program; a partner also sees its own place in it."""
    actor = request.actor
    with acting(actor):
        programs = list(Program.objects.visible_to(actor).prefetch_related("tiers").order_by("name"))
        places = Enrollment.objects.visible_to(actor).filter(partnership_id=actor.partnership_id)
        told = rules_told(list(POLICIES.values()), actor, request.workspace.vendor.currency)
        mine = list(places.select_related("program", "tier").prefetch_related("territories"))
    context = {
        "title": "Our program",
        "may_change": actor.may(SETTING_UP),
        "programs": programs,
        "places": [{"label": place.program.name, "facts": _facts(place)} for place in mine],
        "policies": [tables for tables in told if not _unused(tables)],
    }
    return render(request, "portal/program.html", context)


@workspace_page()
def policy_rules(request: WorkspaceRequest, policy: str) -> HttpResponse:
    """One policy: the tables in force, and every table to come with what differs from the one before it."""
    kind = POLICIES.get(policy)
    if kind is None:
        raise Http404("No such policy.")
    with acting(request.actor):
        [tables] = rules_told([kind], request.actor, request.workspace.vendor.currency)
    now = [table for table in tables if not table.begins]
    context = {"title": kind.title, "policy": kind, "now": now, "coming": [one for one in tables if one.begins]}
    return render(request, "portal/policy_rules.html", context)


def _unused(tables: Sequence[RulesTold]) -> bool:
    """Whether a policy that adds up has only the table that Hansa comes with, which brings nobody anything."""
    return all(table.adds_up and table.built_in for table in tables)


def _facts(place: Enrollment) -> list[dict[str, str]]:
    territories = [country_name(code) for territory in place.territories.all() for code in territory.countries]
    return [
        {"label": "You are", "value": ", ".join(place.type_names)},
        {"label": "Tier", "value": place.tier.name if place.tier else ""},
        {"label": "Territory", "value": ", ".join(territories) or "Everywhere"},
        {"label": "Standing", "value": say(place.status).capitalize()},
    ]
