"""Run a command, the tests say, with DATABASE_URL set to a fast server that lives as long as the command does."""

import os
import signal
import subprocess
import sys

from hansa.site import postgres
from hansa.site.home import home


def main(command: list[str]) -> int:
    """The command's exit code. A DATABASE_URL that is set already is left alone, and nothing is started."""
    if os.environ.get("DATABASE_URL"):
        return subprocess.call(command)
    place = home() / "tests"
    url = postgres.ensure(place, durable=False, until_exit=True)
    # Ctrl-C reaches the command too, which ends in its own time; the server is stopped after it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with subprocess.Popen(
            command,
            env={**os.environ, "DATABASE_URL": url},
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 (it takes no lock)
        ) as process:
            return process.wait()
    finally:
        postgres.stop(place)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
