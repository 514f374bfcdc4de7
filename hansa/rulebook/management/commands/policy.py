"""`hansa policy`: decision tables outside of Hansa, from a DMN file of whichever modeller, a vendor's policies,
and decisions made again."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from hansa.core.operator import DONE, PARTLY, Answer, NounCommand, lines_of
from hansa.rulebook.dmn.answers import NoAnswer
from hansa.rulebook.dmn.to_python import Compiled, compile_table
from hansa.rulebook.dmn.values import BadValue, from_json, to_json
from hansa.rulebook.on_the_command_line import (
    check_file,
    draft_from_file,
    export_policy,
    list_policies,
    show_policy,
    table_in,
)
from hansa.rulebook.rerun_command import rerun_decisions


class Command(NounCommand):
    help = "Policies, and decision tables in DMN files."

    def add_verbs(self) -> None:
        evaluate = self.verb("evaluate", evaluate_cases, "Decide each case by a decision table.")
        evaluate.add_argument("file", help="a DMN file")
        evaluate.add_argument("--decision", help="which decision; needless where the file holds one table")
        evaluate.add_argument(
            "--cases", required=True, help="a file of JSON lines with a value for each fact; - reads standard input"
        )
        check = self.verb("check", check_file, "Read a file's table, and say what its analysis finds.")
        check.add_argument("file", help="a DMN file")
        check.add_argument("--policy", help="whether it is fit for this policy, with its vocabulary and outputs")
        check.add_argument("--decision", help="which decision, without a policy, where the file holds several")
        self._add_vendors_verbs()
        again = self.verb("rerun", rerun_decisions, "Make automatic decisions again, each by the version that made it.")
        again.add_argument("decision", nargs="?", help="the id of one decision; without it, all of them")
        again.add_argument("--workspace", help="the vendor's workspace; needless where there is one vendor")
        again.add_argument("--since", type=date.fromisoformat, help="only those from this day on, e.g. 2026-03-01")

    def _add_vendors_verbs(self) -> None:
        listing = self.verb("list", list_policies, "What is in force, what comes, and what is being written.")
        show = self.verb("show", show_policy, "A version's table in words; without a number the one in force.")
        export = self.verb("export", export_policy, "A version's table as a DMN file.")
        draft = self.verb("draft", draft_from_file, "Begin a draft from a DMN file; people propose and publish it.")
        draft.add_argument("file", help="a DMN file")
        draft.add_argument("--policy", required=True, help="which policy; hansa policy list names them")
        draft.add_argument("--summary", default="", help="what changes for partners, in a sentence or two")
        draft.add_argument("--takes-nothing", action="store_true", help="it takes nothing from partners")
        for verb in (show, export):
            verb.add_argument("policy", help="which policy; hansa policy list names them")
            verb.add_argument("--version", type=int, dest="number", help="a number; the one in force by default")
        export.add_argument("--to", default="-", help="the file to write; standard output by default")
        for verb in (listing, show, export, draft):
            verb.add_argument("--workspace", help="the vendor's workspace; needless where there is one vendor")


def evaluate_cases(*, file: str, decision: str | None, cases: str, **_: Any) -> Answer:
    """The answer to every case, with the rows that fired; a line that is no case gets an error in its place."""
    compiled = compile_table(table_in(file, decision))
    answers = [_decided(compiled, line) for _, line in lines_of(cases)]
    failed = any("error" in each for each in answers)
    return Answer(answers, "\n".join(map(_said, answers)), PARTLY if failed else DONE)


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
