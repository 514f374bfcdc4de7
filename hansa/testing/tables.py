"""Random decision tables, and cases that lie near the bounds in their cells."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from hansa.rulebook.dmn.parse import SUMS
from hansa.rulebook.dmn.syntax import (
    ANYTHING,
    Aggregation,
    Between,
    Cell,
    Compares,
    Constant,
    Equals,
    Expression,
    Fact,
    HitPolicy,
    Input,
    Name,
    Output,
    Row,
    Sum,
    Table,
)
from hansa.rulebook.dmn.values import MOST_DAYS, NUMBER_BOUND, Kind, Value, sum_fits

CASES = 25
NAMES = ("amount", "amount - paid", "list price + 10%", "a \"b\" 'c'", "größe", "f1", "SELECT", "x")
RANKED = (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER)

# Few values of each kind, near each other and at the ends, so that cases lie on the bounds in cells, sums too.
SMALLEST = Decimal("0.000001")
LARGEST = NUMBER_BOUND - SMALLEST
NOON, TICK = datetime(2026, 3, 1, 12, tzinfo=UTC), timedelta(microseconds=1)
VALUES: dict[Kind, tuple[Any, ...]] = {
    Kind.STRING: (
        "", " ", "A", "Z", "a", "ab", "b", "é", "z", "ß", "\ufffd", "\U0001f600", "'", "''; --", '"', "\\", "\\'", "%s",
        "%", "{x}", "$1", "$$", "\n", "\t", "\r", "\u2028", "null", "a" * 1000,
    ),
    Kind.NUMBER: (
        0, 1, 2, 3, -1, -2, 10, 100, Decimal("0.5"), Decimal("1.5"), SMALLEST, -SMALLEST, 1 - SMALLEST, 1 + SMALLEST,
        NUMBER_BOUND - 1, LARGEST, -LARGEST,
    ),
    Kind.BOOLEAN: (True, False),
    Kind.DATE: (
        *(date(2026, 3, 1) + timedelta(days) for days in (-2, -1, 0, 1, 2, 30)),
        date(2024, 2, 29), date(1900, 1, 1), date(2999, 12, 31),
    ),
    Kind.DATE_TIME: (
        *(NOON + timedelta(days) for days in (-2, -1, 0, 1, 2)), NOON + TICK, NOON - TICK,
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC), datetime(1900, 1, 1, tzinfo=UTC),
        datetime(2999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    ),
    Kind.DURATION: tuple(timedelta(days) for days in (-2, -1, 0, 1, 2, 3, 30, 31, MOST_DAYS, -MOST_DAYS)),
}  # fmt: skip
LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")


def values(kind: Kind) -> st.SearchStrategy[Value]:
    """A value of the kind, mostly one of a few."""
    if kind is Kind.STRING:
        return st.sampled_from(VALUES[kind] * 9) | st.text(LETTERS, max_size=4)
    if kind is Kind.NUMBER:
        return st.sampled_from(VALUES[kind])
    return st.sampled_from(VALUES[kind])


@st.composite
def cells(draw: Any, kind: Kind, *, nulls: bool = True) -> Cell:
    """A cell on an input of the kind, as the parser could have read it."""
    if draw(st.integers(0, 9)) < 3:
        return ANYTHING
    tests = tuple(_test(draw, kind, nulls) for _ in range(draw(st.sampled_from((1, 1, 1, 2, 3)))))
    return Cell(tests, negated=draw(st.sampled_from((False, False, False, True))))


def _test(draw: Any, kind: Kind, nulls: bool) -> Any:
    form = draw(st.integers(0, 10))
    if form == 0 and nulls:
        return Equals(None)
    if form < 4 or kind is Kind.BOOLEAN:
        return Equals(draw(values(kind)))
    if form < 8:
        return Compares(draw(st.sampled_from(("<", "<=", ">", ">="))), draw(values(kind)))
    low, high = sorted((draw(values(kind)), draw(values(kind))))
    return Between(low, high, draw(st.booleans()), draw(st.booleans()))


@st.composite
def tables(draw: Any) -> Table:
    """A table of any hit policy, whole as the builder leaves it."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
    facts = tuple(Fact(name, draw(st.sampled_from(Kind)), draw(st.booleans())) for name in names)
    inputs = tuple(_input(draw, facts, place) for place in range(draw(st.integers(1, 3))))
    policy = draw(st.sampled_from(HitPolicy))
    by = draw(st.sampled_from((None, *Aggregation))) if policy is HitPolicy.COLLECT else None
    outputs = tuple(_output(draw, place, policy, by) for place in range(1 if by else draw(st.integers(1, 2))))
    rows = tuple(_row(draw, place, inputs, outputs, by) for place in range(draw(st.integers(0, 6))))
    if by is Aggregation.SUM and not sum_fits(value for row in rows for value in row.values):
        rows = rows[:1]
    return Table("t", "t", facts, inputs, outputs, rows, policy, by)


def _input(draw: Any, facts: tuple[Fact, ...], place: int) -> Input:
    fact = draw(st.sampled_from(facts))
    left = Name(fact.name, fact.kind)
    expression: Expression = left
    fitting = [(sign, right, kind) for (left, sign, right), kind in SUMS.items() if left is fact.kind]
    if fitting and draw(st.booleans()):
        sign, right, kind = draw(st.sampled_from(fitting))
        others = [Name(each.name, each.kind) for each in facts if each.kind is right]
        other = (
            draw(st.sampled_from(others)) if others and draw(st.booleans()) else Constant(draw(values(right)), right)
        )
        expression = Sum(left, sign, other, kind)
    allowed = draw(cells(expression.kind)) if draw(st.integers(0, 9)) == 0 else ANYTHING
    return Input(f"input {place}", expression, allowed)


def _output(draw: Any, place: int, policy: HitPolicy, by: Aggregation | None) -> Output:
    kind = Kind.NUMBER if by and by is not Aggregation.COUNT else draw(st.sampled_from(Kind))
    ranked = policy in RANKED and (place == 0 or draw(st.booleans()))
    allowed = draw(st.lists(values(kind), min_size=1, max_size=3, unique=True)) if ranked else ()
    said = st.sampled_from(allowed) if ranked else values(kind)
    default = (draw(said),) if draw(st.integers(0, 2)) == 0 else ()
    return Output(f"output {place}", kind, tuple(allowed), default=default)


def _row(draw: Any, place: int, inputs: Any, outputs: Any, by: Aggregation | None) -> Row:
    said = tuple(
        draw(st.sampled_from(output.allowed))
        if output.allowed
        else None
        if by in (None, Aggregation.COUNT) and draw(st.integers(0, 9)) == 0
        else draw(values(output.kind) if draw(st.booleans()) else st.sampled_from(VALUES[output.kind][:2]))
        for output in outputs
    )
    return Row(f"r{place}", tuple(draw(cells(each.kind)) for each in inputs), said)


@st.composite
def cases(draw: Any, table: Table) -> dict[str, Any]:
    """What the table's facts may be, now and then null where they must not."""
    found = {}
    for fact in table.facts:
        null = draw(st.integers(0, 39)) < (8 if fact.nullable else 1)
        found[fact.name] = None if null else draw(_near(table, fact))
    return found


def _near(table: Table, fact: Fact) -> st.SearchStrategy[Value]:
    """Mostly a value that the table's cells name."""
    named = [
        value
        for at, each in enumerate(table.inputs)
        if each.kind is fact.kind
        for row in table.rows
        for test in row.cells[at].tests
        for value in ((test.low, test.high) if isinstance(test, Between) else (test.value,))
        if value is not None
    ]
    return st.sampled_from(named) | values(fact.kind) if named else values(fact.kind)


@st.composite
def tables_with_cases(draw: Any, many: int = CASES) -> tuple[Table, list[dict[str, Any]]]:
    """A table, and cases for it."""
    table = draw(tables())
    return table, [draw(cases(table)) for _ in range(many)]
