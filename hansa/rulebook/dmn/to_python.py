"""From a table to a Python function for one case.

The function's source is written row by row and compiled once. Nothing that a table's author wrote becomes source:
names, texts and values are handed in as arguments.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, NoReturn

from hansa.rulebook.dmn.answers import settle
from hansa.rulebook.dmn.syntax import (
    ANYTHING,
    Between,
    Cell,
    Compares,
    Equals,
    Expression,
    Fact,
    HitPolicy,
    Name,
    Table,
    Test,
    names_in,
)
from hansa.rulebook.dmn.values import LONGEST_TEXT, NUMBER_BOUND, BadValue, Kind, Value, checked, written

Facts = Mapping[str, Any]


class Explained(NamedTuple):
    """What a table says about one case: the places of the rows that make the answer, the inputs, and the answer."""

    fired: tuple[int, ...]
    inputs: tuple[Value, ...]
    answer: Any


@dataclass(frozen=True, slots=True)
class Compiled:
    """A table as functions of one case.

    `decide` gives the answer alone, `explain` also why. Both raise `BadValue` for a fact that is absent, of another
    kind, out of bounds or not allowed, and `NoAnswer` where rows contradict each other.
    """

    table: Table
    decide: Callable[[Facts], Any]
    explain: Callable[[Facts], Explained]


def compile_table(table: Table) -> Compiled:
    """The functions of a table."""
    return Compiled(table, _Writer(table).function(explained=False), _Writer(table).function(explained=True))


def read_fact(fact: Fact, facts: Facts) -> Value:
    """The fact of a case in its one form. Raises BadValue."""
    if fact.name not in facts:
        raise BadValue(f"the fact {fact.name} is absent")
    value = facts[fact.name]
    if value is None and fact.nullable:
        return None
    try:
        return checked(fact.kind, value)
    except BadValue as wrong:
        raise BadValue(f"the fact {fact.name}: {wrong}") from None


class _Writer:
    """The lines of a function, and the values that it is handed."""

    def __init__(self, table: Table):
        self.table = table
        self.handed: dict[str, Any] = {}
        self.facts = {fact.name: f"f{place}" for place, fact in enumerate(table.facts)}

    def function(self, *, explained: bool) -> Any:
        read, rows = [*self._read_facts(), *self._read_inputs()], self._rows(explained)
        # As arguments the values are the function's own variables, which it reads faster than globals.
        head = f"def decide(facts, {', '.join(f'{name}={name}' for name in self.handed)}):"
        source = "\n    ".join([head, *read, *rows])
        space = dict(self.handed)
        exec(compile(source, "<table>", "exec"), space)  # noqa: S102 (the source is ours to the last letter)
        return space["decide"]

    def hand(self, value: Any) -> str:
        """A variable that holds this value."""
        name = f"v{len(self.handed)}"
        self.handed[name] = value
        return name

    def _read_facts(self) -> list[str]:
        used = {name for each in self.table.inputs for name in names_in(each.expression)}
        facts = [fact for fact in self.table.facts if fact.name in used]
        absent = self.hand(lambda given: [read_fact(fact, given) for fact in facts])
        lines = ["try:"]
        lines += [f"    {self.facts[fact.name]} = facts[{self.hand(fact.name)}]" for fact in facts]
        lines += ["    pass", "except KeyError:", f"    {absent}(facts)", "    raise"]
        read = self.hand(read_fact)
        for fact in facts:
            here = self.facts[fact.name]
            lines += [f"if {_looks_odd(fact.kind, here)}:", f"    {here} = {read}({self.hand(fact)}, facts)"]
        return lines

    def _read_inputs(self) -> list[str]:
        lines = []
        for place, each in enumerate(self.table.inputs):
            lines.append(f"i{place} = {self._expression(each.expression)}")
            if each.allowed != ANYTHING:
                lines += [
                    f"if i{place} is not None and not ({self._cell(place, each.allowed)}):",
                    f"    {self.hand(_refusing(each.label))}(i{place})",
                ]
        return lines

    def _expression(self, expression: Expression) -> str:
        if isinstance(expression, Name):
            return self.facts[expression.name]
        left, right = self.facts[expression.left.name], expression.right
        other = self.facts[right.name] if isinstance(right, Name) else self.hand(right.value)
        total = f"{left} {expression.sign} {other}"
        return f"None if {left} is None or {other} is None else {total}" if self.table.nullable(expression) else total

    def _rows(self, explained: bool) -> list[str]:
        if self.table.hit_policy is HitPolicy.FIRST:
            return self._first(explained)
        lines = ["holding = []"]
        for place in range(len(self.table.rows)):
            lines += [f"if {self._holds(place)}:", f"    holding.append({place})"]
        lines.append(f"fired, answer = {self.hand(settle)}({self.hand(self.table)}, holding)")
        return [*lines, f"return {self._explained('fired', 'answer') if explained else 'answer'}"]

    def _first(self, explained: bool) -> list[str]:
        lines = []
        for place in [*range(len(self.table.rows)), None]:
            fired, answer = map(self.hand, settle(self.table, [] if place is None else [place]))
            holds = "True" if place is None else self._holds(place)
            lines += [f"if {holds}:", f"    return {self._explained(fired, answer) if explained else answer}"]
        return lines

    def _explained(self, fired: str, answer: str) -> str:
        inputs = "".join(f"i{place}, " for place in range(len(self.table.inputs)))
        return f"{self.hand(Explained)}({fired}, ({inputs}), {answer})"

    def _holds(self, place: int) -> str:
        cells = enumerate(self.table.rows[place].cells)
        return " and ".join(f"({self._cell(at, cell)})" for at, cell in cells if cell != ANYTHING) or "True"

    def _cell(self, at: int, cell: Cell) -> str:
        here = f"i{at}"
        nullable = self.table.nullable(self.table.inputs[at].expression)
        tests = " or ".join(self._tests(here, cell.tests, nullable and not cell.negated))
        if not cell.negated:
            return tests
        return f"{here} is not None and not ({tests})" if nullable else f"not ({tests})"

    def _tests(self, here: str, tests: tuple[Test, ...], nullable: bool) -> list[str]:
        """What holds where one of the tests does; `nullable` where the input may be null at this place."""
        said = [f"{here} is None" if nullable else "False" for test in tests if test == Equals(None)]
        values = [test.value for test in tests if isinstance(test, Equals) and test.value is not None]
        if values:
            said.append(self._equals(here, values))
        guard = f"{here} is not None and " if nullable else ""
        for test in tests:
            if isinstance(test, Compares):
                said.append(f"{guard}{here} {test.sign} {self.hand(test.value)}")
            elif isinstance(test, Between):
                low, high = "<=" if test.with_low else "<", "<=" if test.with_high else "<"
                said.append(f"{guard}{self.hand(test.low)} {low} {here} {high} {self.hand(test.high)}")
        return said

    def _equals(self, here: str, values: Sequence[Value]) -> str:
        if isinstance(values[0], bool):
            return " or ".join(f"{here} is {value}" for value in values)
        if len(values) == 1:
            return f"{here} == {self.hand(values[0])}"
        return f"{here} in {self.hand(frozenset(values))}"


def _looks_odd(kind: Kind, here: str) -> str:
    """Whether the value may be something else than the kind's plainest form, so that it needs a closer look."""
    if kind is Kind.BOOLEAN:
        return f"{here} is not True and {here} is not False"
    if kind is Kind.NUMBER:
        return f"type({here}) is not int or not {-NUMBER_BOUND} < {here} < {NUMBER_BOUND}"
    if kind is Kind.STRING:
        return f"type({here}) is not str or len({here}) > {LONGEST_TEXT}"
    return "True"


def _refusing(label: str) -> Callable[[Value], NoReturn]:
    def refuse(value: Value) -> NoReturn:
        raise BadValue(f"{label} may not be {written(value)}")

    return refuse
