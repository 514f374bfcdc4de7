"""What the program says: the rules of engagement, and the decision tables in force, as everybody may read them."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.actors import Side
from hansa.core.tenancy import acting
from hansa.core.web.countries import country_name
from hansa.deals.models import Status
from hansa.deals.rules import TABLES
from hansa.kernel.lifecycle import say
from hansa.partnerships.models import Enrollment
from hansa.programs.actions import SETTING_UP
from hansa.programs.models import Program
from hansa.rulebook.tables import Fact, Row, Table, Test

MINOR = "minor units"


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
        "tables": [published(table, actor.side) for table in TABLES],
    }
    return render(request, "portal/program.html", context)


def published(table: Table, side: Side) -> Rules:
    """The table as this side reads it: rows that rest on the vendor's own facts show partners the neutral row that
    stands for them, once, and none of their conditions."""
    facts = {fact.name: fact for fact in table.vocabulary}
    vendor = side == "vendor"
    rows: dict[str, dict[str, Any]] = {}
    for row in table.rows:
        shown_as = row.id if vendor else row.public_id
        if shown_as not in rows:
            rows[shown_as] = {
                "number": len(rows) + 1,
                "inputs": [
                    {"label": "When", "value": _hidden(row) if row.shown_as and not vendor else _conditions(row, facts)}
                ],
                "outputs": [{"label": "Answer", "value": _answer(row)}],
                "note": row.note,
            }
    return Rules(table.title, table.version, list(rows.values()))


def _conditions(row: Row, facts: dict[str, Any]) -> str:
    cells = [f"{facts[name].description}: {_cell(test, facts[name])}" for name, test in row.when.items()]
    return "; ".join(cells) or "In every other case"


def _cell(test: Test, fact: Fact) -> str:
    if fact.unit == MINOR and test.text == "< 1":
        return "zero or less"
    return f"{test.text} {fact.unit}".strip()


def _hidden(row: Row) -> str:
    if row.then.get("status") == Status.DUPLICATE:
        return "What we know ourselves says that the customer is taken"
    return "What we know ourselves leaves a question open"


def _answer(row: Row) -> str:
    if "refuse" in row.then:
        if not row.then["refuse"]:
            return "Accepted"
        return "Please correct it" if row.then["field"] else "Refused"
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
