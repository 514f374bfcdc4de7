"""Run a command, the tests say, with DATABASE_URL set to a fast empty server that lives as long as the command does."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from hansa.site import postgres


def main(command: list[str]) -> int:
    """The command's exit code. A DATABASE_URL that is set already is left alone, and nothing is started."""
    if os.environ.get("DATABASE_URL"):
        return subprocess.call(command)
    with tempfile.TemporaryDirectory(prefix="hansa-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        url = postgres.ensure(home, durable=False, until_exit=True)
        # Ctrl-C reaches the command too, which ends in its own time; the server is stopped after it.
        signal.signal(signal.SIGINT, lambda *_: None)
        try:
            return subprocess.call(command, env={**os.environ, "DATABASE_URL": url})
        finally:
            postgres.stop(home)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
