"""The decision tables of the standard's own test kit, compliance level 2; tck/SOURCE.md says where they are from."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from defusedxml.ElementTree import parse

from hansa.rulebook.dmn.reading import read_table
from hansa.rulebook.dmn.to_python import compile_table
from hansa.rulebook.dmn.values import number
from hansa.rulebook.dmn.writing import write_table

KIT = Path(__file__).with_name("tck")
SPACE = {"": "http://www.omg.org/spec/DMN/20160719/testcase"}
TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
READ = {
    "xsd:decimal": lambda text: number(Decimal(text)),
    "xsd:string": str,
    "xsd:boolean": lambda text: text == "true",
    "xsd:date": date.fromisoformat,
}


def value_of(node: Any) -> Any:
    """What the kit writes as a value, a list or a structure."""
    if (many := node.find("list", SPACE)) is not None:
        return [value_of(item) for item in many.findall("item", SPACE)]
    if parts := node.findall("component", SPACE):
        return {part.get("name"): value_of(part) for part in parts}
    value = node.find("value", SPACE)
    return READ[value.get(TYPE)](value.text) if value.text else None


def cases() -> Iterator[Any]:
    """Each decision of each case of each file."""
    for file in sorted(KIT.glob("*-test-*.xml")):
        model = KIT / f"{file.name.partition('-test-')[0]}.dmn"
        for case in parse(file).getroot().findall("testCase", SPACE):
            facts = {node.get("name"): value_of(node) for node in case.findall("inputNode", SPACE)}
            for result in case.findall("resultNode", SPACE):
                expected = value_of(result.find("expected", SPACE))
                yield pytest.param(model, result.get("name"), facts, expected, id=f"{model.stem}-{case.get('id')}")


def plain(answer: Any) -> Any:
    """An answer in the kit's terms: structures as dicts, a list of one as it stands."""
    if isinstance(answer, list):
        return [plain(each) for each in answer]
    return dict(answer) if hasattr(answer, "keys") else answer


@pytest.mark.parametrize(("model", "decision", "facts", "expected"), list(cases()))
def test_the_kits_case_is_decided_as_it_says(model: Path, decision: str, facts: Any, expected: Any) -> None:
    table = read_table(model.read_bytes(), decision)
    assert plain(compile_table(table).decide(facts)) == expected


@pytest.mark.parametrize("model", sorted(KIT.glob("*.dmn")), ids=lambda model: model.stem)
def test_the_kits_tables_come_back_whole_from_a_file(model: Path) -> None:
    table = read_table(model.read_bytes())
    assert read_table(write_table(table)) == table


def test_the_whole_kit_is_here() -> None:
    numbers = {file.name[:4] for file in KIT.glob("*.dmn")}
    assert numbers == {"0004", "0005", "0006", "0007", "0010", *(f"0{number}" for number in range(108, 120))}
    assert len(list(cases())) > 45
