"""The same ten rows in other engines, each in an environment that is thrown away; it imports nothing of ours.

`python policy_peers.py NAME` there reads rows and cases from its input, and writes answers and cases a second.
"""

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

NAMES = ("tier", "amount", "days", "known")
PEERS = ("common-expression-language", "zen-engine")
SECONDS = 1.0


def measure(name: str, rows: Sequence[Sequence[str]], cases: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Answers and speed of a peer, or None where it cannot be installed."""
    uv = Path(sys.prefix) / "uv" / "bin" / "uv"
    with tempfile.TemporaryDirectory(prefix="hansa-peer-") as folder:
        python = Path(folder) / "bin" / "python"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
        command = [uv, "--system-certs", "--quiet", "pip", "install", "--python", python, name]
        if subprocess.run(command, check=False, capture_output=True).returncode:
            return None
        told = subprocess.run(
            [python, "-I", __file__, name], input=json.dumps([rows, cases]), capture_output=True, text=True, check=True
        )
    found: dict[str, Any] = json.loads(told.stdout)
    return found


def cel_decider(rows: Sequence[Sequence[str]]) -> Callable[[Mapping[str, Any]], Any]:
    """One expression of nested conditions, compiled once."""
    import cel  # noqa: PLC0415 (it is there in its own environment alone)

    expression = "[]"
    for row in reversed(rows):
        holds = (
            " && ".join(_as_cel(name, cell) for name, cell in zip(NAMES, row, strict=False) if cell != "-") or "true"
        )
        expression = f"({holds}) ? [{row[4]}, {row[5]}] : {expression}"
    return cel.compile(expression).execute  # type: ignore[no-any-return]


def _as_cel(name: str, cell: str) -> str:
    if ranged := re.fullmatch(r"\[(\d+)\.\.(\d+)([\])])", cell):
        low, high, closing = ranged.groups()
        return f"{name} >= {low} && {name} {'<=' if closing == ']' else '<'} {high}"
    if negated := re.fullmatch(r"not\((.*)\)", cell):
        return f"{name} != {negated.group(1)}"
    if cell[0] in "<>":
        return f"{name} {cell}"
    return f"{name} in [{cell}]" if "," in cell else f"{name} == {cell}"


def zen_decider(rows: Sequence[Sequence[str]]) -> Callable[[Mapping[str, Any]], Any]:
    """A decision table of its own format, compiled once."""
    import zen  # noqa: PLC0415 (it is there in its own environment alone)

    def cell(text: str) -> str:
        negated = re.fullmatch(r"not\((.*)\)", text)
        return "" if text == "-" else f"$ != {negated.group(1)}" if negated else text

    outputs = ("verdict", "protected")
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": name, "name": name, "field": name} for name in NAMES],
        "outputs": [{"id": name, "name": name, "field": name} for name in outputs],
        "rules": [
            {"_id": str(at)}
            | {n: cell(c) for n, c in zip(NAMES, row, strict=False)}
            | dict(zip(outputs, row[4:], strict=True))
            for at, row in enumerate(rows)
        ],
    }
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode"},
        {"id": "table", "name": "table", "type": "decisionTableNode", "content": content},
        {"id": "out", "name": "out", "type": "outputNode"},
    ]
    edges = [{"id": f"{a}-{b}", "sourceId": a, "targetId": b} for a, b in (("in", "table"), ("table", "out"))]
    decision = zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))
    return lambda case: [decision.evaluate(case)["result"][name] for name in outputs]


def main(name: str) -> None:
    rows, cases = json.load(sys.stdin)
    decide = (cel_decider if name == PEERS[0] else zen_decider)(rows)
    answers = [list(decide(case)) for case in cases]
    began, done = time.perf_counter(), 0
    while (took := time.perf_counter() - began) < SECONDS:
        for case in cases:
            decide(case)
        done += len(cases)
    json.dump({"answers": answers, "per_second": done / took}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
