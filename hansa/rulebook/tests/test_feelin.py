"""Cells, as an interpreter of others reads them: feelin, in a browser. hansa/testing/feelin/SOURCE.md says which.

Left out, because feelin differs: null (to it `not(…)` of null is null), numbers that a double does not hold, texts
that compare beyond the basic plane (JavaScript compares halves of characters), escapes in texts, and microseconds
(it reads milliseconds).
"""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser

from hansa.rulebook.dmn.syntax import Between, Cell, Fact, Input, Name, Output, Row, Table
from hansa.rulebook.dmn.to_python import compile_table
from hansa.rulebook.dmn.values import Kind, written
from hansa.rulebook.dmn.writing import cell_written
from hansa.testing import feelin
from hansa.testing.tables import VALUES, cells

BUNDLE = Path(feelin.__file__).with_name("feelin.min.js")
ASK = """asked => asked.map(([cell, value]) =>
    feelin.unaryTest(cell, {'?': feelin.evaluate(value, {}).value}).value)"""
CELLS = 300


def plain(value: Any) -> bool:
    """Whether feelin holds the value as it is."""
    if isinstance(value, str):
        return value.isascii() and value.isprintable() and '"' not in value and "\\" not in value
    if isinstance(value, Decimal):
        return abs(value) < 1000
    if isinstance(value, datetime):
        return value.microsecond == 0
    return not isinstance(value, int) or abs(value) < 10**15


def said(kind: Kind, cell: Cell, value: Any) -> bool:
    """What we say of one cell and a value."""
    table = Table("t", "t", (Fact("x", kind),), (Input("x", Name("x", kind)),), (Output("y", Kind.BOOLEAN),),
                  (Row("r", (cell,), (True,)),))  # fmt: skip
    return compile_table(table).decide({"x": value}) is True


@pytest.mark.browser
def test_cells_mean_what_an_interpreter_of_others_says(chromium: Browser) -> None:
    asked: list[tuple[Kind, Cell, Any]] = []

    @given(st.sampled_from(Kind).flatmap(lambda kind: st.tuples(st.just(kind), cells(kind, nulls=False))))
    @settings(max_examples=CELLS, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    def collect(drawn: Any) -> None:
        kind, cell = drawn
        tests = [[test.low, test.high] if isinstance(test, Between) else [test.value] for test in cell.tests]
        if all(plain(value) for each in tests for value in each):
            asked.extend((kind, cell, value) for value in VALUES[kind] if plain(value))

    collect()
    page = chromium.new_page()
    page.add_script_tag(content=BUNDLE.read_text("utf-8"))
    theirs = page.evaluate(ASK, [[cell_written(cell), written(value)] for _, cell, value in asked])
    page.close()
    differ = [
        f"{cell_written(cell)} of {written(value)}: {other}"
        for (kind, cell, value), other in zip(asked, theirs, strict=True)
        if said(kind, cell, value) is not other
    ]
    assert differ == []
    assert {kind for kind, _, _ in asked} == set(Kind)
    assert len(asked) > CELLS
