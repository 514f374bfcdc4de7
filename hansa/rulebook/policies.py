"""Policies: the kinds of decision that are made by tables, with the words that their tables may use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, cast

from hansa.rulebook.dmn.reading import read_table
from hansa.rulebook.dmn.syntax import (
    ANYTHING,
    SINGLE,
    Aggregation,
    Fact,
    HitPolicy,
    Malformed,
    Problem,
    Row,
    Table,
    names_in,
)
from hansa.rulebook.dmn.to_python import Compiled, compile_table, read_fact
from hansa.rulebook.dmn.values import Kind, Value, to_json, written

Facts = Mapping[str, Any]
Audience = Literal["partner", "vendor"]

MINOR, MAJOR = "minor units", "major units"
"""Units of facts that are amounts in the vendor's currency: in its smallest unit, such as cents, or in whole ones."""

TIER = "counted from 1"
"""Unit of facts and outputs that are a tier's rank, which people call by its name; 0 is no tier."""

POLICIES: dict[str, "Policy"] = {}
"""The policies that a vendor may have its own tables for, by name; the rooms above add theirs."""

FIXED: dict[str, "Policy"] = {}
"""The policies that are always as Hansa comes with them, by name."""

TOGETHER = " + "
"""Stands between the ids of rows that are added up."""

HINT = "Hint"
"""The annotation of a row that says what would have changed its answer."""


@dataclass(frozen=True, slots=True)
class PolicyFact:
    """One word of a policy's vocabulary: what rules may ask, and who may see the answer."""

    name: str
    kind: Kind
    description: str
    audience: Audience = "partner"
    unit: str = ""
    nullable: bool = False
    changeable: bool = False
    """Whether the partner could have made it otherwise, so that it may be told what this would have brought."""
    phrase: str = ""
    """What "with …" says of it: "evidence" where it is yes or no, else with a place for the value: "{} to the
    close"."""


@dataclass(frozen=True, slots=True)
class PolicyOutput:
    """What a table of the policy has to say; `allowed` empty allows every value of the kind, else the best is first."""

    name: str
    kind: Kind
    description: str
    allowed: tuple[Value, ...] = ()
    nullable: bool = False
    between: tuple[int, int] | None = None
    """The least and the most that a whole number may be."""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Neutral:
    """What partners see instead of a row that rests on the vendor's own facts, alike for all rows of one answer."""

    id: str
    note: str
    hint: str = ""


@dataclass(frozen=True, eq=False)
class Policy:
    """A kind of decision: its vocabulary, what it answers, and the table that is in force until a vendor has its own.

    `neutral` is by the value of the first output, and so are `words`, what people call it, and `would`, what it would
    have meant as another answer: "this would have been approved at once". Where one of the facts `settled` is true, the
    built-in table answers in place of one that says `settles`. One that `adds_up` has a number as its one output, and
    answers with the sum of every row that fits, 0 of none; all others answer with one row.
    """

    name: str
    title: str
    vocabulary: tuple[PolicyFact, ...]
    outputs: tuple[PolicyOutput, ...]
    file: Path
    neutral: Mapping[Value, Neutral] = field(default_factory=dict)
    words: Mapping[Value, str] = field(default_factory=dict)
    would: Mapping[Value, str] = field(default_factory=dict)
    settled: tuple[str, ...] = ()
    settles: Value = None
    adds_up: bool = False

    @cached_property
    def built_in(self) -> "Rules":
        """The table that Hansa comes with; its version is the file's fingerprint."""
        data = self.file.read_bytes()
        return Rules(self, f"built-in {sha256(data).hexdigest()[:8]}", compile_table(self.read(data)))

    @cached_property
    def shown_to(self) -> Mapping[Audience, frozenset[str]]:
        """The names of the facts that each side may see."""
        partners = frozenset(fact.name for fact in self.vocabulary if fact.audience == "partner")
        return {"vendor": frozenset(fact.name for fact in self.vocabulary), "partner": partners}

    def read(self, data: bytes) -> Table:
        """The table of a DMN file, fit for this policy; its outputs in the policy's order, the decided one first.

        Raises Malformed with everything that is wrong with it.
        """
        table = read_table(data, facts=tuple(Fact(each.name, each.kind, each.nullable) for each in self.vocabulary))
        if problems := [*self._unfit(table)]:
            raise Malformed(*problems)
        table = _with_outputs(table, [output.name for output in self.outputs])
        return replace(table, outputs=(replace(table.outputs[0], default=(0,)),)) if self.adds_up else table

    def _unfit(self, table: Table) -> list[Problem]:
        if wrong := self._unfit_hit_policy(table):
            return [Problem("hit policy", wrong)]
        given = {each.name: each for each in table.outputs}
        if given.keys() != {each.name for each in self.outputs}:
            wanted = ", ".join(each.name for each in self.outputs)
            return [Problem("outputs", f"this policy has {wanted}, and the table has {', '.join(given) or 'none'}")]
        order = [output.name for output in self.outputs]
        if table.hit_policy is HitPolicy.PRIORITY and list(given) != order:
            return [Problem("outputs", f"PRIORITY ranks by them from left to right: {', '.join(order)}")]
        if self.adds_up and table.outputs[0].default not in ((), (0,)):
            return [Problem(f"{order[0]}, default", "where no row fits there is nothing to add up: leave it out")]
        return [problem for place, row in enumerate(table.rows, 1) for problem in self._unfit_row(table, place, row)]

    def _unfit_hit_policy(self, table: Table) -> str:
        """Why this policy cannot answer by the table's hit policy; nothing where it can."""
        if self.adds_up and table.aggregation is not Aggregation.SUM:
            return f"{self.title} adds up every row that fits, and {table.hits} does not: choose COLLECT SUM (C+)"
        if not self.adds_up and table.hit_policy not in SINGLE:
            return f"{self.title} wants one answer, and {table.hits} gives many"
        return ""

    def _unfit_row(self, table: Table, place: int, row: Row) -> list[Problem]:
        problems = []
        said = {output.name: value for output, value in zip(table.outputs, row.values, strict=True)}
        for output in self.outputs:
            value, where = said[output.name], f"row {place}, {output.name}"
            if value is None:
                if not output.nullable:
                    problems.append(Problem(where, "a value is missing"))
            elif output.between and not _whole_within(value, *output.between):
                least, most = output.between
                problems.append(Problem(where, f"{written(value)} is no whole number from {least} to {most}"))
            elif output.allowed and value not in output.allowed:
                allowed = ", ".join(map(written, output.allowed))
                problems.append(Problem(where, f"{written(value)} is none of {allowed}"))
        if not row.note.strip():
            problems.append(Problem(f"row {place}", "it needs a note that says what it means"))
        return problems


@dataclass(frozen=True, eq=False)
class Rules:
    """A policy's table in one version, ready to decide."""

    policy: Policy
    version: str
    compiled: Compiled

    @property
    def table(self) -> Table:
        return self.compiled.table

    @cached_property
    def vendors_own(self) -> frozenset[int]:
        """The places of the rows that rest on facts which only the vendor may see."""
        hidden = {fact.name for fact in self.policy.vocabulary if fact.audience == "vendor"}
        columns = [
            place for place, each in enumerate(self.table.inputs) if hidden.intersection(names_in(each.expression))
        ]
        return frozenset(
            place
            for place, row in enumerate(self.table.rows)
            if any(row.cells[column] != ANYTHING for column in columns)
        )

    @cached_property
    def asked(self) -> frozenset[str]:
        """The facts that the table's columns rest on."""
        return frozenset(name for each in self.table.inputs for name in names_in(each.expression))

    def evaluate(self, facts: Facts) -> "Answer":
        """The first row whose cells all hold, or of a policy that adds up all of them.

        Raises BadValue for an absent or mistyped fact, LookupError where one row has to hold and none does.
        """
        checked = {fact.name: read_fact(fact, facts) for fact in self.table.facts}
        explained = self.compiled.explain(checked)
        if not explained.fired and not self.policy.adds_up:
            raise LookupError(f"no row of {self.policy.name} covers {checked}")
        return Answer(self, explained.fired, checked)

    def decide(self, facts: Facts) -> "Answer":
        """`evaluate`, but for what no version of the policy may pass over: then the built-in table answers."""
        answer, policy = self.evaluate(facts), self.policy
        if self is policy.built_in or answer.first != policy.settles or not any(facts[name] for name in policy.settled):
            return answer
        return replace(policy.built_in.evaluate(facts), asked=self)

    def place_of(self, row: str) -> int | None:
        """Where the row with this id stands."""
        return next((place for place, each in enumerate(self.table.rows) if each.id == row), None)

    @cached_property
    def told_order(self) -> tuple[str, ...]:
        """The ids of the rows as partners read them: one neutral row stands for all that it hides."""
        return tuple(dict.fromkeys(told(self, place).id for place in range(len(self.table.rows))))

    def is_told(self, row: str) -> bool:
        """Whether partners read the row with this id as it is."""
        neutral = {each.id for each in self.policy.neutral.values()}
        return row not in neutral and self.place_of(row) not in {None, *self.vendors_own}

    def hint(self, row: Row) -> str:
        """What the row says would have changed its answer."""
        return dict(zip(self.table.annotation_names, row.annotations, strict=False)).get(HINT, "")

    def outputs(self, row: Row) -> dict[str, Any]:
        return {output.name: value for output, value in zip(self.table.outputs, row.values, strict=True)}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a policy says about one case: the places of the rows that fired, its outputs, and every fact as it was.

    One row fired, and `row`, `place` and `told` are about it; of a policy that adds up any number. `asked` are the
    rules in force, where the built-in ones answered in their place.
    """

    rules: Rules
    fired: tuple[int, ...]
    facts: dict[str, Value]
    asked: Rules | None = None

    @property
    def place(self) -> int:
        return self.fired[0]

    @property
    def row(self) -> Row:
        return self.rules.table.rows[self.place]

    @property
    def rows(self) -> list[Row]:
        """All rows that fired."""
        return [self.rules.table.rows[place] for place in self.fired]

    @property
    def row_id(self) -> str:
        """The id of the row that fired, or those of all that were added up: "skilled + sells"."""
        return TOGETHER.join(row.id for row in self.rows)

    @property
    def outputs(self) -> dict[str, Any]:
        policy = self.rules.policy
        if policy.adds_up:
            return {policy.outputs[0].name: sum(cast("int", row.values[0]) for row in self.rows)}
        return self.rules.outputs(self.row)

    @property
    def first(self) -> Value:
        """The value of the policy's first output: what is decided."""
        value: Value = self.outputs[self.rules.policy.outputs[0].name]
        return value

    @property
    def told_outputs(self) -> dict[str, Any]:
        """What the partner reads of the outputs: of a row that stands behind the neutral one, what is decided alone."""
        if not self.rests_on_the_vendor:
            return self.outputs
        decided, *others = self.rules.policy.outputs
        return {decided.name: self.first, **{output.name: None for output in others if output.nullable}}

    @property
    def rests_on_the_vendor(self) -> bool:
        """Whether a row that fired rests on facts which only the vendor may see."""
        return not self.rules.vendors_own.isdisjoint(self.fired)

    @property
    def told(self) -> Neutral:
        """What the partner reads of it: the row, or the neutral one that stands for it."""
        return told(self.rules, self.place)

    @property
    def told_ids(self) -> list[str]:
        """The ids of the rows that fired as the partner reads them."""
        return [told(self.rules, place).id for place in self.fired]

    def facts_for(self, audience: Audience) -> dict[str, Any]:
        """The facts that a partner may see, or all of them for the vendor, as JSON keeps them."""
        shown = self.rules.policy.shown_to[audience]
        return {name: to_json(value) for name, value in self.facts.items() if name in shown}


def _with_outputs(table: Table, names: Sequence[str]) -> Table:
    """The table with its outputs in this order."""
    stand = [output.name for output in table.outputs]
    order = [stand.index(name) for name in names]
    rows = tuple(replace(row, values=tuple(row.values[at] for at in order)) for row in table.rows)
    return replace(table, outputs=tuple(table.outputs[at] for at in order), rows=rows)


def _whole_within(value: Value, least: int, most: int) -> bool:
    return isinstance(value, int) and least <= value <= most


def told(rules: Rules, place: int) -> Neutral:
    """A row as partners may read it."""
    row = rules.table.rows[place]
    if place in rules.vendors_own:
        return rules.policy.neutral[rules.outputs(row)[rules.policy.outputs[0].name]]
    return Neutral(row.id, row.note, rules.hint(row))


def policy_named(name: str) -> Policy | None:
    """A policy that decides here, whether or not a vendor may change it."""
    return POLICIES.get(name) or FIXED.get(name)
