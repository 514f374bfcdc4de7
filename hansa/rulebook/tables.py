"""Decision tables: rules as data, evaluated by one function, explained by their notes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Facts = Mapping[str, Any]
Audience = Literal["partner", "vendor"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One word of a policy's vocabulary: what rules may ask, and who may see the answer."""

    name: str
    type: type
    description: str
    audience: Audience = "partner"
    unit: str = ""
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Test:
    """A cell: whether one fact satisfies it. `text` is how people read it."""

    text: str
    holds: Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Row:
    """A rule: its cells by fact (an absent one is satisfied by anything), its outputs, and a note for partners.

    `why` is for the vendor. A row that rests on the vendor's own facts names in `shown_as` the neutral row that
    partners see instead, so that the answer tells nothing about rivals or the pipeline.
    """

    id: str
    when: Mapping[str, Test]
    then: Mapping[str, Any]
    note: str
    hint: str = ""
    why: str = ""
    shown_as: str = ""

    @property
    def public_id(self) -> str:
        return self.shown_as or self.id


@dataclass(frozen=True, slots=True)
class Table:
    """Rows are tried from the top and the first that holds fires (DMN hit policy F)."""

    name: str
    version: str
    title: str
    vocabulary: tuple[Fact, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a table says about one case: the row that fired, its outputs, and every fact as it was."""

    table: Table
    row: Row
    facts: dict[str, Any]

    @property
    def outputs(self) -> dict[str, Any]:
        return dict(self.row.then)

    def facts_for(self, audience: Audience) -> dict[str, Any]:
        """The facts that a partner may see, or all of them for the vendor."""
        shown = {fact.name for fact in self.table.vocabulary if audience == "vendor" or fact.audience == "partner"}
        return {name: value for name, value in self.facts.items() if name in shown}


def evaluate(table: Table, facts: Facts) -> Answer:
    """The first row whose cells all hold. Raises TypeError for an absent or mistyped fact, LookupError if none."""
    checked = {fact.name: _checked(fact, facts) for fact in table.vocabulary}
    for row in table.rows:
        if all(checked[name] is not None and test.holds(checked[name]) for name, test in row.when.items()):
            return Answer(table, row, checked)
    raise LookupError(f"no row of {table.name} covers {checked}")


def _checked(fact: Fact, facts: Facts) -> Any:
    if fact.name not in facts:
        raise TypeError(f"the fact {fact.name} is absent")
    value = facts[fact.name]
    if value is None and fact.nullable:
        return None
    if type(value) is not fact.type:
        raise TypeError(f"the fact {fact.name} is {value!r}, not {fact.type.__name__}")
    return value


def is_(expected: Any) -> Test:
    return Test(_said(expected), lambda value: value == expected)


def one_of(*expected: Any) -> Test:
    return Test(", ".join(map(_said, expected)), lambda value: value in expected)


def at_least(bound: Any) -> Test:
    return Test(f"≥ {bound}", lambda value: value >= bound)


def more_than(bound: Any) -> Test:
    return Test(f"> {bound}", lambda value: value > bound)


def less_than(bound: Any) -> Test:
    return Test(f"< {bound}", lambda value: value < bound)


def _said(value: Any) -> str:
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
