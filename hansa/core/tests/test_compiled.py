"""A statement that is written once says the same as one that Django writes anew."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db.models import QuerySet

from hansa.core import compiled as module
from hansa.core.actors import Actor, System
from hansa.core.compiled import compiled
from hansa.core.database import query_of
from hansa.deals.models import Deal
from hansa.kernel.ids import public_id

AT = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _nothing_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_statements", {})


def of_partner(vendor: UUID, partner: UUID) -> Actor:
    return Actor("person", uuid4(), "Mara", frozenset({"sales_rep"}), vendor, "partner", partner)


def before(actor: Actor, at: datetime | None = None) -> QuerySet[Any]:
    rows = Deal.objects.visible_to(actor).filter(owner_id=actor.id).order_by("id")
    return rows.filter(submitted_at__lt=at) if at else rows


def test_each_actor_and_value_stands_where_it_belongs() -> None:
    vendor = uuid4()
    for actor in (of_partner(vendor, uuid4()), of_partner(uuid4(), uuid4()), of_partner(vendor, uuid4())):
        sql, parameters = compiled("deals", actor, before, at=AT)
        assert (sql, tuple(parameters)) == query_of(before(actor, AT))


def test_it_is_written_once_for_each_shape() -> None:
    written: list[Actor] = []

    def rows(actor: Actor, at: datetime | None) -> QuerySet[Any]:
        written.append(actor)
        return before(actor, at)

    actor = of_partner(uuid4(), uuid4())
    for shape, at in [("deals", AT), ("deals", AT.replace(year=2027)), ("deals", None), ("others", AT)]:
        compiled(shape, replace(actor, id=uuid4()), rows, at=at)
    assert len(written) == 3


def test_who_stands_elsewhere_never_gets_the_statement_of_another() -> None:
    vendor, partner = uuid4(), uuid4()
    member = of_partner(vendor, partner)
    for actor in (member, System("test", vendor), replace(member, side="vendor"), replace(member, id=None)):
        sql, parameters = compiled("deals", actor, before, at=AT)
        assert (sql, tuple(parameters)) == query_of(before(actor, AT))


@pytest.mark.parametrize(
    "made",
    [
        lambda rows, who, at: rows.filter(customer_name__icontains=str(who)),
        lambda rows, who, at: rows.filter(customer_name=who.hex),
        lambda rows, who, at: rows.filter(customer_name=public_id("deal", who)),
        lambda rows, who, at: rows.filter(submitted_at__lt=at + timedelta(days=30)),
        lambda rows, who, at: rows.filter(submitted_at__date=at.date()),
        lambda rows, who, at: rows.filter(customer_name=at.isoformat()),
    ],
)
def test_what_is_made_of_a_value_is_refused(made: Any) -> None:
    with pytest.raises(ValueError, match="as it stands"):
        compiled(
            "deals",
            of_partner(uuid4(), uuid4()),
            lambda actor, who, at: made(Deal.objects.visible_to(actor), who, at),
            who=uuid4(),
            at=AT,
        )
