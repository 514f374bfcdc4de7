"""What the program says: the rules of engagement, and the decision tables in force, as everybody may read them."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from django.http import HttpResponse
from django.shortcuts import render

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.actors import Actor, Side
from hansa.core.tenancy import acting
from hansa.core.web.countries import country_name
from hansa.deals.models import Status
from hansa.deals.rules import AT_ONCE
from hansa.kernel.lifecycle import say
from hansa.partnerships.models import Enrollment
from hansa.programs.actions import SETTING_UP
from hansa.programs.models import Program
from hansa.rulebook.dmn.syntax import ANYTHING, Cell, Compares, Input, Name, Row
from hansa.rulebook.dmn.writing import cell_written
from hansa.rulebook.in_force import Told, told_of, told_to_vendor
from hansa.rulebook.policies import POLICIES, Policy, Rules, told
from hansa.rulebook.scope import Place
from hansa.rulebook.shown import value_in_words

MINOR = "minor units"
BESIDE = {"extra_days": "day", "extra_review_hours": "business hour", "extra_pause_days": "day"}
"""Outputs that stand beside the program's usual number, with what they count."""
GOES_ON = "What was for some partners only ends then, and this table decides again."
IN_WORDS = {"true": "yes", "false": "no", ">=": "≥", "<=": "≤", '"': ""}
WORDS = re.compile(r'true|false|>=|<=|"')


@dataclass(frozen=True, slots=True)
class Published:
    """A decision table in the shape of the rules component."""

    title: str
    version: str
    rows: list[dict[str, Any]]
    reach: str = ""
    begins: datetime | None = None
    ends: datetime | None = None
    summary: str = ""


@workspace_page()
def program(request: WorkspaceRequest) -> HttpResponse:
    """The vendor's program; a partner also sees its own place in it."""
    actor = request.actor
    with acting(actor):
        programs = list(Program.objects.visible_to(actor).prefetch_related("tiers").order_by("name"))
        places = Enrollment.objects.visible_to(actor).filter(partnership_id=actor.partnership_id)
        mine = list(places.select_related("program", "tier").prefetch_related("territories"))
        tables = [each for policy in POLICIES.values() for each in _tables(policy, actor, mine)]
    context = {
        "title": "Our program",
        "may_change": actor.may(SETTING_UP),
        "programs": programs,
        "places": [{"label": place.program.name, "facts": _facts(place)} for place in mine],
        "tables": tables,
    }
    return render(request, "portal/program.html", context)


def _tables(policy: Policy, actor: Actor, places: list[Enrollment]) -> list[Published]:
    """The tables that decide about this partner, now and later; to the vendor those of every scope."""
    if actor.side == "vendor":
        return [_shown(one, actor.side) for turns in told_to_vendor(policy) for one in turns]
    found: dict[tuple[Told, ...], list[str]] = {}
    for place in places:
        found.setdefault(tuple(told_of(policy, Place.of(place))), []).append(place.program.name)
    found = found or {tuple(told_of(policy, Place(actor.partnership_id))): []}
    return [
        _shown(one, actor.side, " and ".join(names) if len(found) > 1 else "")
        for turns, names in found.items()
        for one in turns
    ]


def _shown(one: Told, side: Side, program: str = "") -> Published:
    version, table = one.version, published(one.rules, side)
    reach = version.reach if version and version.narrow else program
    if one.begins is None:
        return replace(table, reach=reach, ends=version.ended_at if version else None)
    goes_on = version is None or version.begins != one.begins
    return replace(table, reach=reach, begins=one.begins, summary=GOES_ON if goes_on else cast(Any, version).summary)


def published(rules: Rules, side: Side) -> Published:
    """The table as this side reads it: rows that rest on the vendor's own facts show partners the neutral row that
    stands for them, once, and none of their conditions."""
    vendor = side == "vendor"
    rows: dict[str, dict[str, Any]] = {}
    for place, row in enumerate(rules.table.rows):
        reads, own = told(rules, place), place in rules.vendors_own
        shown_as = row.id if vendor else reads.id
        if shown_as not in rows:
            when = _hidden(rules, row) if own and not vendor else _conditions(rules, row)
            rows[shown_as] = {
                "number": len(rows) + 1,
                "inputs": [{"label": "When", "value": when}],
                "outputs": [{"label": "Answer", "value": _answer(rules, row)}],
                "note": f"{row.note} Partners read: “{reads.note}”" if own and vendor else reads.note,
            }
    return Published(rules.policy.title, rules.version, list(rows.values()))


def _conditions(rules: Rules, row: Row) -> str:
    columns = zip(rules.table.inputs, row.cells, strict=True)
    cells = [f"{column.label}: {_cell(rules, column, cell)}" for column, cell in columns if cell != ANYTHING]
    return "; ".join(cells) or ("In every case" if len(rules.table.rows) == 1 else "In every other case")


def _cell(rules: Rules, column: Input, cell: Cell) -> str:
    fact = next((fact for fact in rules.policy.vocabulary if column.expression == Name(fact.name, fact.kind)), None)
    if fact and fact.unit == MINOR and cell.tests == (Compares("<", 1),):
        return "zero or less"
    words = WORDS.sub(lambda found: IN_WORDS[found.group()], cell_written(cell))
    return f"{words} {fact.unit if fact else ''}".strip()


def _hidden(rules: Rules, row: Row) -> str:
    if rules.outputs(row).get("status") == Status.DUPLICATE:
        return "What we know ourselves says that the customer is taken"
    return "What we know ourselves leaves a question open"


def _answer(rules: Rules, row: Row) -> str:
    said = rules.outputs(row)
    if "refuse" in said:
        if not said["refuse"]:
            return "Accepted"
        return "Please correct it" if said["field"] else "Refused"
    if "answer" in said:
        more = [f"{_beside(said['extra_extensions'], 'extension')}", f"{_beside(said['extra_extension_days'], 'day')}"]
        beside = [one for one in more if one]
        return "; ".join(["Given at once" if said["answer"] == AT_ONCE else "A person answers", *beside])
    for output, unit in BESIDE.items():
        if output in said:
            return _beside(said[output], unit) or "As usual"
    return say(said["status"]).capitalize() if "status" in said else ", ".join(map(value_in_words, said.values()))


def _beside(extra: Any, unit: str) -> str:
    """ "30 days more", empty for none."""
    many = "" if abs(extra) == 1 else "s"
    return f"{abs(extra):,} {unit}{many} {'more' if extra > 0 else 'less'}" if extra else ""


def _facts(place: Enrollment) -> list[dict[str, str]]:
    territories = [country_name(code) for territory in place.territories.all() for code in territory.countries]
    return [
        {"label": "You are", "value": ", ".join(place.type_names)},
        {"label": "Tier", "value": place.tier.name if place.tier else ""},
        {"label": "Territory", "value": ", ".join(territories) or "Everywhere"},
        {"label": "Standing", "value": say(place.status).capitalize()},
    ]
