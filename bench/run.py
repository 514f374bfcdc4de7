"""python -m bench.run [WORKLOAD] [--size N]: measure, print a table, write bench/results/<workload>.json."""

import argparse
import json
import pkgutil
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import bench
from bench import Result

HERE = Path(__file__).parent
COLUMNS = ("measured", "unit", "ours", "peer", "limit", "target", "peer/ours", "limit/ours", "met")


def workloads() -> dict[str, ModuleType]:
    """The modules of this package that have a `run`."""
    names = [found.name for found in pkgutil.iter_modules(bench.__path__) if not found.ispkg]
    modules = {name: import_module(f"bench.{name}") for name in names}
    return {name: module for name, module in modules.items() if name != "run" and hasattr(module, "run")}


def main() -> int:
    known = workloads()
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("workload", nargs="?", choices=sorted(known), help="one workload; without it, all")
    parser.add_argument("--size", type=int, help="a smaller world for a quick look; targets hold for the full one")
    chosen = parser.parse_args()
    all_met = True
    for name in [chosen.workload] if chosen.workload else sorted(known):
        results = known[name].run(chosen.size)
        write(name, results)
        show(results)
        all_met &= all(result.met for result in results)
    return 0 if all_met else 1


def write(name: str, results: list[Result]) -> None:
    """Store a list of objects, one for each result."""
    rows = [
        {
            "workload": result.workload, "ours": result.ours, "peer": result.peer, "limit": result.limit,
            "target": result.target, "met": result.met, "unit": result.unit, "context": result.context,
        }
        for result in results
    ]  # fmt: skip
    folder = HERE / "results"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(rows, indent=2) + "\n")


def show(results: list[Result]) -> None:
    """Print one line for each result, columns aligned."""
    rows = [COLUMNS, *(_row(result) for result in results)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(COLUMNS))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    print()


def _row(result: Result) -> tuple[str, ...]:
    ours, peer, limit = result.ours, result.peer, result.limit
    numbers = (ours, peer, limit, result.target, peer and ours and peer / ours, limit and ours and limit / ours)
    return result.workload, result.unit, *map(_number, numbers), "yes" if result.met else "NO"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"


if __name__ == "__main__":
    sys.exit(main())
