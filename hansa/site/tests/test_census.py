"""Every table, role, function and trigger of the database against what the design promises."""

import pytest
from django.apps import apps
from django.db import DatabaseError, ProgrammingError, connection, connections, transaction

from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.core.walls import runtime_role
from hansa.customers.models import Company
from hansa.deals.models import Deal, Protection
from hansa.kernel.lifecycle import Lifecycle
from hansa.programs.models import Program
from hansa.rulebook.models import Decision, DecisionEvidence
from hansa.testing import census
from hansa.testing.cast import Cast

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

LIFECYCLES = [
    (model, lifecycle)
    for model in apps.get_models()
    for lifecycle in vars(model).values()
    if isinstance(lifecycle, Lifecycle)
]


def test_every_table_has_a_wall_or_a_reason_not_to() -> None:
    walled = {model._meta.db_table for model in census.walled_models()}
    assert set(census.tables()) == walled | set(census.WITHOUT_VENDOR)
    assert not walled & set(census.WITHOUT_VENDOR)


@pytest.mark.parametrize("model", census.walled_models(), ids=lambda model: model._meta.db_table)
def test_the_wall_of_each_table_stands(model) -> None:
    assert census.findings(model) == []


@pytest.mark.parametrize(
    ("harm", "model", "complaint"),
    [
        ("ALTER TABLE deals_deal DISABLE ROW LEVEL SECURITY", Deal, "security is off"),
        ("ALTER TABLE deals_deal NO FORCE ROW LEVEL SECURITY", Deal, "not forced"),
        ("ALTER TABLE deals_deal ALTER vendor_id DROP NOT NULL", Deal, "vendor_id may be null"),
        ("CREATE POLICY extra ON deals_deal USING (true)", Deal, "policies"),
        ("ALTER POLICY hansa_all ON customers_company USING (vendor_id = hansa_vendor())", Company, "policies"),
        ("CREATE UNIQUE INDEX oracle ON customers_company (lei)", Company, "leads with lei"),
        ("ALTER TABLE deals_protection DROP CONSTRAINT deals_protection_deal_id_tenant_fk", Protection, "not held"),
    ],
)
def test_a_breach_of_the_wall_is_found(harm: str, model, complaint: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(harm)
    assert any(complaint in problem for problem in census.findings(model))


def test_the_runtime_role_has_no_power_beyond_rows() -> None:
    assert census.role_findings() == []


@pytest.mark.parametrize(
    "harm",
    [
        "GRANT TRUNCATE ON deals_deal TO {role}",
        "GRANT SELECT ON core_event_other TO {role}",
        "GRANT DELETE ON core_event TO {role}",
        "CREATE VIEW all_deals AS SELECT * FROM deals_deal; GRANT SELECT ON all_deals TO {role}",
        "CREATE MATERIALIZED VIEW all_deals AS SELECT 1; GRANT SELECT ON all_deals TO {role}",
        "CREATE FUNCTION peek() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM deals_deal'",
    ],
)
def test_a_power_too_many_is_found(harm: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(harm.format(role=runtime_role()))
    assert len(census.role_findings()) == 1


def test_the_runtime_role_cannot_become_the_owner() -> None:
    owner = connections["owner"].settings_dict["USER"]
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'SET ROLE "{owner}"')


def test_what_is_acknowledged_is_on_disk() -> None:
    assert "synchronous_commit=on" in connection.settings_dict["OPTIONS"]["options"]
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)


@pytest.mark.parametrize(("model", "lifecycle"), LIFECYCLES, ids=lambda it: getattr(it, "__name__", None) or it.field)
def test_the_database_guards_each_lifecycle(model, lifecycle: Lifecycle) -> None:
    """A trigger refuses, on this table, exactly the moves that the lifecycle does not have."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_functiondef(tgfoid) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal",
            [model._meta.db_table],
        )
        guards = [row[0] for row in cursor.fetchall()]
    moves = ",".join(f"{source}:{target}" for source, target in lifecycle.pairs())
    assert any(f'OLD."{lifecycle.field}"' in guard and "{" + moves + "}" in guard for guard in guards)


def test_an_illegal_move_is_refused_whatever_code_runs(cast: Cast) -> None:
    deal = cast.register()
    with acting(cast.system):
        with pytest.raises(ProgrammingError, match="Invalid transition"), transaction.atomic():
            Deal.objects.filter(pk=deal.pk).update(status="submitted")
        assert Deal.objects.filter(pk=deal.pk).update(status="withdrawn") == 1


@pytest.mark.parametrize("model", [Decision, DecisionEvidence, Event])
def test_history_is_never_changed(cast: Cast, model) -> None:
    cast.register()
    with acting(cast.system):
        for change in (lambda rows: rows.update(vendor=cast.program.vendor_id), lambda rows: rows.delete()):
            with pytest.raises(DatabaseError), transaction.atomic():
                change(model.objects.filter(vendor=cast.program.vendor_id))
        assert model.objects.exists()


def test_settings_that_rest_on_a_wish_are_refused(cast: Cast) -> None:
    with acting(cast.system), pytest.raises(DatabaseError), transaction.atomic():
        Program.objects.update(protection_days=731)
