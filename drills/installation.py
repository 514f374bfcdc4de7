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
from django.db import connections

from hansa.site import postgres, run
from hansa.site.processes import end_group
from hansa.testing import databases


class Installation:
    """What a drill started; it ends nothing else."""

    def __init__(self, home: Path):
        self.home = home
        self.children: dict[str, run.Child] = {}

    def start(self, name: str) -> None:
        """Start "web", or a worker under any other name; its connections to the database bear the name."""
        command = run.web_server() if name == "web" else [str(run.HANSA), "worker"]
        logged = ["/bin/sh", "-c", f'PGAPPNAME="{name}" exec "$@" >>"$0" 2>&1', str(self.log)]
        self.children[name] = run.Child(name, [*logged, *command])

    @property
    def log(self) -> Path:
        """What they write while things break around them; of use where a drill fails."""
        return self.home / "servers.log"

    def kill(self, name: str) -> None:
        """`kill -9` to all processes of one of them, as a machine's end would be."""
        process = self.children[name].process
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def restart(self, name: str) -> None:
        """What a supervisor does."""
        self.children[name].start()

    def tend(self) -> None:
        """The same for whatever has ended by itself, after a pause as `make run` makes it."""
        for child in self.children.values():
            child.tend()

    def kill_database(self) -> None:
        """`kill -9` to PostgreSQL and all of its processes."""
        server = int((self.home / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(server, signal.SIGSTOP)  # it makes no further ones
        for pid in (server, *_children_of(server)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def allow_connections(self, number: int) -> None:
        """Let so many connect at the same time, which starts the database anew."""
        (self.home / "postgres" / "data" / "postgresql.auto.conf").write_text(f"max_connections = {number}\n")
        connections.close_all()
        postgres.stop(self.home)
        self.restart_database()

    def restart_database(self) -> None:
        """Start it again, and wait until it answers."""
        postgres.ensure(self.home, until_exit=True)

    def stop(self) -> None:
        for child in self.children.values():
            end_group(child.process.pid, grace=10)
            with suppress(Exception):
                child.process.wait(1)


def _children_of(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(stat.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(stat.parent.name))
    return found


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


def own_database() -> None:
    """A migrated, empty database of this process alone, which it may bend: its clock, its walls."""
    databases.create(f"hansa_{os.getpid()}")


def fail(*wrong: str) -> None:
    """End the drill, saying what is wrong, if anything is."""
    if wrong:
        print(*(f"   WRONG {line}" for line in wrong[:20]), sep="\n")
        if _here and here().log.exists():
            print(*here().log.read_text().splitlines()[-40:], sep="\n")
        sys.exit(f"   {len(wrong)} things are wrong")
