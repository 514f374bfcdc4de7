"""Random decision tables and cases at the bounds in their cells: Python, DuckDB and PostgreSQL must say the same."""

from collections import Counter
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from drills.installation import fail
from hansa.rulebook.dmn.syntax import Compares, HitPolicy, Row, Table
from hansa.testing.engines import Cases, Told, agree, by_python
from hansa.testing.tables import CASES, tables_with_cases

SIZES = {"ci": 200, "large": 4_000}
SEED = 20261126
BROKEN = 400
KINDS = {*HitPolicy, "no row", "absent", "not allowed", "overlap", "disagreement"}


def run(size: str) -> None:
    """So many tables with their cases; then a Python target that takes `<=` for `<` must be found."""
    tables, told = SIZES[size], Counter[str]()
    print(f"   seed {SEED}, {tables} tables with {CASES} cases each", flush=True)
    _compare(tables, told)
    print(f"   {told.total()} answers: {dict(sorted(told.items()))}", flush=True)
    if told.total() < tables * CASES or told.keys() < KINDS:
        fail("too little was compared", *(f"never: {kind}" for kind in KINDS - told.keys()))
    try:
        _compare(BROKEN, Counter(), careless)
    except AssertionError as seen:
        if "says" in str(seen):
            return
        raise
    fail("a target that takes <= for < is not noticed")


def careless(table: Table, cases: Cases) -> list[Told]:
    """What a broken Python target would say."""
    return by_python(replace(table, rows=tuple(map(_loosened, table.rows))), cases)


def _loosened(row: Row) -> Row:
    cells = (
        replace(cell, tests=tuple(replace(t, sign="<=") if isinstance(t, Compares) and t.sign == "<" else t
                                  for t in cell.tests))
        for cell in row.cells
    )  # fmt: skip
    return replace(row, cells=tuple(cells))


def _compare(tables: int, told: Counter[str], python: Any = by_python) -> None:
    @seed(SEED)
    @given(tables_with_cases())
    @settings(
        max_examples=tables,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def compare(drawn: Any) -> None:
        told.update(agree(*drawn, python))

    compare()
