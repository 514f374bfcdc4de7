"""Random decision tables for property tests."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as some

from hansa.rulebook.dmn.syntax import (
    ANYTHING,
    Between,
    Cell,
    Compares,
    Constant,
    Equals,
    Fact,
    HitPolicy,
    Input,
    Name,
    Output,
    Row,
    Sum,
    Table,
)
from hansa.rulebook.dmn.values import Kind, number

LETTERS = some.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff")
TEXTS = some.text(LETTERS, max_size=6)

VALUES: dict[Kind, some.SearchStrategy[Any]] = {
    Kind.STRING: some.sampled_from(["", "a", "b", "Gold", 'say "no"']) | TEXTS,
    Kind.NUMBER: some.integers(-5, 5)
    | some.decimals(-(10**21), 10**21, places=6).map(lambda each: number(Decimal(each))),
    Kind.BOOLEAN: some.booleans(),
    Kind.DATE: some.dates(date(1900, 1, 1), date(2999, 12, 31)),
    Kind.DATE_TIME: some.datetimes(datetime(1900, 1, 1), datetime(2999, 12, 31)).map(  # noqa: DTZ001
        lambda each: each.replace(tzinfo=UTC)
    ),
    Kind.DURATION: some.integers(-1000, 1000).map(lambda days: timedelta(days=days)),
}


@some.composite
def cells(draw: some.DrawFn, kind: Kind, *, null: bool = True) -> Cell:
    """A cell on an input of this kind."""
    if draw(some.booleans()):
        return ANYTHING

    def test(_: int) -> Any:
        form = draw(some.sampled_from(["is", "compares", "between"] if kind is not Kind.BOOLEAN else ["is"]))
        if form == "is":
            return Equals(draw(VALUES[kind] | some.none() if null else VALUES[kind]))
        if form == "compares":
            return Compares(draw(some.sampled_from(["<", "<=", ">", ">="])), draw(VALUES[kind]))
        low, high = sorted([draw(VALUES[kind]), draw(VALUES[kind])])
        return Between(low, high, draw(some.booleans()), draw(some.booleans()))

    return Cell(tuple(map(test, range(draw(some.integers(1, 3))))), draw(some.booleans()))


@some.composite
def tables(draw: some.DrawFn) -> Table:
    """A table over facts of any kind, some of them shifted or subtracted."""
    kinds = draw(some.lists(some.sampled_from(list(Kind)), min_size=1, max_size=4))
    facts = tuple(Fact(f"fact {place}", kind, draw(some.booleans())) for place, kind in enumerate(kinds))
    inputs = tuple(_input(draw, facts, fact) for fact in facts)
    outputs = (Output("answer", Kind.NUMBER, tuple(range(4))),)
    rows = tuple(
        Row(
            f"row{place}",
            tuple(draw(cells(each.kind)) for each in inputs),
            (draw(some.integers(0, 3)),),
            draw(TEXTS).strip(),
        )
        for place in range(draw(some.integers(0, 5)))
    )
    return Table("one", "One", facts, inputs, outputs, rows, draw(some.sampled_from(list(HitPolicy))))


def _input(draw: some.DrawFn, facts: tuple[Fact, ...], fact: Fact) -> Input:
    name = Name(fact.name, fact.kind)
    others = [Name(each.name, each.kind) for each in facts if each.kind is fact.kind]
    right: Any = draw(some.sampled_from([None, *others]))
    if fact.kind is Kind.NUMBER and draw(some.booleans()):
        right = Constant(draw(some.integers(-3, 3)), Kind.NUMBER)
    if right is None or fact.kind not in (Kind.NUMBER, Kind.DATE, Kind.DURATION):
        return Input(fact.name, name)
    return Input(fact.name, Sum(name, "-", right, Kind.DURATION if fact.kind is Kind.DATE else fact.kind))


FINITE: dict[Kind, tuple[Any, ...]] = {
    Kind.NUMBER: (-1, 0, Decimal("0.5"), 1),
    Kind.STRING: ("", "a", "a ", "b"),
    Kind.BOOLEAN: (True, False),
}


@some.composite
def small_tables(draw: some.DrawFn) -> Table:
    """A table whose facts have a handful of values each, with two columns over one fact now and then."""
    kinds = draw(some.lists(some.sampled_from(list(FINITE)), min_size=1, max_size=3))
    facts = tuple(Fact(f"f{place}", kind, draw(some.booleans())) for place, kind in enumerate(kinds))
    inputs = [
        Input(fact.name, Name(fact.name, fact.kind), Cell(tuple(map(Equals, FINITE[fact.kind])))) for fact in facts
    ]
    if facts[0].kind is Kind.NUMBER and draw(some.booleans()):
        more = Sum(
            Name(facts[0].name, Kind.NUMBER), "+", Constant(draw(some.integers(-1, 1)), Kind.NUMBER), Kind.NUMBER
        )
        inputs.append(Input("more", more))
    rows = tuple(
        Row(f"{place}", tuple(draw(_small_cells(each.kind)) for each in inputs), (draw(some.integers(0, 2)),))
        for place in range(draw(some.integers(0, 5)))
    )
    default = draw(some.sampled_from([(), (), (), (0,)]))
    output = Output("answer", Kind.NUMBER, (2, 0, 1), default=default)
    return Table("t", "t", facts, tuple(inputs), (output,), rows, draw(some.sampled_from(list(HitPolicy))))


@some.composite
def _small_cells(draw: some.DrawFn, kind: Kind) -> Cell:
    if draw(some.booleans()):
        return ANYTHING
    value = some.sampled_from(FINITE[kind])
    forms: list[Any] = [value.map(Equals), some.just(Equals(None))]
    if kind is not Kind.BOOLEAN:
        forms.append(some.builds(Compares, some.sampled_from(["<", "<=", ">", ">="]), value))
    tests = draw(some.lists(some.one_of(forms), min_size=1, max_size=2))
    return Cell(tuple(tests), draw(some.booleans()))
