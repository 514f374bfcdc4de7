"""`hansa policy`: decision tables outside of Hansa, from a DMN file of whichever modeller; and decisions made again."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.http import Http404

from hansa.accounts.operator import vendor_workspace
from hansa.core.actors import Actor, System
from hansa.core.operator import DONE, PARTLY, REFUSED, Answer, NounCommand, lines_of
from hansa.core.tenancy import acting
from hansa.kernel.errors import Invalid
from hansa.rulebook.dmn.answers import NoAnswer
from hansa.rulebook.dmn.reading import read_table
from hansa.rulebook.dmn.syntax import Malformed, Table
from hansa.rulebook.dmn.to_python import Compiled, compile_table
from hansa.rulebook.dmn.values import BadValue, from_json, to_json
from hansa.rulebook.models import Decision
from hansa.rulebook.record import BY_POLICY
from hansa.rulebook.rerun import Again, Rerun, proofs_of, rerun, rerun_all

NOTHING = "nothing that could be made again was recorded"


class Command(NounCommand):
    help = "Decision tables in DMN files, and decisions of the past."

    def add_verbs(self) -> None:
        evaluate = self.verb("evaluate", evaluate_cases, "Decide each case by a decision table.")
        evaluate.add_argument("file", help="a DMN file")
        evaluate.add_argument("--decision", help="which decision; needless where the file holds one table")
        evaluate.add_argument(
            "--cases", required=True, help="a file of JSON lines with a value for each fact; - reads standard input"
        )
        again = self.verb("rerun", rerun_decisions, "Make automatic decisions again, each by the version that made it.")
        again.add_argument("decision", nargs="?", help="the id of one decision; without it, all of them")
        again.add_argument("--vendor", help="the vendor's workspace; needless where there is one vendor")
        again.add_argument("--since", type=date.fromisoformat, help="only those from this day on, e.g. 2026-03-01")


def evaluate_cases(*, file: str, decision: str | None, cases: str, **_: Any) -> Answer:
    """The answer to every case, with the rows that fired; a line that is no case gets an error in its place."""
    compiled = compile_table(table_in(file, decision))
    answers = [_decided(compiled, line) for line in lines_of(cases)]
    failed = any("error" in each for each in answers)
    return Answer(answers, "\n".join(map(_said, answers)), PARTLY if failed else DONE)


def rerun_decisions(*, decision: str | None, vendor: str | None, since: date | None, **_: Any) -> Answer:
    """What comes out differently from its record; ends with 1 if anything does."""
    system = System("hansa policy rerun", vendor_workspace(vendor).vendor_id)
    with acting(system):
        if decision:
            found = _decision(system, decision)
            again = [rerun(found, proofs_of(system, [found]).get(found.pk))]
            count, differing = 1, [one for one in again if not one.same]
        else:
            count, differing = _differing(system, since)
    data = {"rerun": count, "differ": [_said_again(one) for one in differing]}
    lines = [f"{count - len(differing):,} of {count:,} decisions come out as they were recorded."]
    lines += [f"{one.decision.public_id}: {'; '.join(map(_difference, one.answers)) or NOTHING}" for one in differing]
    return Answer(data, "\n".join(lines), REFUSED if differing else DONE)


def _decision(actor: Actor, reference: str) -> Decision:
    """Raises Invalid for one that is not there, or is a person's."""
    try:
        found: Decision = Decision.objects.visible_to(actor).named(reference)
    except Http404:
        raise Invalid("not_found", f"There is no decision {reference}.", "decision") from None
    if found.made_by != BY_POLICY:
        raise Invalid("by_hand", f"{reference} was made by {found.made_by}: only the rules' decide again.", "decision")
    return found


def _differing(actor: Actor, since: date | None) -> tuple[int, list[Rerun]]:
    begin = datetime.combine(since, time.min, UTC) if since else None
    count, differing = 0, []
    for one in rerun_all(actor, since=begin):
        count += 1
        if not one.same:
            differing.append(one)
    return count, differing


def _said_again(one: Rerun) -> dict[str, Any]:
    return {
        "decision": one.decision.public_id,
        "answers": [{**asdict(each), "same": each.same} for each in one.answers],
    }


def _difference(each: Again) -> str:
    if each.problem:
        return f"{each.policy} {each.version}: {each.problem}"
    same = "the same" if each.same else f"{each.row} then, {each.row_now} now"
    return f"{each.policy} {each.version}: {same}"


def table_in(file: str, decision: str | None) -> Table:
    """The file's table. Raises Invalid with everything that is wrong with it, a line each."""
    try:
        return read_table(Path(file).read_bytes(), decision)
    except OSError as error:
        raise Invalid("file_unreadable", f"{file} cannot be read: {error.strerror}.", "file") from None
    except Malformed as wrong:
        raise Invalid("table_malformed", "\n".join(map(str, wrong.problems)), "file") from None


def _decided(compiled: Compiled, line: str) -> dict[str, Any]:
    table = compiled.table
    try:
        case = json.loads(line, parse_float=Decimal)
        if not isinstance(case, dict):
            raise BadValue("a case is an object with a value for each fact")
        kinds = {fact.name: fact.kind for fact in table.facts}
        facts = {name: _value(kinds, name, value) for name, value in case.items()}
        explained = compiled.explain(facts)
    except (ValueError, NoAnswer) as wrong:
        return {"case": line.strip(), "error": str(wrong)}
    inputs = {column.label: to_json(value) for column, value in zip(table.inputs, explained.inputs, strict=True)}
    return {
        "case": {name: to_json(value) for name, value in facts.items()},
        "answer": _plain(explained.answer),
        "rows": [place + 1 for place in explained.fired],
        "inputs": inputs,
    }


def _value(kinds: Mapping[str, Any], name: str, value: Any) -> Any:
    if name not in kinds:
        raise BadValue(f"{name} is no fact of this table; it has {', '.join(kinds)}")
    try:
        return None if value is None else from_json(kinds[name], value)
    except BadValue as wrong:
        raise BadValue(f"{name}: {wrong}") from None


def _plain(answer: Any) -> Any:
    if isinstance(answer, list):
        return [_plain(each) for each in answer]
    return {name: to_json(value) for name, value in answer.items()} if isinstance(answer, Mapping) else to_json(answer)


def _said(answer: dict[str, Any]) -> str:
    if "error" in answer:
        return f"{answer['case']}\n  no answer: {answer['error']}"
    case = json.dumps(answer["case"], ensure_ascii=False)
    rows = f"row {', '.join(map(str, answer['rows']))}" if answer["rows"] else "no row"
    return f"{case}\n  {json.dumps(answer['answer'], ensure_ascii=False)}  ({rows})"
