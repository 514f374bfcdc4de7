"""Run the drills, each in a process and an installation of its own: `python -m drills.run --size ci|large [names]`."""

import argparse
import importlib
import pkgutil
import subprocess
import sys
import time

import drills
from drills.installation import installation

NOT_DRILLS = {"run", "clients", "installation", "reckoning"}


def names() -> list[str]:
    """The drills that exist: modules of this package with a `run(size)`."""
    return [module.name for module in pkgutil.iter_modules(drills.__path__) if module.name not in NOT_DRILLS]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=["ci", "large"], default="ci")
    parser.add_argument("--one", help="run one drill in this process")
    parser.add_argument("names", nargs="*", help="the drills to run; all if none is named")
    asked = parser.parse_args()
    if asked.one:
        with installation():
            importlib.import_module(f"drills.{asked.one}").run(asked.size)
        return 0
    failed = []
    chosen = asked.names or names()
    for name in chosen:
        print(f"== drill {name} ({asked.size})", flush=True)
        began = time.monotonic()
        if subprocess.call([sys.executable, "-m", "drills.run", "--one", name, "--size", asked.size]):
            failed.append(name)
        print(f"   {time.monotonic() - began:.0f} s", flush=True)
    print(f"{len(chosen) - len(failed)} passed, {len(failed)} failed {' '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
