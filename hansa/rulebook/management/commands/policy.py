"""`hansa policy`: decision tables outside of Hansa, from a DMN file of whichever modeller."""

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from hansa.core.operator import DONE, PARTLY, Answer, NounCommand, lines_of
from hansa.kernel.errors import Invalid
from hansa.rulebook.dmn.answers import NoAnswer
from hansa.rulebook.dmn.reading import read_table
from hansa.rulebook.dmn.syntax import Malformed, Table
from hansa.rulebook.dmn.to_python import Compiled, compile_table
from hansa.rulebook.dmn.values import BadValue, from_json, to_json


class Command(NounCommand):
    help = "Decision tables in DMN files."

    def add_verbs(self) -> None:
        evaluate = self.verb("evaluate", evaluate_cases, "Decide each case by a decision table.")
        evaluate.add_argument("file", help="a DMN file")
        evaluate.add_argument("--decision", help="which decision; needless where the file holds one table")
        evaluate.add_argument(
            "--cases", required=True, help="a file of JSON lines with a value for each fact; - reads standard input"
        )


def evaluate_cases(*, file: str, decision: str | None, cases: str, **_: Any) -> Answer:
    """The answer to every case, with the rows that fired; a line that is no case gets an error in its place."""
    compiled = compile_table(table_in(file, decision))
    answers = [_decided(compiled, line) for line in lines_of(cases)]
    failed = any("error" in each for each in answers)
    return Answer(answers, "\n".join(map(_said, answers)), PARTLY if failed else DONE)


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
