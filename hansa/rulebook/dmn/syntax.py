"""What a decision table says, once it is read: one tree, whatever becomes of it afterwards."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from hansa.rulebook.dmn.values import Kind, Value


@dataclass(frozen=True, slots=True)
class Name:
    """A fact of the vocabulary."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Constant:
    value: Value
    kind: Kind


@dataclass(frozen=True, slots=True)
class Sum:
    """A fact plus or minus another or a constant; its kind follows from theirs. Null if one of them is."""

    left: Name
    sign: Literal["+", "-"]
    right: Name | Constant
    kind: Kind


Expression = Name | Sum


def names_in(expression: Expression) -> tuple[str, ...]:
    """The facts that the expression rests on."""
    parts = (expression,) if isinstance(expression, Name) else (expression.left, expression.right)
    return tuple(part.name for part in parts if isinstance(part, Name))


@dataclass(frozen=True, slots=True)
class Equals:
    """The input is this value; null where `value` is None."""

    value: Value


@dataclass(frozen=True, slots=True)
class Compares:
    sign: Literal["<", "<=", ">", ">="]
    value: Value


@dataclass(frozen=True, slots=True)
class Between:
    low: Value
    high: Value
    with_low: bool
    with_high: bool


Test = Equals | Compares | Between


@dataclass(frozen=True, slots=True)
class Cell:
    """One of the tests holds, or with `negated` none of them.

    An input that is null satisfies `null`, `not(null)` satisfies what is not null; no other test holds of null.
    """

    tests: tuple[Test, ...]
    negated: bool = False


ANYTHING = Cell((), negated=True)
"""The cell `-`: every input satisfies it, null too."""


class HitPolicy(StrEnum):
    """Which of the rows that hold make the answer, by the name that DMN's files use."""

    UNIQUE = "UNIQUE"
    ANY = "ANY"
    PRIORITY = "PRIORITY"
    FIRST = "FIRST"
    RULE_ORDER = "RULE ORDER"
    OUTPUT_ORDER = "OUTPUT ORDER"
    COLLECT = "COLLECT"


class Aggregation(StrEnum):
    """What a collecting table makes of the outputs of all rows that hold."""

    SUM = "SUM"
    LEAST = "MIN"
    GREATEST = "MAX"
    COUNT = "COUNT"


SINGLE = (HitPolicy.UNIQUE, HitPolicy.ANY, HitPolicy.PRIORITY, HitPolicy.FIRST)


@dataclass(frozen=True, slots=True)
class Input:
    """A column of tests. `allowed` is what the input may be at all; anything else is an error."""

    label: str
    expression: Expression
    allowed: Cell = ANYTHING
    id: str = ""

    @property
    def kind(self) -> Kind:
        return self.expression.kind


@dataclass(frozen=True, slots=True)
class Output:
    """A column of values. `allowed` are those that it may give, the most important first; empty allows all.

    `default` holds the value, if there is one, where no row fires.
    """

    name: str
    kind: Kind
    allowed: tuple[Value, ...] = ()
    label: str = ""
    id: str = ""
    default: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A rule: a cell for each input, a value for each output, and a note that a partner can read."""

    id: str
    cells: tuple[Cell, ...]
    values: tuple[Value, ...]
    note: str = ""
    annotations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A word of a table's vocabulary."""

    name: str
    kind: Kind
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table that is whole: every cell parsed and of its column's kind."""

    id: str
    name: str
    facts: tuple[Fact, ...]
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rows: tuple[Row, ...]
    hit_policy: HitPolicy = HitPolicy.UNIQUE
    aggregation: Aggregation | None = None
    annotation_names: tuple[str, ...] = ()
    note: str = ""

    @property
    def hits(self) -> str:
        """The hit policy with what becomes of the rows: "FIRST", "COLLECT SUM"."""
        return f"{self.hit_policy} {self.aggregation}" if self.aggregation else str(self.hit_policy)

    def nullable(self, expression: Expression) -> bool:
        """Whether the expression may be null."""
        names = names_in(expression)
        return any(fact.nullable and fact.name in names for fact in self.facts)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where: "row 3, Expected close"."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


class Malformed(Exception):
    """A table that cannot be used, with everything that is wrong with it."""

    def __init__(self, *problems: Problem):
        super().__init__("; ".join(map(str, problems[:5])))
        self.problems = problems
