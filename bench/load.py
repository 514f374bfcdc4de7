"""An installation of its own to measure: a durable PostgreSQL, gunicorn as `make run` starts it, and light clients."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Any

import psycopg

from hansa.site import postgres

PYTHON = sys.executable
SERVE = "import os; from hansa.site.run import web_server; command = web_server(); os.execv(command[0], command)"
READY_SECONDS = 60


class Installation:
    """A home folder with a server; `with Installation() as it:` ends and removes all of it."""

    def __enter__(self) -> "Installation":
        self.home = Path(tempfile.mkdtemp(prefix="hansa-bench-"))
        self.home.chmod(0o711)
        self.url = postgres.ensure(self.home, durable=True, until_exit=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        own = {"HANSA_HOME": str(self.home), "HANSA_PORT": str(self.port), "DATABASE_URL": self.url}
        self.environment = {**os.environ, **own, "DJANGO_SETTINGS_MODULE": "hansa.site.settings"}
        for command in ("migrate", "collectstatic"):
            self._run("-m", "django", command, "--verbosity=0", "--no-input")
        return self

    def __exit__(self, *_: object) -> None:
        postgres.stop(self.home)
        shutil.rmtree(self.home, ignore_errors=True)

    def fill(self, world: str, **sizes: int) -> dict[str, Any]:
        """Run the module `bench.worlds.<world>`; what it prints, which is JSON."""
        arguments = [f"--{name}={value}" for name, value in sizes.items()]
        filled: dict[str, Any] = json.loads(self._run("-m", f"bench.worlds.{world}", *arguments))
        return filled

    @contextmanager
    def serving(self) -> Iterator[None]:
        """The web server runs inside."""
        with subprocess.Popen([PYTHON, "-c", SERVE], env=self.environment) as server:
            try:
                wait_for(self.port)
                yield
            finally:
                server.send_signal(signal.SIGTERM)

    @contextmanager
    def working(self) -> Iterator[subprocess.Popen[bytes]]:
        """A worker is ready inside, as `make run` starts it."""
        with subprocess.Popen([PYTHON, "-m", "django", "worker"], env=self.environment) as worker:
            try:
                with psycopg.connect(self.url, autocommit=True) as database:
                    while database.execute("SELECT count(*) FROM procrastinate_workers").fetchone() == (0,):
                        time.sleep(0.1)
                yield worker
            finally:
                worker.send_signal(signal.SIGTERM)

    def _run(self, *command: str) -> str:
        return subprocess.run(
            [PYTHON, *command], env=self.environment, stdout=subprocess.PIPE, text=True, check=True
        ).stdout


def machine() -> dict[str, Any]:
    """Its cores, and how many programs wanted them in the five minutes before: more than none blurs every number."""
    return {"cores": os.cpu_count(), "load_before": round(os.getloadavg()[1], 1)}


def processor_seconds(pid: int) -> float:
    """What a process has taken of the processors so far: on a busy machine it tells more than the clock. Linux only."""
    facts = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(facts[11]) + int(facts[12])) / os.sysconf("SC_CLK_TCK")


def wait_for(port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            if Connection(port).ask(request("GET", "/healthz"))[0] == 200:
                return
        except OSError:
            pass
        if time.monotonic() > deadline:
            raise TimeoutError("the web server does not answer")
        time.sleep(0.2)


def request(method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    """A request as it goes over the wire; `_` in a header's name stands for `-`."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Connection:
    """A client that keeps its connection and does as little as a client can: it shares the cores with the server."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket: socket.socket | None = None

    def ask(self, wire: bytes) -> tuple[int, bytes]:
        """Status and body of the answer. Opens the connection anew if the server closed it."""
        for _ in range(2):
            try:
                if self.socket is None:
                    self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=30)
                    self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.socket.sendall(wire)
                return self._read(self.socket)
            except (ConnectionError, BrokenPipeError):
                self.socket = None
        raise ConnectionError("the server closes the connection")

    def _read(self, stream: socket.socket) -> tuple[int, bytes]:
        got = b""
        while b"\r\n\r\n" not in got:
            got += _some(stream)
        head, _, body = got.partition(b"\r\n\r\n")
        lower = head.lower()
        length = int(lower.partition(b"content-length:")[2].split(b"\r\n")[0])
        while len(body) < length:
            body += _some(stream)
        if b"connection: close" in lower:
            stream.close()
            self.socket = None
        return int(head[9:12]), body


def _some(stream: socket.socket) -> bytes:
    got = stream.recv(65536)
    if not got:
        raise ConnectionError("closed")
    return got


@dataclass(slots=True)
class Sitting:
    """What several clients saw: seconds per request, and how often which status came."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    took: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.took

    def milliseconds(self, percent: int) -> float:
        return quantiles(self.seconds, n=100)[percent - 1] * 1000

    def check(self, status: int) -> None:
        """Raises AssertionError unless every answer had this status."""
        assert set(self.statuses) == {status}, f"wanted {status}, got {dict(self.statuses)}"


def sit(port: int, wires: Iterator[bytes], *, clients: int, seconds: float) -> Sitting:
    """So many clients, each asking its next request as soon as the last one is answered."""
    sitting, lock = Sitting(), threading.Lock()
    began = time.perf_counter()

    def work() -> None:
        connection = Connection(port)
        while time.perf_counter() - began < seconds:
            with lock:
                wire = next(wires)
            start = time.perf_counter()
            status, _ = connection.ask(wire)
            spent = time.perf_counter() - start
            with lock:
                sitting.seconds.append(spent)
                sitting.statuses[status] += 1

    in_parallel(work, clients)
    sitting.took = time.perf_counter() - began
    return sitting


def in_parallel(work: Any, count: int) -> None:
    """Run `work()` in so many threads, to their end."""
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
