"""The smallest change that turns a decision: held against trying out every case of small domains."""

from itertools import product
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as some

from hansa.rulebook.dmn.answers import NoAnswer
from hansa.rulebook.dmn.building import RawColumn, RawOutput, RawRow, RawTable, build
from hansa.rulebook.dmn.certain import Certain
from hansa.rulebook.dmn.syntax import SINGLE, Fact, HitPolicy, Table
from hansa.rulebook.dmn.to_python import Compiled, compile_table
from hansa.rulebook.dmn.turning import Case, holds, input_of, size, turns
from hansa.rulebook.dmn.values import BadValue, Kind
from hansa.rulebook.tests.strategies import FINITE, small_tables

TABLES = small_tables().filter(lambda table: table.hit_policy in SINGLE and table.rows)


def domain(table: Table, fact: Any) -> list[Any]:
    return [*FINITE[fact.kind], *([None] if fact.nullable else [])]


def asking(compiled: Compiled) -> Any:
    """The first output of the row that fires; None where none does."""

    def asked(case: Case) -> Any:
        try:
            fired = compiled.explain(case).fired
        except (BadValue, NoAnswer):
            return None
        return compiled.table.rows[fired[0]].values[0] if fired else None

    return asked


@given(table=TABLES, data=some.data())
def test_a_turn_turns_and_no_smaller_change_does(table: Table, data: some.DataObject) -> None:
    asked = asking(compile_table(table))
    case = {fact.name: data.draw(some.sampled_from(domain(table, fact))) for fact in table.facts}
    assume((own := asked(case)) is not None)
    found = turns([table], asked, case, facts=table.facts)
    assert found.whole
    for turn in found.found:
        changed = {**case, **{change.fact: change.to for change in turn.changes}}
        assert asked(changed) == turn.answer != own
    least: dict[Any, tuple[int, float]] = {}
    for values in product(*(domain(table, fact) for fact in table.facts)):
        other = dict(zip(case, values, strict=True))
        if (answer := asked(other)) in (None, own):
            continue
        moved = [fact for fact in table.facts if other[fact.name] != case[fact.name]]
        cost = len(moved), sum(size(fact.kind, case[fact.name], other[fact.name]) for fact in moved)
        least[answer] = min(cost, least.get(answer, cost))
    assert {turn.answer for turn in found.found} == least.keys()
    for turn in found.found:
        assert len(turn.changes) == least[turn.answer][0]
        if len(turn.changes) == 1 and Kind.NUMBER not in {fact.kind for fact in table.facts}:
            assert turn.size == least[turn.answer][1]


WHOLE = (Fact("a", Kind.NUMBER), Fact("b", Kind.NUMBER))
RAW = some.sampled_from(["-", "< 3", ">= 3", "[2..5]", "7", "not(4)", "> 6", "<= 0"])


@given(
    rows=some.lists(some.tuples(RAW, RAW, some.integers(0, 2)), min_size=1, max_size=5),
    case=some.tuples(some.integers(-3, 9), some.integers(-3, 9)),
)
def test_of_whole_numbers_the_nearest_is_found_and_a_side_is_true(rows: Any, case: tuple[int, int]) -> None:
    columns = [RawColumn("a", "a", Kind.NUMBER), RawColumn("a - b", "a - b", Kind.NUMBER)]
    raw = [RawRow((first, second), (str(answer),)) for first, second, answer in [*rows, ("-", "-", 9)]]
    table = build(RawTable("t", columns, [RawOutput("answer", Kind.NUMBER)], raw, "FIRST"), facts=WHOLE)
    asked, here = asking(compile_table(table)), dict(zip(("a", "b"), case, strict=True))
    found = turns([table], asked, here, facts=table.facts, most=1)
    near: dict[Any, float] = {}
    for name, value in product(here, range(-40, 41)):
        answer = asked({**here, name: value})
        if answer != asked(here):
            cost = size(Kind.NUMBER, here[name], value)
            near[answer] = min(cost, near.get(answer, cost))
    assert {turn.answer: turn.size for turn in found.found} == near
    for turn in found.found:
        [change] = turn.changes
        assert isinstance(change.to, int)
        beyond = {"": range(0), "or less": range(-50, change.to + 1), "or more": range(change.to, 51)}
        assert {asked({**here, change.fact: value}) for value in beyond[change.side]} <= {turn.answer}


@settings(max_examples=200)
@given(table=TABLES, data=some.data())
def test_what_is_certain_holds_for_every_hidden_fact_and_knows_none(table: Table, data: some.DataObject) -> None:
    compiled = compile_table(table)
    asked = asking(compiled)
    case = {fact.name: data.draw(some.sampled_from(domain(table, fact))) for fact in table.facts}
    assume(asked(case) is not None)
    [fired] = compiled.explain(case).fired
    shown = {fact.name: case[fact.name] for fact in table.facts if data.draw(some.booleans())}
    hidden = [fact for fact in table.facts if fact.name not in shown]
    now = {name: data.draw(some.sampled_from(domain(table, fact_of(table, name)))) for name in shown}
    answer = Certain(table, shown, fired).answer(now)
    possible = set()
    for values in product(*(domain(table, fact) for fact in hidden)):
        unknown = dict(zip((fact.name for fact in hidden), values, strict=True))
        if fires(compiled, {**shown, **unknown}) == fired:
            possible.add(asked({**now, **unknown}))
    if answer is not None:
        assert possible == {answer}
    elif not hidden:
        assert possible <= {None}


@given(table=TABLES, data=some.data())
def test_a_cell_holds_as_the_compiled_table_has_it(table: Table, data: some.DataObject) -> None:
    case = {fact.name: data.draw(some.sampled_from(domain(table, fact))) for fact in table.facts}
    collecting = compile_table(Table("t", "t", table.facts, table.inputs, table.outputs, table.rows, HitPolicy.COLLECT))
    by_cells = tuple(
        place
        for place, row in enumerate(table.rows)
        if all(holds(cell, input_of(each, case)) for cell, each in zip(row.cells, table.inputs, strict=True))
    )
    assert collecting.explain(case).fired == by_cells


def test_a_hostile_table_ends_in_time_and_says_so() -> None:
    columns = [RawColumn(f"f{place}", f"f{place}", Kind.NUMBER) for place in range(12)]
    rows = [RawRow([f"[{place}..{place + 1}]"] * 12, ("1",)) for place in range(1_000)]
    raw = RawTable("t", columns, [RawOutput("answer", Kind.NUMBER)], [*rows, RawRow(["-"] * 12, ("0",))], "FIRST")
    table = build(raw)
    found = turns(
        [table], asking(compile_table(table)), dict.fromkeys((f.name for f in table.facts), -5), facts=table.facts
    )
    assert (found.found, found.whole) == ((), False) or not found.found


def fact_of(table: Table, name: str) -> Any:
    return next(fact for fact in table.facts if fact.name == name)


def fires(compiled: Compiled, case: Case) -> int | None:
    try:
        fired = compiled.explain(case).fired
    except (BadValue, NoAnswer):
        return None
    return fired[0] if fired else None
