"""The second wall by itself: plain SQL as the runtime role, in the context of one party, against every other's rows."""

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from psycopg import sql
from psycopg.errors import UniqueViolation

from hansa.core.actors import System
from hansa.core.fields import TenantForeignKey
from hansa.core.tenancy import acting
from hansa.core.walls import has_partnership
from hansa.testing.census import walled_models
from hansa.testing.world import Party, World, may_see, reads_along

WALLED = walled_models()
REFERENCES = [
    pytest.param(model, it, id=f"{model._meta.label}.{it.name}")
    for model in WALLED
    for it in model._meta.concrete_fields
    if isinstance(it, TenantForeignKey)
]
by_table = pytest.mark.parametrize("model", WALLED, ids=lambda model: model._meta.db_table)


def rows(world: World, model: type[models.Model]) -> list[tuple[Party, Any]]:
    """Every party's row of a table."""
    return [(party, row) for party in world.parties.values() if (row := party.rows.get(model))]


def ask(statement: str, model: Any, *values: Any, **parts: sql.Composable) -> tuple[int, list[Any]]:
    """How many rows a statement touched, and what it returned; `{table}` and `{key}` stand for the model's own."""
    known = {"table": sql.Identifier(model._meta.db_table), "key": key(model)}
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(**known, **parts), values)
        return cursor.rowcount, cursor.fetchall() if cursor.description else []


@by_table
def test_each_party_reads_its_rows_and_no_other(world: World, model) -> None:
    for party in world.parties.values():
        with acting(party.actor):
            _, seen = ask("SELECT DISTINCT vendor_id FROM {table}", model)
            assert {vendor for (vendor,) in seen} <= {party.vendor_id}
            for owner, row in rows(world, model):
                _, found = ask("SELECT 1 FROM {table} WHERE {key}", model, *key_of(row))
                assert bool(found) == may_see(party.actor, row), f"{party.name} and a row of {owner.name}"


@by_table
def test_nobody_changes_removes_or_plants_the_rows_of_others(world: World, model) -> None:
    tried = 0
    for party in world.parties.values():
        for owner, row in rows(world, model):
            if may_change(party, row):
                continue
            for statement, values in attempts(model, row):
                assert refused(party, statement, model, values), f"{party.name}: {statement} of {owner.name}"
                tried += 1
    assert tried


def may_change(party: Party, row: Any) -> bool:
    """Who reads what is published, or reads along, changes nothing of it."""
    read_only = row.audience == "published" and party.partnership_id is not None
    return may_see(party.actor, row) and not read_only and not reads_along(party.actor, row)


@by_table
def test_without_a_context_a_table_is_an_error(world: World, model) -> None:
    with pytest.raises(DatabaseError, match="no tenant context"), transaction.atomic():
        ask("SELECT * FROM {table}", model)


@pytest.mark.parametrize(("model", "reference"), REFERENCES)
def test_a_reference_cannot_leave_its_vendor_nor_its_partner(world: World, model, reference: TenantForeignKey) -> None:
    crossed = 0
    for owner, row in rows(world, model):
        for other, target in rows(world, reference.related_model):
            if may_refer(owner, other, model, reference) or owner is other:
                continue
            with acting(System("test", owner.vendor_id)), pytest.raises(IntegrityError) as refusal:
                point(model, row, reference, target)
            cause = refusal.value.__cause__
            by_reference = cause.diag.constraint_name.endswith("_tenant_fk")
            assert by_reference or isinstance(cause, UniqueViolation)  # the target has such a row of its own
            crossed += by_reference
    assert crossed


def may_refer(owner: Party, other: Party, model: Any, reference: TenantForeignKey) -> bool:
    """Within a vendor, unless both rows are a partner's: then within the partner."""
    both = has_partnership(model) and has_partnership(reference.related_model) and reference.name != "partnership"
    return owner.vendor_id == other.vendor_id and not (both and owner.partnership_id != other.partnership_id)


def point(model: Any, row: Any, reference: TenantForeignKey, target: Any) -> None:
    """Let the row refer to the target, by a change or, where rows are never changed, by a copy with another number."""
    column = sql.Identifier(reference.column)
    try:
        with transaction.atomic():
            ask("UPDATE {table} SET {column} = %s WHERE {key}", model, target.pk, *key_of(row), column=column)
    except IntegrityError:
        raise
    except DatabaseError:
        unique = {name for each in model._meta.constraints for name in getattr(each, "fields", ())}
        numbers = [
            it.name for it in columns(model) if it.name in unique and isinstance(it, models.PositiveIntegerField)
        ]
        chosen: dict[Any, sql.Composable] = {
            name: sql.SQL("{} + 1000").format(sql.Identifier(name)) for name in numbers
        }
        chosen |= {"id": sql.SQL("gen_random_uuid()"), reference.column: sql.SQL("%s")}
        parts = [chosen.get(it.column, sql.Identifier(it.column)) for it in columns(model)]
        copy = "INSERT INTO {table} ({columns}) SELECT {parts} FROM {table} WHERE {key}"
        listed = {"columns": names(model), "parts": sql.SQL(", ").join(parts)}
        ask(copy, model, target.pk, *key_of(row), **listed)


def attempts(model: Any, row: Any) -> list[tuple[str, list[Any]]]:
    """A change, a removal and a copy of one row: the statement and its values."""
    facts = [it.get_db_prep_save(value_of(it, row), connection) for it in columns(model)]
    return [
        ("UPDATE {table} SET vendor_id = vendor_id WHERE {key}", key_of(row)),
        ("DELETE FROM {table} WHERE {key}", key_of(row)),
        ("INSERT INTO {table} ({columns}) VALUES ({values})", facts),
    ]


def refused(party: Party, statement: str, model: Any, values: list[Any]) -> bool:
    """Whether the statement did nothing, by touching no row or by an error of the wall."""
    places = sql.SQL(", ").join(sql.Placeholder() for _ in values)
    try:
        with acting(party.actor), transaction.atomic():
            return ask(statement, model, *values, columns=names(model), values=places)[0] == 0
    except IntegrityError:
        return False  # it came past the wall, and only found the row there already
    except DatabaseError:
        return True


def columns(model: Any) -> list[Any]:
    return [it for it in model._meta.concrete_fields if not isinstance(it, models.CompositePrimaryKey)]


def names(model: Any) -> sql.Composable:
    return sql.SQL(", ").join(sql.Identifier(it.column) for it in columns(model))


def value_of(it: Any, row: Any) -> Any:
    """A column's value; one that the database fills is not asked for."""
    value = getattr(row, it.attname)
    return None if hasattr(value, "resolve_expression") else value


def key(model: Any) -> sql.Composable:
    """The comparison that finds one row."""
    pk = model._meta.pk
    parts = pk.columns if isinstance(pk, models.CompositePrimaryKey) else [pk.column]
    return sql.SQL(" AND ").join(sql.SQL("{} = %s").format(sql.Identifier(part)) for part in parts)


def key_of(row: Any) -> list[Any]:
    return list(row.pk) if isinstance(row.pk, tuple) else [row.pk]
