"""Decision tables out of DMN files, whichever modeller wrote them (DMN 1.1 to 1.5; the namespace is not looked at)."""

from xml.etree import ElementTree as ET  # only what defusedxml has parsed is walked here

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from hansa.rulebook.dmn.building import RawColumn, RawOutput, RawRow, RawTable, build
from hansa.rulebook.dmn.syntax import Fact, HitPolicy, Malformed, Problem, Table
from hansa.rulebook.dmn.values import Kind, kind_named

LARGEST_FILE = 2_000_000  # bytes
DEEPEST = 40
MOST_ELEMENTS = 200_000
MOST_ROWS = 2_000
MOST_COLUMNS = 60

OURS = "urn:hansa:dmn"
NULLABLE = f"{{{OURS}}}nullable"


class _Bounded(ET.TreeBuilder):
    """A tree that refuses to grow without end."""

    depth = elements = 0

    def start(self, tag: str, attrs: dict[str, str]) -> ET.Element:
        self.depth += 1
        self.elements += 1
        if self.depth > DEEPEST or self.elements > MOST_ELEMENTS:
            raise Malformed(Problem("", "this file is nested too deeply or has too many elements for decision tables"))
        return super().start(tag, attrs)

    def end(self, tag: str) -> ET.Element:
        self.depth -= 1
        return super().end(tag)


def read_tables(data: bytes) -> dict[str, RawTable]:
    """The decision tables of a DMN file by the names of their decisions, with their cells as texts.

    Raises Malformed where the file is no DMN, too large, or tries to be clever with entities.
    """
    root = _parsed(data)
    if _tag(root) != "definitions":
        raise Malformed(Problem("", "this is no DMN file: it does not begin with <definitions>"))
    types = _Types(root)
    tables = {}
    for decision in _children(root, "decision"):
        table = _child(decision, "decisionTable")
        if table is not None:
            tables[decision.get("name") or decision.get("id") or ""] = _raw_table(decision, table, types)
    if not tables:
        raise Malformed(Problem("", "there is no decision table in this file"))
    return tables


def read_table(data: bytes, decision: str | None = None, facts: tuple[Fact, ...] | None = None) -> Table:
    """One decision table of a DMN file, whole. `facts` is the vocabulary it may use, else what the file says of its
    inputs. Raises Malformed with everything that is wrong with it.
    """
    tables = read_tables(data)
    if decision is None and len(tables) > 1:
        raise Malformed(Problem("", f"this file holds several decisions; say which: {', '.join(tables)}"))
    name = decision or next(iter(tables))
    if name not in tables:
        raise Malformed(Problem("", f"there is no decision {name}; this file holds {', '.join(tables)}"))
    return build(tables[name], facts)


def _parsed(data: bytes) -> ET.Element:
    if len(data) > LARGEST_FILE:
        raise Malformed(Problem("", f"this file is larger than {LARGEST_FILE // 1_000_000} MB"))
    parser = DefusedXMLParser(target=_Bounded(), forbid_dtd=True)
    try:
        parser.feed(data)
        root: ET.Element = parser.close()
    except ET.ParseError as wrong:
        line, column = wrong.position
        raise Malformed(Problem(f"line {line}, column {column + 1}", "this is no well-formed XML")) from None
    except DefusedXmlException:
        raise Malformed(
            Problem("", "this file declares entities or a document type, which a DMN file never needs")
        ) from None
    except (ValueError, LookupError):
        raise Malformed(Problem("", "this file is in an encoding that is unknown here")) from None
    return root


class _Types:
    """The file's own names for types, resolved to kinds and allowed values."""

    def __init__(self, root: ET.Element):
        self.items = {item.get("name", ""): item for item in _children(root, "itemDefinition")}
        self.inputs: dict[str, tuple[ET.Element, ET.Element]] = {}
        for data in _children(root, "inputData"):
            variable = _child(data, "variable")
            about = variable if variable is not None else data
            self.inputs[about.get("name") or data.get("name") or ""] = (about, data)

    def kind(self, name: str | None) -> Kind | None:
        seen = 0
        while name and kind_named(name) is None and name in self.items and seen < DEEPEST:
            name, seen = _text(_child(self.items[name], "typeRef")), seen + 1
        return kind_named(name) if name else None

    def allowed(self, name: str | None) -> str:
        item = self.items.get(name or "")
        return _text(_child(_child(item, "allowedValues"), "text")) if item is not None else ""

    def fact(self, name: str) -> tuple[Kind | None, str, bool]:
        """What the file says of an input: its kind, what it may be, and whether it may be null."""
        if name not in self.inputs:
            return None, "", False
        variable, data = self.inputs[name]
        ref = variable.get("typeRef") or _text(_child(variable, "typeRef"))
        return self.kind(ref), self.allowed(ref), "true" in (data.get(NULLABLE), variable.get(NULLABLE))


def _raw_table(decision: ET.Element, table: ET.Element, types: _Types) -> RawTable:
    inputs = [_raw_input(each, types) for each in _children(table, "input")]
    outputs = [_raw_output(each, decision, table, types) for each in _children(table, "output")]
    rules = _children(table, "rule")
    if len(rules) > MOST_ROWS or len(inputs) + len(outputs) > MOST_COLUMNS:
        raise Malformed(
            Problem(
                decision.get("name", ""),
                f"{len(rules)} rows by {len(inputs) + len(outputs)} columns are too many;"
                f" {MOST_ROWS} by {MOST_COLUMNS} are allowed",
            )
        )
    return RawTable(
        id=decision.get("id", ""),
        name=decision.get("name", ""),
        note=_text(_child(decision, "description")),
        hit_policy=table.get("hitPolicy", HitPolicy.UNIQUE),
        aggregation=table.get("aggregation"),
        inputs=inputs,
        outputs=outputs,
        rows=[_raw_row(each) for each in rules],
        annotation_names=[each.get("name", "") for each in _children(table, "annotation")],
        declared={name: types.fact(name) for name in types.inputs},
        leans_on_decisions=any(
            _child(each, "requiredDecision") is not None for each in _children(decision, "informationRequirement")
        ),
    )


def _raw_input(each: ET.Element, types: _Types) -> RawColumn:
    expression = _child(each, "inputExpression")
    text = _text(_child(expression, "text"))
    ref = expression.get("typeRef") if expression is not None else None
    return RawColumn(
        id=each.get("id", ""),
        label=each.get("label") or text,
        expression=text,
        kind=types.kind(ref),
        type_name=ref or "",
        allowed=_text(_child(_child(each, "inputValues"), "text")) or types.allowed(ref),
    )


def _raw_output(each: ET.Element, decision: ET.Element, table: ET.Element, types: _Types) -> RawOutput:
    variable = _child(decision, "variable")
    alone = len(_children(table, "output")) == 1
    whole = variable.get("typeRef") if variable is not None and alone else None
    ref = each.get("typeRef") or (table.get("typeRef") or whole if alone else None)
    default = _child(each, "defaultOutputEntry")
    return RawOutput(
        id=each.get("id", ""),
        name=each.get("name") or each.get("label") or (alone and decision.get("name")) or "",
        label=each.get("label", ""),
        kind=types.kind(ref),
        type_name=ref or "",
        allowed=_text(_child(_child(each, "outputValues"), "text")) or types.allowed(ref),
        default=None if default is None else _text(_child(default, "text")),
    )


def _raw_row(rule: ET.Element) -> RawRow:
    return RawRow(
        id=rule.get("id", ""),
        cells=[_text(_child(each, "text")) for each in _children(rule, "inputEntry")],
        values=[_text(_child(each, "text")) for each in _children(rule, "outputEntry")],
        note=_text(_child(rule, "description")),
        annotations=[_text(_child(each, "text")) for each in _children(rule, "annotationEntry")],
    )


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _children(element: ET.Element, tag: str) -> list[ET.Element]:
    return [child for child in element if _tag(child) == tag]


def _child(element: ET.Element | None, tag: str) -> ET.Element | None:
    return None if element is None else next((child for child in element if _tag(child) == tag), None)


def _text(element: ET.Element | None) -> str:
    return "" if element is None else "".join(element.itertext()).strip()
