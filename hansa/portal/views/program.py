"""What the program says: the rules of engagement, and the decision tables in force, as everybody may read them."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.tenancy import acting
from hansa.core.web.countries import country_name
from hansa.deals.rules import TABLES
from hansa.kernel.lifecycle import say
from hansa.partnerships.models import Enrollment
from hansa.programs.actions import SETTING_UP
from hansa.programs.models import Program
from hansa.rulebook.tables import Row, Table


@dataclass(frozen=True, slots=True)
class Rules:
    """A decision table in the shape of the rules component."""

    title: str
    version: str
    rows: list[dict[str, Any]]


@workspace_page()
def program(request: WorkspaceRequest) -> HttpResponse:
    """The vendor's program; a partner also sees its own place in it."""
    actor = request.actor
    with acting(actor):
        programs = list(Program.objects.visible_to(actor).prefetch_related("tiers").order_by("name"))
        places = Enrollment.objects.visible_to(actor).filter(partnership_id=actor.partnership_id)
        mine = list(places.select_related("program", "tier").prefetch_related("territories"))
    context = {
        "title": "Our program",
        "may_change": actor.may(SETTING_UP),
        "programs": programs,
        "places": [{"label": place.program.name, "facts": _facts(place)} for place in mine],
        "tables": [published(table) for table in TABLES],
    }
    return render(request, "portal/program.html", context)


def published(table: Table) -> Rules:
    """The table as partners read it: rows that rest on the vendor's own facts show the neutral row that stands for
    them, once, and none of their conditions."""
    facts = {fact.name: fact for fact in table.vocabulary}
    rows: dict[str, dict[str, Any]] = {}
    for row in table.rows:
        if row.public_id not in rows:
            rows[row.public_id] = {
                "number": len(rows) + 1,
                "inputs": [{"label": "When", "value": _conditions(row, facts)}],
                "outputs": [{"label": "Answer", "value": _answer(row)}],
                "note": row.note,
            }
    return Rules(table.title, table.version, list(rows.values()))


def _conditions(row: Row, facts: dict[str, Any]) -> str:
    if row.shown_as:
        return "What we know ourselves says so"
    cells = [f"{facts[name].description}: {test.text} {facts[name].unit}".strip() for name, test in row.when.items()]
    return "; ".join(cells) or "In every other case"


def _answer(row: Row) -> str:
    if "refuse" in row.then:
        return "Please correct it" if row.then["refuse"] else "Accepted"
    if "extra_days" in row.then:
        return f"{row.then['extra_days']} days longer" if row.then["extra_days"] else "Usual time"
    return say(row.then["status"]).capitalize()


def _facts(place: Enrollment) -> list[dict[str, str]]:
    territories = [country_name(code) for territory in place.territories.all() for code in territory.countries]
    return [
        {"label": "You are", "value": ", ".join(place.type_names)},
        {"label": "Tier", "value": place.tier.name if place.tier else ""},
        {"label": "Territory", "value": ", ".join(territories) or "Everywhere"},
        {"label": "Standing", "value": say(place.status).capitalize()},
    ]
