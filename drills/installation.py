"""An installation of a drill's own: a durable PostgreSQL, a web server and workers that can be killed."""

import multiprocessing
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import django
from django.core.management import call_command

from hansa.site import postgres, run
from hansa.site.processes import end_group


class Installation:
    """What a drill started; it ends nothing else."""

    def __init__(self, home: Path):
        self.home = home
        self.children: dict[str, run.Child] = {}

    def start(self, name: str) -> None:
        """Start "web", or a worker under any other name."""
        command = run.web_server() if name == "web" else [str(run.HANSA), "worker"]
        self.children[name] = run.Child(name, command)

    def kill(self, name: str) -> None:
        """`kill -9` to all processes of one of them, as a machine's end would be."""
        process = self.children[name].process
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def restart(self, name: str) -> None:
        """What a supervisor does."""
        self.children[name].start()

    def stop(self) -> None:
        for child in self.children.values():
            end_group(child.process.pid, grace=10)
            with suppress(Exception):
                child.process.wait(1)


_here: list[Installation] = []


def here() -> Installation:
    """The installation in which the running drill may do as it likes."""
    return _here[-1]


@contextmanager
def installation() -> Iterator[Installation]:
    """A migrated, empty installation on a free port of the loopback; all of it is gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="hansa-drill-"))
    home.chmod(0o711)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    os.environ |= {"HANSA_HOME": str(home), "HANSA_PORT": str(port), "HANSA_DEMO": "1"}
    os.environ |= {"DJANGO_SETTINGS_MODULE": "hansa.site.settings"}
    os.environ["DATABASE_URL"] = postgres.ensure(home, until_exit=True)
    site = Installation(home)
    try:
        django.setup()
        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        _here.append(site)
        yield site
    finally:
        site.stop()
        postgres.stop(home)
        shutil.rmtree((home / "postgres").resolve(), ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)


def processes() -> ProcessPoolExecutor:
    """A clean process of the drill's installation for each processor, for work that one of them alone is slow at."""
    clean = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(os.cpu_count(), mp_context=clean, initializer=django.setup)


def fail(*wrong: str) -> None:
    """End the drill, saying what is wrong, if anything is."""
    if wrong:
        print(*(f"   WRONG {line}" for line in wrong[:20]), sep="\n")
        sys.exit(f"   {len(wrong)} things are wrong")
