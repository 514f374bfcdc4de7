"""Tables as DMN 1.3 files, which any modeller reads, and their cells as S-FEEL."""

from xml.etree import ElementTree as ET

from hansa.rulebook.dmn.reading import NULLABLE, OURS
from hansa.rulebook.dmn.syntax import (
    ANYTHING,
    Between,
    Cell,
    Compares,
    Equals,
    Expression,
    Fact,
    Input,
    Name,
    Output,
    Row,
    Table,
    Test,
)
from hansa.rulebook.dmn.values import written

MODEL = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def cell_written(cell: Cell) -> str:
    """The cell as S-FEEL, which `parse_cell` reads back."""
    if cell == ANYTHING:
        return "-"
    tests = ", ".join(map(_test, cell.tests))
    return f"not({tests})" if cell.negated else tests


def expression_written(expression: Expression) -> str:
    """The input expression, which `parse_expression` reads back."""
    if isinstance(expression, Name):
        return expression.name
    right = expression.right
    return f"{expression.left.name} {expression.sign} {right.name if isinstance(right, Name) else written(right.value)}"


def write_table(table: Table) -> bytes:
    """The table as a DMN file with one decision, which `read_table` reads back without loss."""
    ET.register_namespace("", MODEL)
    ET.register_namespace("hansa", OURS)
    root = ET.Element(
        _name("definitions"), {"id": f"definitions_{table.id}", "name": table.name, "namespace": "urn:hansa:rulebook"}
    )
    decision = _add(root, "decision", id=table.id, name=table.name)
    if table.note:
        _add(decision, "description").text = table.note
    _add(decision, "variable", name=table.name)
    for place in range(len(table.facts)):
        _add(_add(decision, "informationRequirement"), "requiredInput", href=f"#fact_{place}")
    body = _add(decision, "decisionTable", id=f"table_{table.id}", hitPolicy=table.hit_policy)
    if table.aggregation:
        body.set("aggregation", table.aggregation)
    for each in table.inputs:
        _input(body, each)
    for output in table.outputs:
        _output(body, output)
    for name in table.annotation_names:
        _add(body, "annotation", name=name)
    for row in table.rows:
        _row(body, row)
    for place, fact in enumerate(table.facts):
        _fact(root, place, fact)
    ET.indent(root)
    data: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return data


def _test(test: Test) -> str:
    if isinstance(test, Equals):
        return written(test.value)
    if isinstance(test, Compares):
        return f"{test.sign} {written(test.value)}"
    assert isinstance(test, Between)
    opening, closing = "[" if test.with_low else "(", "]" if test.with_high else ")"
    return f"{opening}{written(test.low)}..{written(test.high)}{closing}"


def _input(body: ET.Element, each: Input) -> None:
    column = _add(body, "input", id=each.id, label=each.label)
    expression = _add(column, "inputExpression", typeRef=each.kind)
    _add(expression, "text").text = expression_written(each.expression)
    if each.allowed != ANYTHING:
        _add(_add(column, "inputValues"), "text").text = cell_written(each.allowed)


def _output(body: ET.Element, output: Output) -> None:
    column = _add(body, "output", id=output.id, name=output.name, label=output.label, typeRef=output.kind)
    if output.allowed:
        _add(_add(column, "outputValues"), "text").text = ", ".join(map(written, output.allowed))
    for value in output.default:
        _add(_add(column, "defaultOutputEntry"), "text").text = written(value)


def _row(body: ET.Element, row: Row) -> None:
    rule = _add(body, "rule", id=row.id)
    if row.note:
        _add(rule, "description").text = row.note
    for cell in row.cells:
        _add(_add(rule, "inputEntry"), "text").text = cell_written(cell)
    for value in row.values:
        _add(_add(rule, "outputEntry"), "text").text = written(value)
    for text in row.annotations:
        _add(_add(rule, "annotationEntry"), "text").text = text


def _fact(root: ET.Element, place: int, fact: Fact) -> None:
    data = _add(root, "inputData", id=f"fact_{place}", name=fact.name)
    if fact.nullable:
        data.set(NULLABLE, "true")
    _add(data, "variable", name=fact.name, typeRef=fact.kind)


def _add(parent: ET.Element, tag: str, **attributes: str) -> ET.Element:
    """A child; an attribute without a value is left out."""
    return ET.SubElement(parent, _name(tag), {name: str(value) for name, value in attributes.items() if value})


def _name(tag: str) -> str:
    return f"{{{MODEL}}}{tag}"
