"""The migration operations behind the second wall: policies, grants, and references that cannot cross tenants."""

from typing import Any, Literal, cast

from django.apps.registry import Apps
from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

Audience = Literal["vendor", "partner", "published"]

SAME_VENDOR = "vendor_id = (SELECT hansa_vendor())"
VENDOR_SIDE = "(SELECT hansa_side() = 'vendor')"  # compared inside: the planner then expects half of the rows
SAME_PARTNER = "{} = (SELECT hansa_partnership())"
STANDING_BESIDE = (
    "SELECT deal_id FROM deals_party"
    " WHERE vendor_id = (SELECT hansa_vendor()) AND beside_id = (SELECT hansa_partnership())"
)

FUNCTIONS = """
CREATE FUNCTION hansa_vendor() RETURNS uuid LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE vendor text := current_setting('hansa.vendor', true);
BEGIN
    IF coalesce(vendor, '') = '' THEN RAISE 'no tenant context' USING ERRCODE = 'insufficient_privilege'; END IF;
    RETURN vendor::uuid;
END $$;
CREATE FUNCTION hansa_side() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT current_setting('hansa.side', true) $$;
CREATE FUNCTION hansa_partnership() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT nullif(current_setting('hansa.partnership', true), '')::uuid $$;
CREATE TABLE core_clock (one boolean PRIMARY KEY DEFAULT true CHECK (one), shift interval NOT NULL);
CREATE FUNCTION hansa_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS
    $$ SELECT clock_timestamp() + coalesce((SELECT shift FROM core_clock), '0') $$;
CREATE FUNCTION hansa_lock(name text) RETURNS void LANGUAGE sql VOLATILE AS
    $$ SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) $$;
"""

DROP_FUNCTIONS = """
DROP FUNCTION hansa_lock(text); DROP FUNCTION hansa_now(); DROP TABLE core_clock;
DROP FUNCTION hansa_partnership(); DROP FUNCTION hansa_side(); DROP FUNCTION hansa_vendor();
"""

# A role belongs to the whole cluster, whose databases share no lock: another one's migration may be making it just now.
MAKE_ROLE = """
DO $make$
BEGIN
    FOR attempt IN 1..100 LOOP
        EXIT WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = {name});
        BEGIN
            CREATE ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD {password};
        EXCEPTION WHEN duplicate_object OR unique_violation OR internal_error THEN
            IF attempt = 100 THEN RAISE; END IF;
            PERFORM pg_sleep(0.1);
        END;
    END LOOP;
END $make$
"""

LACKING = """
SELECT coalesce(bool_or(NOT has_table_privilege(%(role)s, to_regclass(name), 'SELECT')), false)
FROM unnest(%(tables)s::text[]) AS name
WHERE to_regclass(name) IS NOT NULL
"""


def policies(audience: Audience, partnership: str = "partnership_id", along: str = "") -> dict[str, str]:
    """The row-level policies of a table by command: the one place that says who sees what.

    `partnership` is the column that names the partner: a partnership's own is its id. `along` is the condition on which
    a second partner reads a row and changes nothing of it; it comes last, so that nobody else waits for its answer.
    """
    if audience == "partner":
        theirs = f"{VENDOR_SIDE} OR {SAME_PARTNER.format(partnership)}"
        own = f"{SAME_VENDOR} AND ({theirs})"
        if not along:
            return {"ALL": own}
        return {"SELECT": f"{SAME_VENDOR} AND ({theirs} OR {along})", "INSERT": own, "UPDATE": own, "DELETE": own}
    vendors_own = f"{SAME_VENDOR} AND {VENDOR_SIDE}"
    if audience == "vendor":
        return {"ALL": vendors_own}
    return {"SELECT": SAME_VENDOR, "INSERT": vendors_own, "UPDATE": vendors_own, "DELETE": vendors_own}


def named_in(column: str) -> str:
    """The condition for the partner whom another column of the row names."""
    return SAME_PARTNER.format(column)


def beside_deal(column: str) -> str:
    """The condition for the partner that stands beside the deal which this column names."""
    return f"{column} IN ({STANDING_BESIDE})"


def runtime_role() -> str:
    """The role that web and worker log in as: it owns nothing and may bypass nothing."""
    return str(settings.DATABASES["default"]["USER"])


def let_runtime_role_in(owner: BaseDatabaseWrapper) -> None:
    """Grant what the migrations grant to the role that is configured now, where it came after them."""
    loader, role = MigrationLoader(owner), owner.ops.quote_name(runtime_role())
    applied = [loader.graph.nodes[key] for key in loader.applied_migrations if key in loader.graph.nodes]
    granted = [
        (operation.rights, table)
        for migration in applied
        for operation in migration.operations
        if isinstance(operation, Grant | Walls)
        for table in operation.granted_in(migration.app_label)
    ]
    with owner.cursor() as cursor:
        tables = [table for _, table in granted if " " not in table]
        cursor.execute(LACKING, {"role": runtime_role(), "tables": tables})
        if not cursor.fetchone()[0]:
            return
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        for rights, table in granted:
            cursor.execute(f"GRANT {rights} ON {table} TO {role}")


class SchemaOperation(Operation):
    """An operation that changes the database and not Django's picture of it."""

    reduces_to_sql = True
    reversible = True

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass


class RuntimeRole(SchemaOperation):
    """Create the role that the application runs as, unless it is there."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        role, quoted = runtime_role(), schema_editor.quote_name(runtime_role())
        name, password = map(schema_editor.quote_value, (role, settings.DATABASES["default"]["PASSWORD"]))
        schema_editor.execute(MAKE_ROLE.format(role=quoted, name=name, password=password), params=None)
        schema_editor.execute(f"GRANT USAGE ON SCHEMA public TO {quoted}")

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        pass  # the role may serve other databases of the cluster

    def describe(self) -> str:
        return "Create the runtime role"


class Grant(SchemaOperation):
    """Let the runtime role use tables that carry no vendor, each listed in `hansa.testing.census.WITHOUT_VENDOR`."""

    def __init__(self, *tables: str, rights: str = "SELECT, INSERT, UPDATE, DELETE"):
        self.tables, self.rights = tables, rights

    def granted_in(self, app_label: str) -> tuple[str, ...]:
        """What the rights are on, as GRANT names it."""
        return self.tables

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__name__, list(self.tables), {"rights": self.rights}

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        for table in self.tables:
            schema_editor.execute(f"GRANT {self.rights} ON {table} TO {schema_editor.quote_name(runtime_role())}")

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        for table in self.tables:
            schema_editor.execute(f"REVOKE {self.rights} ON {table} FROM {schema_editor.quote_name(runtime_role())}")

    def describe(self) -> str:
        return f"Grant {self.rights} on {', '.join(self.tables)}"


class Walls(SchemaOperation):
    """Put a table with a vendor behind the second wall.

    Forces row-level security with the policies of its audience, grants the runtime role what it needs (`rights`),
    and turns each `TenantForeignKey` into a reference that also compares vendor, and partnership where both have one.
    """

    def __init__(
        self, model: str, audience: Audience, rights: str = "SELECT, INSERT, UPDATE, DELETE", *, along: str = ""
    ):
        self.model, self.audience, self.rights, self.along = model, audience, rights, along

    def granted_in(self, app_label: str) -> tuple[str, ...]:
        """The table that the rights are on."""
        return (f"{app_label}_{self.model}".lower(),)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__name__, [self.model, self.audience], {"rights": self.rights}

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        apps: Apps = to_state.apps
        model = apps.get_model(app_label, self.model)
        table = schema_editor.quote_name(model._meta.db_table)
        role = schema_editor.quote_name(runtime_role())
        rules = policies(self.audience, partner_column(model), self.along)
        waiting, schema_editor.deferred_sql = schema_editor.deferred_sql, []
        for statement in (
            *waiting,  # checking a new reference reads the table, which even its owner may not do once it is forced
            *_references(model, table, schema_editor),
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"GRANT {self.rights} ON {table} TO {role}",
            *(policy(table, command, rule) for command, rule in rules.items()),
        ):
            schema_editor.execute(statement)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        pass  # the table goes with its CreateModel

    def describe(self) -> str:
        return f"Put {self.model} behind the second wall ({self.audience})"


class ReadAlong(SchemaOperation):
    """Let a second partner read rows of a partner's table that has its wall already, on the condition `along`."""

    def __init__(self, table: str, along: str):
        self.table, self.along = table, along

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__name__, [self.table, self.along], {}

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        self._replace(schema_editor, policies("partner"), policies("partner", along=self.along))

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        self._replace(schema_editor, policies("partner", along=self.along), policies("partner"))

    def describe(self) -> str:
        return f"Let a second partner read along in {self.table}"

    def _replace(self, schema_editor: BaseDatabaseSchemaEditor, old: dict[str, str], new: dict[str, str]) -> None:
        for command in old:
            schema_editor.execute(f"DROP POLICY hansa_{command.lower()} ON {self.table}")
        for command, rule in new.items():
            schema_editor.execute(policy(self.table, command, rule))


def policy(table: str, command: str, rule: str) -> str:
    """The statement that creates one policy of `policies`."""
    using = "" if command == "INSERT" else f" USING ({rule})"
    check = "" if command in ("SELECT", "DELETE") else f" WITH CHECK ({rule})"
    return f"CREATE POLICY hansa_{command.lower()} ON {table} FOR {command}{using}{check}"


def partner_column(model: type[models.Model]) -> str:
    """The column that names the partner whose row it is: a partnership's own is its key."""
    columns = {field.column for field in model._meta.concrete_fields}
    return "partnership_id" if "partnership_id" in columns else str(model._meta.pk.column)


def has_partnership(model: type[models.Model]) -> bool:
    """Whether each row of the model belongs to one partner."""
    return any(field.name == "partnership" and not field.null for field in model._meta.concrete_fields)


def _unique(target: type[models.Model], to_table: str, columns: str, *, both: bool) -> str:
    """Make sure that what is referred to is unique; a table that nothing refers to does without the index."""
    name = f"{target._meta.db_table}_{'partner' if both else 'tenant'}"
    return (
        f"DO $make$ BEGIN IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = '{name}') THEN"
        f' ALTER TABLE {to_table} ADD CONSTRAINT "{name}" UNIQUE ({columns}); END IF; END $make$'
    )


def _references(model: type[models.Model], table: str, schema_editor: BaseDatabaseSchemaEditor) -> list[str]:
    from_table, statements = model._meta.db_table, []
    for field in model._meta.concrete_fields:
        if type(field).__name__ != "TenantForeignKey":
            continue
        target = cast(type[models.Model], field.related_model)
        both = has_partnership(model) and has_partnership(target) and field.name != "partnership"
        pair = "vendor_id, partnership_id" if both else "vendor_id"
        to_table, to_columns = schema_editor.quote_name(target._meta.db_table), f"{pair}, {target._meta.pk.column}"
        statements += [
            _unique(target, to_table, to_columns, both=both),
            (
                f'ALTER TABLE {table} ADD CONSTRAINT "{from_table}_{field.column}_tenant_fk"'
                f" FOREIGN KEY ({pair}, {field.column}) REFERENCES {to_table} ({to_columns})"
            ),
        ]
    return statements
