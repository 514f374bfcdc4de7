"""A table as partners are told it. What differs between two versions is found between two such tables, so that nothing
which partners may not read can show through, not even that it changed."""

from dataclasses import dataclass

from hansa.rulebook.dmn.syntax import ANYTHING, Row, Table, names_in
from hansa.rulebook.dmn.values import Value
from hansa.rulebook.policies import HINT, Rules, told


@dataclass(frozen=True, slots=True)
class Told:
    """A table with what partners may read of it; `neutral` are the places of rows that stand for others.

    Its columns rest on facts that partners may see. Rows that rest on others come once for each answer, at the place of
    the first of them, as the neutral row: without conditions, and with nothing but the table's first output.
    """

    table: Table
    neutral: frozenset[int]


def told_table(rules: Rules) -> Told:
    """What partners may read of a table, its rows in the order in which they are tried."""
    table, policy = rules.table, rules.policy
    known = {fact.name for fact in policy.vocabulary if fact.audience == "partner"}
    columns = [place for place, each in enumerate(table.inputs) if known.issuperset(names_in(each.expression))]
    rows: list[Row] = []
    neutral: dict[str, int] = {}
    for place, row in enumerate(table.rows):
        reads = told(rules, place)
        if place not in rules.vendors_own:
            cells = tuple(row.cells[column] for column in columns)
            rows.append(Row(row.id, cells, row.values, reads.note, (reads.hint,)))
        elif reads.id not in neutral:
            neutral[reads.id] = len(rows)
            cells = (ANYTHING,) * len(columns)
            rows.append(Row(reads.id, cells, _first_alone(rules, row), reads.note, (reads.hint,)))
    shown = Table(
        table.id,
        policy.title,
        tuple(fact for fact in table.facts if fact.name in known),
        tuple(table.inputs[column] for column in columns),
        table.outputs,
        tuple(rows),
        table.hit_policy,
        table.aggregation,
        (HINT,),
    )
    return Told(shown, frozenset(neutral.values()))


def _first_alone(rules: Rules, row: Row) -> tuple[Value, ...]:
    first = rules.policy.outputs[0].name
    return tuple(
        value if output.name == first else None for output, value in zip(rules.table.outputs, row.values, strict=True)
    )
