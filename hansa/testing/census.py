"""The census of the database: every table is behind the second wall, or in the reviewed list with its reason."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connections, models

from hansa.core.fields import TenantForeignKey
from hansa.core.walls import has_partnership, partner_column, policies, policy, runtime_role

QUEUE = "The queue's own: arguments are ids only, and no entrance reads it."
DJANGO = "Django's own; holds nothing of a vendor."

# Tables whose rows belong to no vendor, or to several. Reviewed: each is reached through the first wall alone.
WITHOUT_VENDOR = {
    "accounts_vendor": "The tenant itself.",
    "accounts_organization": "A company may be a partner of many vendors.",
    "accounts_user": "A person logs in once and may work for several organizations.",
    "accounts_membership": "Belongs to an organization; seen through the workspaces of the actor's side.",
    "accounts_workspace": "Says which vendor a request is about, so it is read before there is a context.",
    "accounts_invitation": "Read by its signed link before there is an actor.",
    "accounts_apikey": "Found by the hash of its secret before there is an actor.",
    "account_emailaddress": "The log-in's own; belongs to a person.",
    "account_emailconfirmation": "The log-in's own; belongs to a person, and is not used.",
    "mfa_authenticator": "A person's passkeys, app and recovery codes; found by that person, the secrets encrypted.",
    "usersessions_usersession": "A person's log-ins, shown to that person.",
    "django_session": "Holds who is logged in, found by its random key.",
    "rulebook_builtintable": "The tables that Hansa comes with, the same for all; web and worker may only read them.",
    "core_clock": "One row for the whole database.",
    "core_counter": "Counts attempts under names that no entrance reads out.",
    "notices_calendarfeed": "Found by the hash of its secret before there is an actor, like an API key.",
    "notices_replyaddress": "Read by its signed address before there is an actor, like an invitation.",
    "notices_sentmail": "The demonstration's outbox, where there is one tenant of people who try it out.",
    "procrastinate_jobs": QUEUE,
    "procrastinate_events": QUEUE,
    "procrastinate_workers": QUEUE,
    "procrastinate_periodic_defers": QUEUE,
    "django_migrations": DJANGO,
    "django_content_type": DJANGO,
    "auth_permission": DJANGO,
    "auth_group": DJANGO,
    "auth_group_permissions": DJANGO,
}


def tables() -> list[str]:
    """Every table of ours, partitions aside."""
    return _column(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
        " AND relnamespace = 'public'::regnamespace ORDER BY 1"
    )


def walled_models() -> list[type[models.Model]]:
    """Every model whose rows belong to one vendor."""
    return [model for model in apps.get_models() if _has_vendor(model)]


def findings(model: type[models.Model]) -> list[str]:
    """What is wrong with the wall of one table; nothing when it stands."""
    table = model._meta.db_table
    return [f"{table}: {problem}" for check in CHECKS for problem in check(model, table)]


def _forced(model: type[models.Model], table: str) -> Iterator[str]:
    [(enabled, forced)] = _rows(
        "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", table
    )
    if not enabled:
        yield "row-level security is off"
    if not forced:
        yield "row-level security is not forced on the owner"


def _tenant_key(model: type[models.Model], table: str) -> Iterator[str]:
    known = dict(
        _rows("SELECT attname, attnotnull FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0", table)
    )
    if not known.get("vendor_id"):
        yield "vendor_id may be null"
    partnership = next((f for f in model._meta.concrete_fields if f.column == "partnership_id"), None)
    if partnership is not None and not partnership.null and not known.get("partnership_id"):
        yield "partnership_id may be null"


def _policies(model: type[models.Model], table: str) -> Iterator[str]:
    audience = model.audience  # type: ignore[attr-defined]
    with connections["owner"].cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.expected_policies")
        cursor.execute(f'CREATE TEMP TABLE expected_policies (LIKE "{table}")')
        for command, rule in policies(audience, partner_column(model), getattr(model, "along", "")).items():
            cursor.execute(policy("expected_policies", command, rule))
    if _written(table) != _written("expected_policies"):
        yield f"the policies are not those of the audience {audience}"


def _written(table: str) -> list[Any]:
    return _rows(
        "SELECT cmd, permissive, roles::text, qual, with_check FROM pg_policies WHERE tablename = %s ORDER BY 1", table
    )


def _uniques(model: type[models.Model], table: str) -> Iterator[str]:
    for name, first in _rows(
        "SELECT index.relname, attname FROM pg_index JOIN pg_class index ON index.oid = indexrelid"
        " LEFT JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]"
        " WHERE indrelid = %s::regclass AND NOT indisprimary AND (indisunique OR indisexclusion)",
        table,
    ):
        if first != "vendor_id":
            yield f"the unique {name} leads with {first}, so it tells one vendor of another's rows"


def _references(model: type[models.Model], table: str) -> Iterator[str]:
    kept = {
        columns[-1]: columns
        for (columns,) in _rows(
            "SELECT array(SELECT attname::text FROM unnest(conkey) WITH ORDINALITY AS key (number, place)"
            " JOIN pg_attribute ON attrelid = conrelid AND attnum = number ORDER BY place)"
            " FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'",
            table,
        )
    }
    for field in model._meta.concrete_fields:
        target = field.related_model
        if not isinstance(target, type) or not _has_vendor(target):
            continue
        both = has_partnership(model) and has_partnership(target) and field.name != "partnership"
        wanted = ["vendor_id", *(["partnership_id"] if both else []), field.column]
        if not isinstance(field, TenantForeignKey):
            yield f"{field.name} is a plain foreign key"
        if kept.get(field.column) != wanted:
            yield f"{field.name} is not held by a constraint over {wanted}"


CHECKS = (_forced, _tenant_key, _policies, _uniques, _references)


def role_findings() -> list[str]:
    """What the runtime role can do and should not; each row of these queries is one such thing."""
    asked = {
        "has a power over everything": "SELECT rolname FROM pg_roles WHERE rolname = %(role)s"
        " AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)",
        "is a member of": "SELECT roleid::regrole FROM pg_auth_members WHERE member = %(role)s::regrole",
        "owns": "SELECT relname FROM pg_class WHERE relowner = %(role)s::regrole"
        " UNION ALL SELECT proname FROM pg_proc WHERE proowner = %(role)s::regrole",
        "may truncate, refer to or put triggers on": "SELECT relname FROM pg_class"
        " WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        " AND has_table_privilege(%(role)s, oid, 'TRUNCATE, REFERENCES, TRIGGER')",
        "reaches past its parent's policies the partition": "SELECT relname FROM pg_class WHERE relispartition"
        " AND relkind = 'r' AND has_table_privilege(%(role)s, oid, 'SELECT, INSERT, UPDATE, DELETE')",
        "may run with another's rights": "SELECT proname FROM pg_proc WHERE prosecdef"
        " AND pronamespace = 'public'::regnamespace AND has_function_privilege(%(role)s, oid, 'EXECUTE')",
        "reads past the policies": "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND has_table_privilege(%(role)s, oid, 'SELECT') AND (relkind = 'm' OR relkind = 'v'"
        " AND NOT coalesce('security_invoker=true' = ANY(reloptions), false))",
        "may create in the schema": "SELECT 'public' WHERE has_schema_privilege(%(role)s, 'public', 'CREATE')",
        "may change": "SELECT relname FROM pg_class WHERE relname = 'core_event'"
        " AND has_table_privilege(%(role)s, oid, 'UPDATE, DELETE')",
    }
    with connections["owner"].cursor() as cursor:
        found = []
        for problem, sql in asked.items():
            cursor.execute(sql, {"role": runtime_role()})
            found += [f"the runtime role {problem} {row[0]}" for row in cursor.fetchall()]
    return found


def _has_vendor(model: type[models.Model]) -> bool:
    return any(field.column == "vendor_id" for field in model._meta.concrete_fields) and hasattr(model, "audience")


def _rows(sql: str, table: str) -> list[Any]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(sql, [table])
        return list(cursor.fetchall())


def _column(sql: str) -> list[str]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(sql)
        return [row[0] for row in cursor.fetchall()]
