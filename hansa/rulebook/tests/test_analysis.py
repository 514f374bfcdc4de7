"""What analysis finds, and that it is what trying every case finds."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import given, settings

from hansa.rulebook.dmn.analysis import Findings, Gap, PastNull, Unreachable, analyse
from hansa.rulebook.dmn.answers import NoAnswer
from hansa.rulebook.dmn.building import RawColumn, RawOutput, RawRow, RawTable, build
from hansa.rulebook.dmn.syntax import (
    Cell,
    Compares,
    Equals,
    Fact,
    HitPolicy,
    Input,
    Name,
    Output,
    Row,
    Table,
    names_in,
)
from hansa.rulebook.dmn.to_python import compile_table
from hansa.rulebook.dmn.values import Kind
from hansa.rulebook.dmn.writing import cell_written
from hansa.rulebook.tests.strategies import FINITE, small_tables, tables

FACTS = (
    Fact("value", Kind.NUMBER),
    Fact("tier", Kind.STRING, nullable=True),
    Fact("new", Kind.BOOLEAN),
    Fact("close", Kind.DATE),
    Fact("today", Kind.DATE),
)


def table(columns: str, *rows: str, policy: str = "UNIQUE", default: str | None = None) -> Table:
    """A table as people write it: columns and cells apart by `|`, the answer last."""
    texts = [[part.strip() for part in row.split("|")] for row in rows]
    return build(
        RawTable(
            "t",
            [RawColumn(name.strip(), name.strip()) for name in columns.split("|")],
            [RawOutput("answer", Kind.STRING, default=default, allowed='"yes", "no"')],
            [RawRow(cells, [f'"{answer}"']) for *cells, answer in texts],
            hit_policy=policy,
        ),
        FACTS,
    )


def all_holding(of: Table) -> Any:
    """A function that says which rows hold in a case."""
    explain = compile_table(replace(of, hit_policy=HitPolicy.COLLECT, aggregation=None)).explain
    return lambda case: explain(case).fired


def shown(gap: Gap) -> str:
    return " | ".join(map(cell_written, gap.where))


def test_a_table_that_covers_every_case_once_has_no_findings() -> None:
    whole = table("value | new", "< 10 | - | no", ">= 10 | true | yes", ">= 10 | false | no")
    assert analyse(whole) == Findings()


@pytest.mark.parametrize(
    ("rows", "gaps"),
    [
        (("< 10 | - | no", "> 10 | - | yes"), ["10 | -"]),
        (("< 10 | true | no", ">= 10 | - | yes"), ["< 10 | false"]),
        (("not(7, 8) | - | no",), ["7, 8 | -"]),
        (("not(8) | - | no",), ["8 | -"]),
    ],
)
def test_a_gap_is_told_as_cells_for_what_no_row_covers(rows: tuple[str, ...], gaps: list[str]) -> None:
    found = analyse(table("value | new", *rows))
    assert list(map(shown, found.gaps)) == gaps


def test_other_texts_and_null_are_cases_too() -> None:
    (gap,) = analyse(table("tier", '"Gold" | yes', "null | no")).gaps
    assert (shown(gap), gap.witness) == ('not("Gold")', {"tier": "other"})
    (gap,) = analyse(table("tier", "null | yes")).gaps
    assert (shown(gap), gap.witness) == ("not(null)", {"tier": "other"})
    (gap,) = analyse(table("tier", "not(null) | yes")).gaps
    assert (shown(gap), gap.witness) == ("null", {"tier": None})


def test_a_default_answers_what_no_row_covers() -> None:
    assert analyse(table("value", "< 10 | no", default='"yes"')).gaps == ()


def test_rows_that_hold_together_overlap_where_only_one_may() -> None:
    (found,) = analyse(table("value | new", "< 10 | - | no", ">= 9 | true | yes", ">= 10 | false | no")).overlaps
    assert found.rows == (0, 1)
    with pytest.raises(NoAnswer, match="rows 1 and 2 hold together"):
        compile_table(table("value | new", "< 10 | - | no", ">= 9 | true | yes")).explain(found.witness)


def test_under_any_rows_may_hold_together_that_say_the_same() -> None:
    assert analyse(table("value", "- | no", "> 5 | no", policy="ANY")).overlaps == ()
    (found,) = analyse(table("value", "- | no", "> 5 | no", "> 6 | yes", policy="ANY")).overlaps[:1]
    assert found.rows == (0, 2)


def test_a_row_that_earlier_rows_take_every_case_of_never_fires() -> None:
    (found,) = analyse(table("value", "< 10 | no", "> 5 | yes", "[0..20] | no", policy="FIRST")).unreachable
    assert (found.row, found.by) == (2, (0, 1))
    assert found.witness


def test_a_row_below_one_of_higher_priority_never_fires() -> None:
    (found,) = analyse(table("value", "> 5 | no", "- | yes", policy="PRIORITY")).unreachable
    assert (found.row, found.by) == (0, (1,))


def test_a_cell_that_holds_of_nothing_is_named() -> None:
    (found,) = analyse(table("value | new", "- | not(true, false) | no", "- | - | yes")).unreachable
    assert found == Unreachable(0, column=1)


def test_two_columns_over_one_fact_are_seen_as_one() -> None:
    found = analyse(table("value | value + 5", "> 5 | < 10 | no", "- | - | yes"))
    assert found.unreachable == (Unreachable(0),)
    assert found.overlaps == ()


def test_sums_of_shared_facts_are_seen_through() -> None:
    columns = "close - today | close | today"
    jan, feb = '> date("2026-01-31")', '< date("2026-01-01")'
    found = analyse(table(columns, f'< duration("P0D") | {jan} | {feb} | no'))
    assert found.unreachable == (Unreachable(0),)
    found = analyse(table(columns, f'> duration("P5D") | {jan} | {feb} | no', "- | - | - | yes"))
    assert [each.rows for each in found.overlaps] == [(0, 1)]


def test_null_passes_rows_by_that_do_not_speak_of_it() -> None:
    found = analyse(table("tier", 'not("Gold") | no', '"Gold", null | yes', "not(null) | no"))
    assert found.past_null == (PastNull(0, 0, {"tier": None}),)


def cases_of(small: Table) -> list[dict[str, Any]]:
    used = [fact for fact in small.facts if any(fact.name in names_in(each.expression) for each in small.inputs)]
    choices = [FINITE[fact.kind] + ((None,) if fact.nullable else ()) for fact in used]
    return [dict(zip([fact.name for fact in used], values, strict=True)) for values in product(*choices)]


@settings(max_examples=80, deadline=None)
@given(small_tables())
def test_it_finds_just_what_trying_every_case_finds(small: Table) -> None:
    found = analyse(small)
    assert found.unfinished == ()
    holding = [(case, all_holding(small)(case)) for case in cases_of(small)]
    assert {each.row for each in found.unreachable} == never_firing(small, holding)
    uncovered = [] if small.outputs[0].default else [case for case, rows in holding if not rows]
    regions = replace(small, rows=tuple(Row("", gap.where, (0,)) for gap in found.gaps))
    assert uncovered == [case for case, _ in holding if all_holding(regions)(case)]
    pairs = {pair for _, rows in holding for pair in combinations(rows, 2) if forbidden(small, *pair)}
    assert {each.rows for each in found.overlaps} == pairs


def never_firing(small: Table, holding: list[Any]) -> set[int]:
    if small.hit_policy in (HitPolicy.FIRST, HitPolicy.PRIORITY):
        explain = compile_table(small).explain
        fired = {row for case, _ in holding for row in explain(case).fired}
    else:
        fired = {row for _, rows in holding for row in rows}
    return set(range(len(small.rows))) - fired


def forbidden(small: Table, one: int, other: int) -> bool:
    if small.hit_policy is HitPolicy.ANY:
        return small.rows[one].values != small.rows[other].values
    return small.hit_policy is HitPolicy.UNIQUE


@settings(max_examples=80, deadline=None)
@given(tables())
def test_every_witness_shows_what_it_is_a_witness_of(any_table: Table) -> None:
    found = analyse(any_table)
    holding = all_holding(any_table)
    assert not any("when run" in each for each in found.unfinished)
    for gap in found.gaps:
        assert holding(gap.witness) == ()
        assert all_holding(replace(any_table, rows=(Row("", gap.where, (0,)),)))(gap.witness)
    assert all(set(each.rows) <= set(holding(each.witness)) for each in found.overlaps)
    assert all(each.row not in holding(each.witness) for each in found.past_null)
    for each in found.unreachable:
        assert each.witness is None or beaten(any_table, each.row, each.witness)


def beaten(any_table: Table, row: int, case: Mapping[str, Any]) -> bool:
    return row in all_holding(any_table)(case) and row not in compile_table(any_table).explain(case).fired


@pytest.mark.parametrize(("policy", "shape"), [("UNIQUE", "equal"), ("FIRST", "greater"), ("FIRST", "scattered")])
def test_a_hostile_table_ends_and_says_what_it_left_undone(policy: str, shape: str) -> None:
    def cell(row: int, column: int) -> Cell:
        if shape == "equal":
            return Cell((Equals((row >> column % 11) % 2 + 10 * column),))
        if shape == "greater":
            return Cell((Compares(">", row * 7919 % 2003 + column),))
        return Cell((Equals(row),), negated=bool((row + column) % 7))

    facts = tuple(Fact(f"f{place}", Kind.NUMBER, nullable=place % 2 == 0) for place in range(50))
    rows = tuple(Row(str(row), tuple(cell(row, column) for column in range(50)), (row,)) for row in range(2000))
    inputs = tuple(Input(fact.name, Name(fact.name, fact.kind)) for fact in facts)
    hostile = Table("t", "t", facts, inputs, (Output("o", Kind.NUMBER),), rows, HitPolicy(policy))
    assert analyse(hostile).unfinished


def test_too_many_tests_are_refused_unread() -> None:
    cell = Cell(tuple(map(Equals, range(100))))
    facts = tuple(Fact(f"f{place}", Kind.NUMBER) for place in range(50))
    inputs = tuple(Input(fact.name, Name(fact.name, fact.kind)) for fact in facts)
    rows = (Row("", (cell,) * 50, (1,)),) * 2000
    found = analyse(Table("t", "t", facts, inputs, (Output("o", Kind.NUMBER),), rows))
    assert found == Findings(unfinished=("10000000 tests are more than can be analysed",))
