"""Two ways to tell one past: through the actions with the clock moved, and in memory with COPY."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from psycopg.types.range import Range

from hansa.accounts.models import Membership, Workspace
from hansa.core.actors import System
from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.customers.models import Company, IdentityKey, MatchKey
from hansa.deals.models import Deal, DealLine, Protection
from hansa.notices.models import Notice, SentMail
from hansa.partnerships.models import Partnership
from hansa.programs.models import ProductLine, Program
from hansa.rulebook.models import Decision, DecisionEvidence
from hansa.simulator.tell import Size, tell_new_vendor

UNTIL = datetime(2026, 6, 1, 12, tzinfo=UTC)
SIZE = Size(seed=11, partners=6, registrations=120, months=8)
TOLERANCE = timedelta(seconds=30)
A_TIME = re.compile(r"\d{4}-\d\d-\d\dT")

# In an order that does not depend on ids or on moments.
WRITTEN: dict[Any, tuple[str, ...]] = {
    Company: ("domain", "name", "country"),
    IdentityKey: ("key",),
    MatchKey: ("key", "company__domain", "company__name", "company__country"),
    Deal: ("submitted_at",),
    DealLine: ("deal__submitted_at", "product_line__code"),
    Protection: ("deal__submitted_at", "product_line__code"),
    Decision: ("at", "id"),
    DecisionEvidence: ("decision__at", "decision__id"),
    Event: ("at", "id"),
}


@pytest.fixture
def both(committed: Any) -> tuple[list[Any], list[Any]]:
    """The same past by either writer, in two workspaces, in a form without ids."""
    tell_new_vendor("one", SIZE, UNTIL, through_actions=True)
    tell_new_vendor("two", SIZE, UNTIL)
    return told("one"), told("two")


def test_actions_and_copy_leave_the_same_rows(both: tuple[list[Any], list[Any]]) -> None:
    by_actions, by_copy = both
    names = Counter(row[1]["name"] for row in by_actions if row[0] == "Event")
    happened = {"deal.registered", "deal.approved", "deal.rejected", "deal.won", "deal.lost", "deal.expired"}
    assert happened | {"deal.marked_duplicate", "deal.withdrawn", "deal.stage_moved"} <= set(names)
    assert names["deal.registered"] == SIZE.registrations
    for ours, theirs in zip(by_actions, by_copy, strict=True):
        assert differences(ours, theirs) == []


def test_a_told_past_reaches_nobody(both: tuple[list[Any], list[Any]]) -> None:
    assert not ProcrastinateJob.objects.exists()
    assert not SentMail.objects.exists()
    for slug in ("one", "two"):
        with acting(System("test", Workspace.objects.get(slug=slug).vendor_id)):
            assert not Notice.objects.exists()


def told(slug: str) -> list[Any]:
    """Every row that the past left, (table, row), in an order and with names instead of ids that any writer gives."""
    vendor = Workspace.objects.get(slug=slug).vendor_id
    with acting(System("test", vendor)):
        rows = [
            (model.__name__, row)
            for model, order in WRITTEN.items()
            for row in model.objects.filter(vendor_id=vendor).order_by(*order).values()
            if model is not Event or row["name"].startswith("deal.")
        ]
        names = names_of(vendor, rows)
    return [(table, plain(row, names)) for table, row in rows]


def names_of(vendor: UUID, rows: list[Any]) -> dict[str, str]:
    """What each id stands for."""
    names = {str(vendor): "the vendor"}
    names |= {str(row["id"]): f"{table} {place}" for place, (table, row) in enumerate(rows) if "id" in row}
    names |= {str(line.pk): line.code for line in ProductLine.objects.filter(vendor_id=vendor)}
    names |= {str(program.pk): program.name for program in Program.objects.filter(vendor_id=vendor)}
    for partnership in Partnership.objects.filter(vendor_id=vendor).select_related("organization"):
        names[str(partnership.pk)] = partnership.organization.name
    for member in Membership.objects.select_related("user"):
        names[str(member.pk)] = names[member.public_id] = member.user.name
    return names


def plain(value: Any, names: dict[str, str]) -> Any:
    """A value without ids, with times as times; lists in an order of their own."""
    match value:
        case dict():
            return {key: plain(inner, names) for key, inner in value.items()}
        case list():
            return sorted((plain(inner, names) for inner in value), key=repr)
        case Range():
            return plain(value.lower, names), plain(value.upper, names)
        case UUID() | str() if str(value) in names:
            return names[str(value)]
        case str() if A_TIME.match(value):
            return datetime.fromisoformat(value)
    return value


def differences(ours: Any, theirs: Any) -> list[Any]:
    """Where two rows differ; times may by a moment, because the actions take some."""
    if isinstance(ours, dict) and isinstance(theirs, dict) and ours.keys() == theirs.keys():
        return [found for key in ours for found in differences(ours[key], theirs[key])]
    if isinstance(ours, list | tuple) and isinstance(theirs, list | tuple) and len(ours) == len(theirs):
        return [found for one, other in zip(ours, theirs, strict=True) for found in differences(one, other)]
    if isinstance(ours, datetime) and isinstance(theirs, datetime):
        return [] if abs(ours - theirs) < TOLERANCE else [(ours, theirs)]
    return [] if ours == theirs else [(ours, theirs)]
