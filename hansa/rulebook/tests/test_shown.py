"""Tables in words, and what is different between two of them."""

from dataclasses import replace
from pathlib import Path

import pytest

from hansa.rulebook.dmn.diff import Change, diff_tables
from hansa.rulebook.dmn.parse import parse_cell
from hansa.rulebook.dmn.syntax import ANYTHING, HitPolicy, Problem, Row, Table
from hansa.rulebook.dmn.values import Kind
from hansa.rulebook.policies import MAJOR, MINOR, Policy, PolicyOutput
from hansa.rulebook.showcase import SAMPLE, sample
from hansa.rulebook.shown import Mistake, in_words, mistakes, show
from hansa.rulebook.words import Unit, Words, answer_said

WORDS = Words(SAMPLE, "EUR")


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("-", Kind.NUMBER, "any"),
        (">= 50000", Kind.NUMBER, "50,000 days or more"),
        ("[1..5.5)", Kind.NUMBER, "1 day to less than 5.5 days"),
        ("(1..5]", Kind.NUMBER, "more than 1 day, up to 5 days"),
        ('"under_review"', Kind.STRING, "under review"),
        ('"Gold", "Silver"', Kind.STRING, "Gold or Silver"),
        ('not("Gold")', Kind.STRING, "not Gold"),
        ('not("Gold", "Silver")', Kind.STRING, "neither Gold nor Silver"),
        ("not(null)", Kind.STRING, "known"),
        ("null", Kind.STRING, "unknown"),
        ("true", Kind.BOOLEAN, "yes"),
        ('< date("2026-03-01")', Kind.DATE, "before 1 March 2026"),
        ('<= duration("P180D")', Kind.DURATION, "180 days or less"),
    ],
)
def test_a_cell_is_said_in_words(text: str, kind: Kind, words: str) -> None:
    assert in_words(parse_cell(text, kind), kind, Unit("days", "EUR")) == words


@pytest.mark.parametrize(
    ("text", "unit", "words"),
    [
        (">= 1500000", Unit(MINOR, "EUR"), "€15,000 or more"),
        ("< 1500050", Unit(MINOR, "EUR"), "less than €15,000.50"),
        ("< 1", Unit(MINOR, "EUR"), "zero or less"),
        ("not(< 1)", Unit(MINOR, "EUR"), "not zero or less"),
        ("> 0.5", Unit(MINOR, "EUR"), "more than €0.005"),
        ("[1500000..3000000)", Unit(MINOR, "JPY"), "JP¥1,500,000 to less than JP¥3,000,000"),
        (">= 15000", Unit(MAJOR, "EUR"), "€15,000 or more"),
        ("< 0.25", Unit(MAJOR, "BHD"), "less than BHD0.250"),
        ("< 1", Unit(MAJOR, "EUR"), "less than €1"),
        (">= 1500000", Unit(MINOR), "1,500,000 minor units or more"),
    ],
)
def test_an_amount_is_said_in_the_vendors_currency(text: str, unit: Unit, words: str) -> None:
    assert in_words(parse_cell(text, Kind.NUMBER), Kind.NUMBER, unit) == words


def test_only_fixed_values_lose_their_underscores_and_only_the_first_output_has_names() -> None:
    decided, level = (
        PolicyOutput("status", Kind.STRING, "Status", ("on_hold", "let_through")),
        PolicyOutput("support_level", Kind.STRING, "Support", nullable=True),
    )
    policy = Policy("p", "P", (), (decided, level), Path(), words={"on_hold": "Waits"})
    assert [answer_said(policy, decided, value) for value in decided.allowed] == ["Waits", "let through"]
    assert [answer_said(policy, level, value) for value in ("sla_24", "on_hold", "", None)] == [
        "sla_24",
        "on_hold",
        "no text",
        "nothing",
    ]


def test_a_cell_that_asks_nothing_is_said_by_how_rows_are_counted() -> None:
    assert show(sample(), WORDS).otherwise == "In every other case"
    assert show(replace(sample(), hit_policy=HitPolicy.COLLECT), WORDS).otherwise == "Always"


def with_rows(*rows: Row) -> Table:
    return replace(sample(), rows=rows)


def changes(old: Table, new: Table) -> list[tuple[Change, int | None, int | None]]:
    return [(row.change, row.old, row.new) for row in diff_tables(old, new).rows]


def test_a_table_differs_in_nothing_from_itself() -> None:
    assert not diff_tables(sample(), sample()).any


def test_rows_are_matched_by_their_ids_and_their_changed_cells_named() -> None:
    first, second, third = sample().rows
    changed = replace(first, cells=(ANYTHING, *first.cells[1:]), values=("Approve",))
    [row, *others] = diff_tables(sample(), with_rows(changed, second, third)).rows
    assert (row.change, row.cells, row.values) == (Change.CHANGED, (0,), (0,))
    assert {other.change for other in others} == {Change.SAME}


def test_rows_without_ids_are_matched_by_their_cells() -> None:
    first, second, third = (replace(row, id="") for row in sample().rows)
    found = changes(sample(), with_rows(first, replace(second, note="New words."), third))
    assert [change for change, *_ in found] == [Change.SAME, Change.CHANGED, Change.SAME]


def test_an_added_a_removed_and_a_moved_row_are_told_apart() -> None:
    first, second, third = sample().rows
    new = replace(second, id="new", cells=(ANYTHING, first.cells[1], ANYTHING))
    assert changes(sample(), with_rows(third, first, new)) == [
        (Change.MOVED, 2, 0),
        (Change.SAME, 0, 1),
        (Change.REMOVED, 1, None),
        (Change.ADDED, None, 2),
    ]


def test_columns_and_the_hit_policy_are_compared() -> None:
    old = sample()
    new = replace(
        old,
        inputs=old.inputs[:2],
        rows=tuple(replace(row, cells=row.cells[:2]) for row in old.rows),
        hit_policy=HitPolicy.UNIQUE,
    )
    found = diff_tables(old, new)
    assert (found.columns_removed, found.columns_added, found.hit_policy) == (("Expected close",), (), True)
    assert show(new, WORDS, against=old).remarks == (
        "The column Expected close is gone.",
        "Before, the first row that fits counts.",
    )


def test_a_row_shows_what_it_said_before_and_that_it_fired() -> None:
    first, second, third = sample().rows
    changed = replace(first, cells=(parse_cell("> 10", Kind.NUMBER), *first.cells[1:]))
    row = show(with_rows(changed, second, third), WORDS, fired=(0,), against=sample()).rows[0]
    assert (row.cells[0].value, row.cells[0].was) == ("more than €10", "€50,000 or more")
    assert (row.fired, row.marks) == (True, (("changed", "wait"),))


def test_a_problem_of_a_cell_names_its_row_and_column() -> None:
    [cell, whole] = mistakes([Problem("row 3, Amount", "no number"), Problem("", "no output")])
    assert cell == Mistake("row 3, Amount: no number", 3, "Amount")
    assert whole == Mistake("no output")
