"""One table before three engines: the Python function, and the Ibis expression on DuckDB and on PostgreSQL."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any

import duckdb
import ibis
import pyarrow as pa
from django.db import connection, transaction

from hansa.rulebook.dmn import to_ibis
from hansa.rulebook.dmn.answers import NoAnswer, settle
from hansa.rulebook.dmn.syntax import SINGLE, HitPolicy, Table
from hansa.rulebook.dmn.to_python import compile_table
from hansa.rulebook.dmn.values import BadValue

Cases = Sequence[Mapping[str, Any]]
Told = tuple[str | None, tuple[int, ...] | None, Any]
"""Why there is no answer; or the places of the rows that make it, and the answer."""

ARROW = {
    "string": pa.string(), "decimal(28, 6)": pa.decimal128(28, 6), "boolean": pa.bool_(), "date": pa.date32(),
    "timestamp": pa.timestamp("us"), "int64": pa.int64(),
}  # fmt: skip
POSTGRES = {
    "string": 'text COLLATE "C"', "decimal(28, 6)": "numeric(28, 6)", "boolean": "boolean", "date": "date",
    "timestamp": "timestamp", "int64": "bigint",
}  # fmt: skip
NUMBERS = count()
WRONG = {HitPolicy.UNIQUE: to_ibis.OVERLAP, HitPolicy.ANY: to_ibis.DISAGREEMENT}


def agree(table: Table, cases: Cases, python: Callable[[Table, Cases], list[Told]] | None = None) -> Counter[str]:
    """What was told, counted by kind. Raises AssertionError where the engines differ."""
    expected = (python or by_python)(table, cases)
    for engine in (by_duckdb, by_postgres):
        found = engine(table, cases)
        for case, ours, theirs in zip(cases, expected, found, strict=True):
            assert theirs == ours, f"{engine.__name__} says {theirs}, Python {ours}, of {case} by {table}"
    return Counter(problem or (table.hit_policy if fired else "no row") for problem, fired, _ in expected)


def by_python(table: Table, cases: Cases) -> list[Told]:
    """What the function says of each case."""
    explain = compile_table(table).explain

    def tell(case: Mapping[str, Any]) -> Told:
        try:
            found = explain(case)
        except NoAnswer:
            return WRONG[table.hit_policy], None, None
        except BadValue as wrong:
            return (to_ibis.NOT_ALLOWED if "may not be" in str(wrong) else to_ibis.ABSENT), None, None
        return None, found.fired, _plain(found.answer)

    return [tell(case) for case in cases]


def by_duckdb(table: Table, cases: Cases) -> list[Told]:
    """What DuckDB says of each case, by way of Arrow."""
    columns = to_ibis.case_columns(table)
    fields = [(name, ARROW[kind]) for name, kind in {"place": "int64", **columns}.items()]
    given = pa.Table.from_arrays(
        [
            pa.array(list(column), kind)
            for column, (_, kind) in zip(zip(*_rows(table, cases), strict=True), fields, strict=True)
        ],
        names=[name for name, _ in fields],
    )
    with duckdb.connect() as engine:
        engine.execute("SET threads = 1")
        engine.register("cases", given)
        answer = engine.execute(sql(table, "duckdb"))
        names = [each[0] for each in answer.description]
        return _told(table, names, answer.fetchall())


def by_postgres(table: Table, cases: Cases) -> list[Told]:
    """What PostgreSQL says of each case, on Django's connection."""
    columns = {"place": "bigint"} | {name: POSTGRES[kind] for name, kind in to_ibis.case_columns(table).items()}
    name = f"cases_{next(NUMBERS)}"  # a statement that is prepared may not meet a table of other types
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE {name} ({', '.join(f'{column} {kind}' for column, kind in columns.items())})"
        )
        rows = _rows(table, cases)
        holes = ", ".join([f"({', '.join(f'%s::{kind}' for kind in columns.values())})"] * len(rows))
        cursor.execute(f"INSERT INTO {name} VALUES {holes}", [value for row in rows for value in row])  # noqa: S608 (ours)
        cursor.execute(sql(table, "postgres", name))
        names = [each[0] for each in cursor.description]
        told = _told(table, names, cursor.fetchall())
        cursor.execute(f"DROP TABLE {name}")
        return told


def sql(table: Table, dialect: str, name: str = "cases") -> str:
    """The expression as a statement, over a table of this name."""
    relation = ibis.table({"place": "int64", **to_ibis.case_columns(table)}, name=name)
    return str(ibis.to_sql(to_ibis.decided(table, relation), dialect=dialect))


def _rows(table: Table, cases: Cases) -> list[list[Any]]:
    return [[at, *(to_ibis.stored(case[fact.name]) for fact in table.facts)] for at, case in enumerate(cases)]


def _told(table: Table, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[Told]:
    answers = [dict(zip(names, row, strict=True)) for row in rows]
    return [_one(table, row) for row in sorted(answers, key=lambda row: row["place"])]


def _one(table: Table, row: Mapping[str, Any]) -> Told:
    columns = to_ibis.answer_columns(table)
    if row["problem"]:
        assert row["fired"] is None
        assert [row[name] for name in columns] == [None] * len(columns)
        return row["problem"], None, None
    values = [to_ibis.restored(kind, row[name]) for name, kind in columns.items()]
    if table.hit_policy in SINGLE:
        fired = () if row["fired"] is None else (row["fired"],)
        if not fired and not any(output.default for output in table.outputs):
            assert values == [None] * len(values)
            return None, (), None
        names = [output.name for output in table.outputs]
        return None, fired, values[0] if len(values) == 1 else dict(zip(names, values, strict=True))
    places, answer = settle(table, to_ibis.holding(row["fired"]))
    return None, places, values[0] if table.aggregation else _plain(answer)


def _plain(answer: Any) -> Any:
    if isinstance(answer, list):
        return [_plain(each) for each in answer]
    return dict(answer) if hasattr(answer, "keys") else answer
