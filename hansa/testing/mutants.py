"""Walls taken away on purpose, to see that the other holds, and that the suites notice when neither does."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from django.apps import apps
from django.db import connections
from psycopg import sql

from hansa.core import tenancy
from hansa.core.actors import Actor
from hansa.core.tenancy import acting
from hansa.testing.census import walled_models
from hansa.testing.world import Party, World, may_see


@contextmanager
def without_first_wall(*models: Any) -> Iterator[None]:
    """Every `visible_to` lets everything through, or that of these models."""
    with ExitStack() as patched:
        for kind in {kind for model in apps.get_models() for kind in type(model._default_manager.all()).__mro__}:
            if scope := vars(kind).get("visible_to"):
                patched.enter_context(patch.object(kind, "visible_to", _open(scope, models)))
        yield


@contextmanager
def without_second_wall(*models: Any) -> Iterator[None]:
    """Row-level security is off on every table, or on those of these models."""
    _alter("DISABLE", models)
    try:
        yield
    finally:
        _alter("ENABLE", models)


@contextmanager
def without_permissions() -> Iterator[None]:
    """Everybody may do everything."""
    with patch.object(Actor, "may", lambda actor, wanted: True):
        yield


@contextmanager
def without_context() -> Iterator[None]:
    """The database is not told for whom people and machines act."""
    told = tenancy._context_of

    def untold(actor: Actor) -> tuple[str, str, str]:
        return told(actor) if actor.kind == "system" else ("", actor.side, "")

    with patch.object(tenancy, "_context_of", untold):
        yield


def foreign_seen(world: World, party: Party, model: Any) -> list[str]:
    """The foreign rows of a model that a party gets by fetching as pages do."""
    owners = {
        row.pk: it.name
        for it in world.parties.values()
        for row in (it.rows.get(model), it.background.get(model))
        if row is not None and not may_see(party.actor, row)
    }
    with acting(party.actor):
        seen = set(model.objects.visible_to(party.actor).values_list("pk", flat=True))
    return [f"{party.name} sees a {model.__name__} of {owners[pk]}" for pk in seen & owners.keys()]


def _open(scope: Any, models: Any) -> Any:
    def visible_to(rows: Any, actor: Actor) -> Any:
        return rows.all() if not models or rows.model in models else scope(rows, actor)

    return visible_to


def _alter(what: str, models: Any) -> None:
    with connections["owner"].cursor() as cursor:
        for model in models or walled_models():
            table = sql.Identifier(model._meta.db_table)
            cursor.execute(sql.SQL("ALTER TABLE {} {} ROW LEVEL SECURITY").format(table, sql.SQL(what)))
    connections["owner"].close()
