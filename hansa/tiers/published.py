"""Tables of tiers made from rows of text, for the demonstration and for tests: what an author would draw."""

from collections.abc import Mapping, Sequence

from hansa.rulebook.dmn.building import RawColumn, RawOutput, RawRow, RawTable, build
from hansa.rulebook.dmn.syntax import Aggregation, Fact, HitPolicy
from hansa.rulebook.dmn.writing import write_table
from hansa.rulebook.policies import Policy


def table_of(
    policy: Policy, columns: Sequence[str], rows: Sequence[tuple[Sequence[str], Mapping[str, str], str]]
) -> str:
    """The DMN text of a table whose columns are facts, and whose rows are cells, outputs by name, and a note."""
    facts = {fact.name: fact for fact in policy.vocabulary}
    raw = RawTable(
        policy.title,
        [RawColumn(facts[name].description, name, facts[name].kind, id=f"input_{name}") for name in columns],
        [RawOutput(each.name, each.kind, id=f"output_{each.name}") for each in policy.outputs],
        [
            RawRow(cells, [said.get(each.name, "null") for each in policy.outputs], note, id=f"row_{number}")
            for number, (cells, said, note) in enumerate(rows, 1)
        ],
        HitPolicy.COLLECT if policy.adds_up else HitPolicy.FIRST,
        Aggregation.SUM if policy.adds_up else None,
        id=policy.name,
    )
    known = tuple(Fact(fact.name, fact.kind, fact.nullable) for fact in policy.vocabulary)
    return write_table(build(raw, known)).decode()
