"""From a table as texts to a table that is whole, or to everything that is wrong with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from hansa.rulebook.dmn.parse import parse_cell, parse_expression, parse_value, parse_values
from hansa.rulebook.dmn.syntax import (
    ANYTHING,
    Aggregation,
    Cell,
    Equals,
    Fact,
    HitPolicy,
    Input,
    Malformed,
    Output,
    Problem,
    Row,
    Table,
)
from hansa.rulebook.dmn.values import BadValue, Kind, Value, kind_of, sum_fits, written

T = TypeVar("T")

Declared = tuple[Kind | None, str, bool]
"""What a file says of a fact: its kind, the texts of what it may be, and whether it may be null."""

LONGEST_NOTE = 2_000
MOST_PROBLEMS = 500


@dataclass(frozen=True, slots=True)
class RawColumn:
    """An input as texts; `kind` where the file says one that is known, `type_name` as it is written."""

    label: str
    expression: str
    kind: Kind | None = None
    type_name: str = ""
    allowed: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class RawOutput:
    name: str
    kind: Kind | None = None
    type_name: str = ""
    allowed: str = ""
    default: str | None = None
    label: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as texts; without an `id` its place names it."""

    cells: Sequence[str]
    values: Sequence[str]
    note: str = ""
    annotations: Sequence[str] = ()
    id: str = ""


@dataclass(frozen=True, slots=True)
class RawTable:
    """A decision table whose cells are still texts."""

    name: str
    inputs: Sequence[RawColumn]
    outputs: Sequence[RawOutput]
    rows: Sequence[RawRow]
    hit_policy: str = HitPolicy.UNIQUE
    aggregation: str | None = None
    annotation_names: Sequence[str] = ()
    declared: Mapping[str, Declared] = field(default_factory=dict)
    leans_on_decisions: bool = False
    note: str = ""
    id: str = ""


def build(raw: RawTable, facts: tuple[Fact, ...] | None = None) -> Table:
    """The table, whole. `facts` is the vocabulary that it may use; without one, what the table says of its inputs.

    Raises Malformed with every problem that there is, or with the first of very many.
    """
    return _Builder(raw, facts).table()


class _Builder:
    def __init__(self, raw: RawTable, facts: tuple[Fact, ...] | None):
        self.raw = raw
        self.problems: list[Problem] = []
        self.facts = facts if facts is not None else self._declared_facts()
        self.vocabulary = {fact.name: fact for fact in self.facts}

    def table(self) -> Table:
        raw = self.raw
        policy = self._one_of(HitPolicy, raw.hit_policy, "hit policy") or HitPolicy.UNIQUE
        aggregation = self._one_of(Aggregation, raw.aggregation, "aggregation") if raw.aggregation else None
        inputs = [self._input(each) for each in raw.inputs]
        outputs = [self._output(place, each) for place, each in enumerate(raw.outputs)]
        rows = [self._row(place, row, inputs, outputs) for place, row in enumerate(raw.rows)]
        self._shape(outputs)
        self._ids(rows)
        if self.problems:
            raise Malformed(*self.problems)
        whole = [each for each in outputs if each]
        self._hit_policy(policy, aggregation, whole, rows)
        if self.problems:
            raise Malformed(*self.problems)
        return Table(
            raw.id,
            raw.name,
            self.facts,
            tuple(each for each in inputs if each),
            tuple(whole),
            tuple(rows),
            policy,
            aggregation,
            tuple(raw.annotation_names),
            raw.note,
        )

    def _wrong(self, place: str, message: str) -> None:
        self.problems.append(Problem(place, message))
        if len(self.problems) == MOST_PROBLEMS:
            raise Malformed(*self.problems, Problem("", "and perhaps more: what stands after these was not read"))

    def _try(self, place: str, make: Callable[[], T]) -> T | None:
        try:
            return make()
        except BadValue as wrong:
            self._wrong(place, str(wrong))
            return None

    def _one_of(self, kinds: type[T], name: str, place: str) -> T | None:
        try:
            return kinds(name)  # type: ignore[call-arg]
        except ValueError:
            self._wrong(place, f"{name} is none that tables know")
            return None

    def _declared_facts(self) -> tuple[Fact, ...]:
        """The facts of a table that comes without a vocabulary: its declared inputs, and columns that are a name."""
        found: dict[str, Fact] = {}
        columns = {" ".join(each.expression.split()): each for each in self.raw.inputs}
        for name in [*self.raw.declared, *columns]:
            kind, allowed, nullable = self.raw.declared.get(name, (None, "", False))
            column = columns.get(name)
            kind = kind or (column.kind if column else None)
            if kind is None or name in found:
                continue
            texts = [allowed, column.allowed if column else ""]
            found[name] = Fact(name, kind, nullable or any(_names_null(text, kind) for text in texts))
        return tuple(found.values())

    def _input(self, raw: RawColumn) -> Input | None:
        place = raw.label or "an input without a name"
        if raw.type_name and raw.kind is None and raw.type_name != "Any":
            self._wrong(place, f"the type {raw.type_name} is none that tables know")
            return None
        expression = self._try(place, lambda: parse_expression(raw.expression, self.vocabulary))
        if expression is None:
            return None
        if raw.kind and raw.kind is not expression.kind:
            self._wrong(place, f"the column says {raw.kind}, and {raw.expression} is a {expression.kind}")
            return None
        allowed = self._try(f"{place}, allowed values", lambda: parse_cell(raw.allowed, expression.kind))
        return Input(raw.label, expression, allowed or ANYTHING, raw.id)

    def _output(self, place: int, raw: RawOutput) -> Output | None:
        where = raw.name or f"output {place + 1}"
        if raw.type_name and raw.kind is None and raw.type_name != "Any":
            self._wrong(where, f"the type {raw.type_name} is none that tables know")
            return None
        texts = [row.values[place] for row in self.raw.rows if place < len(row.values)]
        kind = raw.kind or _first_kind([raw.allowed, *texts])
        if kind is None:
            self._wrong(where, "no row gives a value, so its type is unknown; say one")
            return None
        allowed = self._try(f"{where}, allowed values", lambda: _of_kind(parse_values(raw.allowed), kind))
        default = raw.default
        if default is None:
            return Output(raw.name, kind, allowed or (), raw.label, raw.id)
        value = self._try(f"{where}, default", lambda: self._value(default, kind, allowed or ()))
        return Output(raw.name, kind, allowed or (), raw.label, raw.id, (value,))

    def _row(self, place: int, raw: RawRow, inputs: list[Input | None], outputs: list[Output | None]) -> Row:
        where, id = f"row {place + 1}", raw.id or f"row-{place + 1}"
        if len(raw.cells) != len(inputs) or len(raw.values) != len(outputs):
            self._wrong(
                where,
                f"{len(raw.cells)} cells and {len(raw.values)} outputs do not fit"
                f" {len(inputs)} and {len(outputs)} columns",
            )
            return Row(id, (), ())
        if len(raw.note) > LONGEST_NOTE or any(len(each) > LONGEST_NOTE for each in raw.annotations):
            self._wrong(where, f"its note is longer than {LONGEST_NOTE} characters")
        cells = [
            self._try(f"{where}, {column.label}", lambda text=text, kind=column.kind: parse_cell(text, kind))  # type: ignore[misc]
            for text, column in zip(raw.cells, inputs, strict=True)
            if column
        ]
        values = [
            self._try(
                f"{where}, {output.name}",
                lambda text=text, output=output: self._value(text, output.kind, output.allowed),  # type: ignore[misc]
            )
            for text, output in zip(raw.values, outputs, strict=True)
            if output
        ]
        return Row(id, tuple(cell or ANYTHING for cell in cells), tuple(values), raw.note, tuple(raw.annotations))

    def _value(self, text: str, kind: Kind, allowed: tuple[Value, ...]) -> Value:
        value = parse_value(text)
        if value is None:
            return None
        _of_kind((value,), kind)
        if allowed and value not in allowed:
            raise BadValue(f"{written(value)} is none of {', '.join(map(written, allowed))}")
        return value

    def _shape(self, outputs: list[Output | None]) -> None:
        if self.raw.leans_on_decisions:
            self._wrong("", "it leans on another decision; here a table stands on facts alone")
        if not outputs:
            self._wrong("", "a table has at least one output")
        names = [each.name for each in outputs if each]
        if len(set(names)) < len(names):
            self._wrong("", "two outputs have one name")

    def _ids(self, rows: list[Row]) -> None:
        """Records of decisions name rows by these."""
        first: dict[str, int] = {}
        for number, row in enumerate(rows, 1):
            if first.setdefault(row.id, number) != number:
                self._wrong(f"row {number}, id", f"{row.id} is the id of row {first[row.id]} too")

    def _hit_policy(
        self, policy: HitPolicy, aggregation: Aggregation | None, outputs: list[Output], rows: list[Row]
    ) -> None:
        if policy in (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER):
            ranked = [place for place, output in enumerate(outputs) if output.allowed]
            if not ranked:
                self._wrong("hit policy", f"{policy} ranks by the outputs' allowed values, and there are none")
            for number, row in enumerate(rows, 1):
                if any(row.values[place] is None for place in ranked):
                    self._wrong(f"row {number}", f"a value that {policy} ranks by is missing")
        if aggregation is None:
            return
        given = [row.values for row in rows]
        if policy is not HitPolicy.COLLECT or len(outputs) != 1:
            self._wrong("aggregation", "only a collecting table with one output can aggregate")
        elif aggregation is not Aggregation.COUNT and outputs[0].kind is not Kind.NUMBER:
            self._wrong(
                "aggregation", f"{aggregation} is made of numbers, and {outputs[0].name} is a {outputs[0].kind}"
            )
        elif aggregation is not Aggregation.COUNT and any(None in each for each in [outputs[0].default, *given]):
            self._wrong("aggregation", f"{aggregation} cannot be made of null")
        elif aggregation is Aggregation.SUM and not sum_fits([value for (value,) in given]):
            self._wrong("aggregation", "rows that hold together could add up to more than 22 digits before the point")


def _of_kind(values: tuple[Value, ...], kind: Kind) -> tuple[Value, ...]:
    for value in values:
        if value is not None and kind_of(value) is not kind:
            raise BadValue(f"this column is a {kind}, and {written(value)} is a {kind_of(value)}")
    return values


def _first_kind(texts: Sequence[str]) -> Kind | None:
    for text in texts:
        try:
            values = [value for value in parse_values(text) if value is not None]
        except BadValue:
            continue
        if values:
            return kind_of(values[0])
    return None


def _names_null(text: str, kind: Kind) -> bool:
    try:
        cell: Cell = parse_cell(text, kind)
    except BadValue:
        return False
    return not cell.negated and Equals(None) in cell.tests
