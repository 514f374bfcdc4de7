"""Policies, versions and tables as JSON, for each side its own share."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from hansa.core.actors import Actor
from hansa.kernel.errors import Invalid
from hansa.kernel.ids import public_id
from hansa.rulebook.dmn.analysis import Findings, analyse
from hansa.rulebook.dmn.diff import Change, diff_tables
from hansa.rulebook.dmn.syntax import ANYTHING, Input, Row, Table
from hansa.rulebook.dmn.values import BadValue, Value, from_json, to_json
from hansa.rulebook.dmn.writing import cell_written
from hansa.rulebook.models import PolicyVersion
from hansa.rulebook.policies import Answer, Policy, Rules, told
from hansa.rulebook.shown import in_words
from hansa.rulebook.told import Told, told_table
from hansa.rulebook.told_to import Turn, turns_told
from hansa.rulebook.words import Words

MOST_FOUND = 100


def show_policy(policy: Policy, actor: Actor) -> dict[str, Any]:
    """`PolicyShown`. Within `acting`."""
    turns = [turn for turns in turns_told(policy, actor) for turn in turns]
    vocabulary = [fact for fact in policy.vocabulary if actor.side == "vendor" or fact.audience == "partner"]
    facts = [
        {
            "name": fact.name,
            "type": str(fact.kind),
            "description": fact.description,
            "unit": fact.unit,
            "nullable": fact.nullable,
            "audience": fact.audience,
        }
        for fact in vocabulary
    ]
    return {
        "id": policy.name,
        "title": policy.title,
        "facts": facts,
        "outputs": [_output(each) for each in policy.outputs],
        "in_force": [_period(turn) for turn in turns if not turn.begins],
        "coming": [_period(turn) for turn in turns if turn.begins],
    }


def show_rules(policy: Policy, actor: Actor, currency: str) -> dict[str, Any]:
    """`RulesShown`: for both sides what partners are told. Within `acting`."""
    words = Words(policy, currency)
    tables: list[dict[str, Any]] = []
    for turn in [turn for turns in turns_told(policy, actor) for turn in turns]:
        shown = told_table(turn.rules)
        tables.append(
            {
                **_period(turn),
                "in_force": turn.begins is None,
                "hit_policy": shown.table.hits,
                "rows": [_row(words, shown, place) for place in range(len(shown.table.rows))],
                **show_difference(words, told_table(turn.before) if turn.before else shown, shown),
            }
        )
    return {"id": policy.name, "title": policy.title, "tables": tables}


def show_difference(words: Words, old: Told, new: Told) -> dict[str, Any]:
    """`DifferenceShown` between two tables, each as its reader may see it."""
    difference = diff_tables(old.table, new.table)
    changes = [
        {
            "change": str(each.change),
            "row": _row(words, new, each.new) if each.new is not None else None,
            "was": _row(words, old, each.old) if each.old is not None else None,
        }
        for each in difference.rows
        if each.change is not Change.SAME
    ]
    return {
        "changes": changes,
        "columns_added": list(difference.columns_added),
        "columns_removed": list(difference.columns_removed),
    }


def show_version(version: PolicyVersion) -> dict[str, Any]:
    """`VersionShown`."""
    plain = ("policy", "number", "summary", "takes", "author_name", "published_by", "begins", "ends", "created_at")
    return {
        "id": version.public_id,
        **{name: getattr(version, name) for name in plain},
        "status": str(version.status),
        "author": public_id("member", version.author_id) if version.author_id else None,
        "reach": version.reach,
        "scope": {
            "program": public_id("program", version.program_id) if version.program_id else None,
            "partner_types": list(version.partner_types),
            "pilot": version.pilot,
            "partners": [public_id("partner", partner) for partner in version.pilot_partners],
        },
    }


def show_in_full(version: PolicyVersion) -> dict[str, Any]:
    """`VersionInFull`."""
    return {**show_version(version), "dmn": version.dmn}


def show_table(rules: Rules, currency: str) -> dict[str, Any]:
    """`TableShown`."""
    words = Words(rules.policy, currency)
    whole = Told(rules.table, frozenset())
    return {
        "policy": rules.policy.name,
        "version": rules.version,
        "hit_policy": rules.table.hits,
        "columns": [column.label for column in rules.table.inputs],
        "rows": [
            {**_row(words, whole, place), "hint": rules.hint(row), "told": told(rules, place).note}
            for place, row in enumerate(rules.table.rows)
        ],
    }


def show_findings(table: Table) -> dict[str, Any]:
    """`FindingsShown`; rows count from 1."""
    found = analyse(table)
    labels = [column.label for column in table.inputs]
    return {
        "unreachable": [
            {
                "row": one.row + 1,
                "by": [row + 1 for row in one.by],
                "column": labels[one.column] if one.column is not None else None,
                "case": _case(one.witness) if one.witness is not None else None,
            }
            for one in found.unreachable[:MOST_FOUND]
        ],
        "gaps": [
            {"where": [cell_written(cell) for cell in one.where], "case": _case(one.witness)}
            for one in found.gaps[:MOST_FOUND]
        ],
        "overlaps": [
            {"rows": [row + 1 for row in one.rows], "case": _case(one.witness)} for one in found.overlaps[:MOST_FOUND]
        ],
        "past_null": [
            {"row": one.row + 1, "column": labels[one.column], "case": _case(one.witness)}
            for one in found.past_null[:MOST_FOUND]
        ],
        "unfinished": [*found.unfinished, *_left_out(found)],
    }


def show_answer(answer: Answer) -> dict[str, Any]:
    """`Tried`."""
    return {
        "row": answer.fired[0] + 1 if answer.fired else 0,
        "rows": [place + 1 for place in answer.fired],
        "id": answer.row_id,
        "outputs": {name: to_json(value) for name, value in answer.outputs.items()},
        "note": " ".join(row.note for row in answer.rows),
        "hint": " ".join(filter(None, map(answer.rules.hint, answer.rows))),
        "told": " ".join(told(answer.rules, place).note for place in answer.fired),
        "facts": _case(answer.facts),
        "built_in": answer.asked is not None,
    }


def read_case(policy: Policy, given: Mapping[str, Any]) -> dict[str, Value]:
    """A case out of JSON. Raises Invalid for what is no fact of the policy, absent, or of another type."""
    kinds = {fact.name: fact for fact in policy.vocabulary}
    if unknown := given.keys() - kinds.keys():
        raise Invalid("unknown_fact", f"{min(unknown)} is no fact of {policy.name}.", "facts")
    facts: dict[str, Value] = {}
    for name, fact in kinds.items():
        if name not in given:
            raise Invalid("fact_absent", f"The fact {name} is absent.", f"facts.{name}")
        value = given[name]
        if value is None and fact.nullable:
            facts[name] = None
            continue
        try:
            facts[name] = from_json(fact.kind, Decimal(repr(value)) if isinstance(value, float) else value)
        except BadValue as wrong:
            raise Invalid("fact_malformed", f"{name}: {wrong}.", f"facts.{name}") from None
    return facts


def _output(output: Any) -> dict[str, Any]:
    least, most = output.between or (None, None)
    return {
        "name": output.name,
        "type": str(output.kind),
        "description": output.description,
        "nullable": output.nullable,
        "allowed": [to_json(value) for value in output.allowed],
        "least": least,
        "most": most,
    }


def _period(turn: Turn) -> dict[str, Any]:
    return {
        "version": turn.rules.version,
        "begins": turn.begins or turn.since,
        "ends": turn.ends,
        "reach": turn.reach,
        "summary": turn.summary,
    }


def _row(words: Words, shown: Told, place: int) -> dict[str, Any]:
    row, table = shown.table.rows[place], shown.table
    neutral = place in shown.neutral
    outputs = zip(table.outputs, row.values, strict=True)
    return {
        "number": place + 1,
        "id": row.id,
        "conditions": _conditions(words, table.inputs, row),
        "outputs": {each.name: to_json(value) for each, value in outputs if not neutral or value is not None},
        "note": row.note,
        "hint": row.annotations[0] if row.annotations else "",
        "neutral": neutral,
    }


def _conditions(words: Words, inputs: Sequence[Input], row: Row) -> list[dict[str, str]]:
    return [
        {"asks": column.label, "test": cell_written(cell), "says": in_words(cell, column.kind, words.unit(column))}
        for column, cell in zip(inputs, row.cells, strict=True)
        if cell != ANYTHING
    ]


def _case(case: Mapping[str, Value]) -> dict[str, Any]:
    return {name: to_json(value) for name, value in case.items()}


def _left_out(found: Findings) -> list[str]:
    kinds = {"rows that never fire": found.unreachable, "gaps": found.gaps, "overlaps": found.overlaps}
    kinds["rows that null passes"] = found.past_null
    return [
        f"{len(each):,} {name}, of which {MOST_FOUND} are shown"
        for name, each in kinds.items()
        if len(each) > MOST_FOUND
    ]
