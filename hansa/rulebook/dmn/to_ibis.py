"""From a table to an Ibis expression for many cases: DuckDB runs it, and PostgreSQL its SQL on any connection.

Only jobs that work on many cases import this module. No process that serves pages may: Ibis takes a second to load.

The cases are a relation with the columns that `case_columns` names, which hold what `stored` makes of facts that are
whole: on PostgreSQL texts are COLLATE "C", and instants are timestamps without a zone, in UTC. What a table's author
wrote reaches the engines as typed literals alone.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import reduce
from operator import add, and_, ge, gt, le, lt, or_, sub
from typing import Any

import ibis
import ibis.expr.types as ir

from hansa.rulebook.dmn.answers import priority
from hansa.rulebook.dmn.syntax import (
    ANYTHING,
    SINGLE,
    Aggregation,
    Between,
    Cell,
    Compares,
    Equals,
    Expression,
    HitPolicy,
    Name,
    Sum,
    Table,
    Test,
    names_in,
)
from hansa.rulebook.dmn.values import Kind, Value, number

ABSENT, NOT_ALLOWED, OVERLAP, DISAGREEMENT = "absent", "not allowed", "overlap", "disagreement"

TYPES: Mapping[Kind, str] = {
    Kind.STRING: "string",
    Kind.NUMBER: "decimal(28, 6)",
    Kind.BOOLEAN: "boolean",
    Kind.DATE: "date",
    Kind.DATE_TIME: "timestamp",
    Kind.DURATION: "int64",
}
TOTAL = "decimal(38, 6)"  # of as many rows as a table may have, whatever the numbers in them
SIGNS: Mapping[str, Callable[[Any, Any], Any]] = {"<": lt, "<=": le, ">": gt, ">=": ge, "+": add, "-": sub}


def case_columns(table: Table) -> dict[str, str]:
    """The columns of the relation, by the places of the table's facts, with Ibis's types; facts' names may be any."""
    return {_fact(place): TYPES[fact.kind] for place, fact in enumerate(table.facts)}


def answer_columns(table: Table) -> dict[str, Kind]:
    """The columns with the values of the outputs; none where the rows that fired make a list."""
    if table.hit_policy not in SINGLE and table.aggregation is None:
        return {}
    if table.aggregation is Aggregation.COUNT:
        return {"o0": Kind.NUMBER}
    return {f"o{place}": output.kind for place, output in enumerate(table.outputs)}


def stored(value: Value) -> Any:
    """A fact as the relation holds it: durations are days, instants are in UTC and say no zone."""
    if isinstance(value, timedelta):
        return value.days
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None)
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def restored(kind: Kind, value: Any) -> Value:
    """A value from an answer's column in the one form that it has elsewhere."""
    if value is None:
        return None
    if kind is Kind.NUMBER:
        return number(value)
    if kind is Kind.DATE_TIME:
        return value.replace(tzinfo=UTC)  # type: ignore[no-any-return]
    return timedelta(days=value) if kind is Kind.DURATION else value


def holding(fired: str) -> list[int]:
    """The places of the rows that hold, from the column `fired` of a table that lets several make the answer."""
    return [place for place, letter in enumerate(fired) if letter == "1"]


def decided(table: Table, cases: ir.Table) -> ir.Table:
    """The relation with the columns of the answers beside its own.

    `problem` says in a word why a case has no answer; all else is null then. `fired` is the place of the row that
    makes the answer, or a text with a 1 for each row that holds and a 0 for each other where several make it.
    """
    return _Writer(table, cases).answers()


class _Writer:
    """The steps of the expression; each stands on columns of the one before, so that an engine does its work once."""

    def __init__(self, table: Table, cases: ir.Table):
        self.table = table
        self.own = list(cases.columns)
        self.facts = {fact.name: _fact(place) for place, fact in enumerate(table.facts)}
        sums = {_input(place): each.expression for place, each in enumerate(table.inputs) if _is_sum(each.expression)}
        self.cases = (
            cases.mutate(**{column: self._sum(cases, each) for column, each in sums.items()}) if sums else cases
        )

    def answers(self) -> ir.Table:
        table = self.table
        if table.hit_policy not in (HitPolicy.FIRST, HitPolicy.PRIORITY):
            self.cases = self.cases.mutate(**{_row(place): self._holds(place) for place in range(len(table.rows))})
        self.cases = self.cases.mutate(problem=self._problem())
        single = table.hit_policy in SINGLE
        self.cases = self.cases.mutate(fired=self._unless_wrong(self._one() if single else self._many()))
        values = self._of_one() if single else self._of_many() if table.aggregation else {}
        self.cases = self.cases.mutate(**{name: self._unless_wrong(value) for name, value in values.items()})
        return self.cases.select(*self.own, "problem", "fired", *values)

    def _sum(self, cases: ir.Table, expression: Any) -> ir.Value:
        left, right = expression.left, expression.right
        one = cases[self.facts[left.name]]
        other: Any = cases[self.facts[right.name]] if isinstance(right, Name) else _literal(right.value, right.kind)
        if left.kind is Kind.DATE and right.kind is Kind.DATE:
            return one.epoch_days() - other.epoch_days()
        if left.kind in (Kind.DATE, Kind.DATE_TIME):
            other = other.as_interval("D")
        return SIGNS[expression.sign](one, other)

    def _input(self, place: int) -> Any:
        expression = self.table.inputs[place].expression
        return self.cases[self.facts[expression.name] if isinstance(expression, Name) else _input(place)]

    def _holds(self, place: int) -> ir.BooleanValue:
        """Whether every cell of the row holds; null, which no `CASE` takes for true, may stand for no."""
        cells = enumerate(self.table.rows[place].cells)
        return _balanced(and_, [self._cell(at, cell) for at, cell in cells if cell != ANYTHING], empty=True)

    def _cell(self, at: int, cell: Cell) -> ir.BooleanValue:
        here, kind = self._input(at), self.table.inputs[at].kind
        if cell.negated:
            # Of null the tests say null, and so would their contrary; the first half is what makes it false.
            return here.notnull() & ~_balanced(or_, _tests(here, kind, cell.tests), empty=False)
        return _balanced(or_, _tests(here, kind, cell.tests), empty=False)

    def _problem(self) -> ir.Value:
        table, found = self.table, []
        used = {name for each in table.inputs for name in names_in(each.expression)}
        must = [fact.name for fact in table.facts if fact.name in used and not fact.nullable]
        if must:
            found.append((_balanced(or_, [self.cases[self.facts[name]].isnull() for name in must]), ABSENT))
        for place, each in enumerate(table.inputs):
            if each.allowed != ANYTHING:
                within = ibis.ifelse(self._cell(place, each.allowed), True, False)
                found.append((self._input(place).notnull() & ~within, NOT_ALLOWED))
        if table.hit_policy is HitPolicy.UNIQUE and len(table.rows) > 1:
            found.append((self._more_than_one([[place] for place in range(len(table.rows))]), OVERLAP))
        if table.hit_policy is HitPolicy.ANY and len(groups := self._alike()) > 1:
            found.append((self._more_than_one(groups), DISAGREEMENT))
        return _cases([(holds, ibis.literal(word)) for holds, word in found], ibis.null("string"))

    def _more_than_one(self, groups: Sequence[Sequence[int]]) -> ir.BooleanValue:
        """Whether rows of more than one group hold."""
        ones = [_one_if(_balanced(or_, [self.cases[_row(place)] for place in group])) for group in groups]
        return _balanced(add, ones) > 1

    def _alike(self) -> list[list[int]]:
        """The places of rows, those with equal values together."""
        groups: dict[tuple[Value, ...], list[int]] = {}
        for place, row in enumerate(self.table.rows):
            groups.setdefault(row.values, []).append(place)
        return list(groups.values())

    def _unless_wrong(self, value: ir.Value) -> ir.Value:
        return ibis.ifelse(self.cases.problem.notnull(), ibis.null(value.type()), value)

    def _one(self) -> ir.Value:
        table, places = self.table, range(len(self.table.rows))
        if table.hit_policy is HitPolicy.PRIORITY:
            places = sorted(places, key=lambda place: priority(table, table.rows[place]))  # type: ignore[assignment]
        inline = table.hit_policy in (HitPolicy.FIRST, HitPolicy.PRIORITY)
        holds = [(self._holds(place) if inline else self.cases[_row(place)], place) for place in places]
        return _cases([(row, ibis.literal(place, "int64")) for row, place in holds], ibis.null("int64"))

    def _many(self) -> ir.Value:
        letters = [ibis.ifelse(self.cases[_row(place)], "1", "0") for place in range(len(self.table.rows))]
        return _balanced(add, letters) if letters else ibis.literal("")

    def _of_one(self) -> dict[str, ir.Value]:
        """The values of the outputs by the row that fired; rows that say the same share a branch."""
        values = {}
        for at, output in enumerate(self.table.outputs):
            default = _literal(output.default[0] if output.default else None, output.kind)
            said = [(ibis.literal(place, "int64"), _literal(row.values[at], output.kind))
                    for place, row in enumerate(self.table.rows)]  # fmt: skip
            values[f"o{at}"] = self.cases.fired.cases(*said, else_=default) if said else default
        return values

    def _of_many(self) -> dict[str, ir.Value]:
        by, [output] = self.table.aggregation, self.table.outputs
        holds = [self.cases[_row(place)] for place in range(len(self.table.rows))]
        anything = _balanced(or_, holds, empty=False)
        ones = [_one_if(row) for row in holds]
        default = output.default[0] if output.default else None
        if by is Aggregation.COUNT:
            count = _balanced(add, ones) if ones else ibis.literal(0, "int64")
            return {"o0": ibis.ifelse(anything, count, ibis.literal(len(output.default), "int64"))}
        values = [_literal(row.values[0], output.kind).cast(TOTAL) for row in self.table.rows]
        pairs = list(zip(holds, values, strict=True))
        if not pairs:
            return {"o0": _literal(default, output.kind).cast(TOTAL)}
        if by is Aggregation.SUM:
            none = ibis.literal(Decimal(0), TOTAL)
            many = _balanced(add, [ibis.ifelse(row, value, none) for row, value in pairs]).cast(TOTAL)
        else:
            # Both engines leave nulls aside.
            extreme = ibis.least if by is Aggregation.LEAST else ibis.greatest
            many = extreme(*[ibis.ifelse(row, value, ibis.null(TOTAL)) for row, value in pairs])
        return {"o0": ibis.ifelse(anything, many, _literal(default, output.kind).cast(TOTAL))}


def _fact(place: int) -> str:
    return f"f{place}"


def _input(place: int) -> str:
    return f"__i{place}"


def _row(place: int) -> str:
    return f"__r{place}"


def _is_sum(expression: Expression) -> bool:
    return isinstance(expression, Sum)


def _tests(here: Any, kind: Kind, tests: tuple[Test, ...]) -> list[ir.BooleanValue]:
    values = [test.value for test in tests if isinstance(test, Equals) and test.value is not None]
    said = [here.isnull() for test in tests[:1] if Equals(None) in tests]
    if kind is Kind.BOOLEAN:
        said += [here if value else ~here for value in values]
    elif values:
        equal = [_literal(value, kind) for value in values]
        said.append(here.isin(equal) if len(equal) > 1 else here == equal[0])
    for test in tests:
        if isinstance(test, Compares):
            said.append(SIGNS[test.sign](here, _literal(test.value, kind)))
        elif isinstance(test, Between):
            low, high = ge if test.with_low else gt, le if test.with_high else lt
            said.append(low(here, _literal(test.low, kind)) & high(here, _literal(test.high, kind)))
    return said


def _literal(value: Value, kind: Kind) -> Any:
    """The value as a literal of its column's type; those of time by their texts, exact to the microsecond."""
    if value is None:
        return ibis.null(TYPES[kind])
    if kind in (Kind.DATE, Kind.DATE_TIME):
        return ibis.literal(str(stored(value))).cast(TYPES[kind])
    return ibis.literal(stored(value), TYPES[kind])


def _one_if(holds: Any) -> Any:
    return ibis.ifelse(holds, ibis.literal(1, "int64"), ibis.literal(0, "int64"))


def _cases(branches: Sequence[tuple[Any, Any]], otherwise: Any) -> Any:
    return ibis.cases(*branches, else_=otherwise) if branches else otherwise


def _balanced(join: Callable[[Any, Any], Any], terms: Sequence[Any], *, empty: bool | None = None) -> Any:
    """The terms, joined as a tree that is no deeper than it must be: engines take only so many levels."""
    if not terms:
        return ibis.literal(empty)
    if len(terms) < 3:
        return reduce(join, terms)
    half = len(terms) // 2
    return join(_balanced(join, terms[:half]), _balanced(join, terms[half:]))
