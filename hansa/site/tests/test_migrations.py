"""What `make lint` refuses of a new migration, and what it lets through."""

import pytest

from hansa.testing.migrations import refusals


@pytest.mark.parametrize(
    ("rule", "statement"),
    [
        ("require-concurrent-index-creation", "CREATE INDEX a ON deals_deal (amount_minor)"),
        ("disallowed-unique-constraint", "ALTER TABLE deals_deal ADD CONSTRAINT a UNIQUE (vendor_id, need)"),
        ("constraint-missing-not-valid", "ALTER TABLE deals_deal ADD CONSTRAINT a CHECK (amount_minor > 1)"),
        ("changing-column-type", "ALTER TABLE deals_deal ALTER COLUMN need TYPE varchar(9)"),
        ("adding-field-with-default", "ALTER TABLE deals_deal ADD COLUMN seen timestamptz DEFAULT hansa_now()"),
        ("adding-not-nullable-field", "ALTER TABLE deals_deal ALTER COLUMN submission SET NOT NULL"),
        ("adding-required-field", "ALTER TABLE deals_deal ADD COLUMN seen timestamptz NOT NULL"),
    ],
)
def test_what_locks_or_rewrites_a_full_table_is_refused(rule: str, statement: str) -> None:
    assert rule in refusals(f"BEGIN;\n{statement};\nCOMMIT;")


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE INDEX CONCURRENTLY a ON deals_deal (amount_minor);",
        "BEGIN; ALTER TABLE deals_deal ADD COLUMN seen timestamptz NULL; COMMIT;",
        "BEGIN; ALTER TABLE deals_deal ADD COLUMN grade smallint DEFAULT 1 NOT NULL; COMMIT;",
        "BEGIN; ALTER TABLE deals_deal DROP COLUMN need; COMMIT;",
        "BEGIN; ALTER TABLE deals_deal ADD CONSTRAINT a CHECK (amount_minor > 1) NOT VALID; COMMIT;",
        "BEGIN; DROP INDEX deal_newest; COMMIT;",
        "BEGIN; CREATE TABLE a (id uuid PRIMARY KEY, b uuid REFERENCES deals_deal); CREATE INDEX c ON a (b); COMMIT;",
    ],
)
def test_what_takes_a_moment_is_let_through(sql: str) -> None:
    assert refusals(sql) == ""
