"""The page of threats keeps its word: each test that it names is there."""

import ast
import re

from hansa.site.home import PROJECT

PAGE = PROJECT / "docs" / "threats.md"
ROW = re.compile(r"^\| (T\d+) \|.*\| (.*) \|$", re.MULTILINE)
PROOF = re.compile(r"`([\w/]+\.py)(?:::(\w+))?`")


def missing(text: str) -> list[str]:
    """The proofs that a page names and nobody finds, and the threats that it gives none for."""
    found = []
    for threat, proofs in ROW.findall(text):
        named = PROOF.findall(proofs)
        if not any(name for _, name in named):
            found.append(f"{threat} has no proof")
        for path, name in named:
            file = PROJECT / path
            tree = ast.parse(file.read_text()) if file.is_file() else ast.Module([], [])
            if name not in {"", *(node.name for node in tree.body if isinstance(node, ast.FunctionDef))}:
                found.append(f"{threat}: {path}::{name}")
            if not file.is_file():
                found.append(f"{threat}: {path}")
    return found


def test_each_threat_has_a_test_that_is_there() -> None:
    text = PAGE.read_text()
    assert {"T4", "T5", "T7", "T8", "T9", "T16", "T26"} <= {threat for threat, _ in ROW.findall(text)}
    assert missing(text) == []


def test_a_test_that_is_gone_would_be_found() -> None:
    here = "hansa/site/tests/test_threats.py"
    rows = (
        f"| T1 | a | b | `{here}::test_gone` |",
        f"| T2 | a | b | `{here}` |",
        "| T3 | a | b | `no/such.py::test_x` |",
        f"| T4 | a | b | `{here}::missing` |",
    )
    wrong = missing("\n".join(rows))
    assert [line.split()[0].strip(":") for line in wrong] == ["T1", "T2", "T3", "T3"]
