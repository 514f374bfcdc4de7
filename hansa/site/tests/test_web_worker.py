"""Two workers before a program that answers with the worker's id, or only once it is told to."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from hansa.site.run import WORKER
from hansa.site.web_worker import FIRST_WORD, PATIENCE

PROGRAM = """
import os, pathlib, time

def application(environ, start_response):
    gate = pathlib.Path(__file__).with_name(environ["PATH_INFO"].strip("/") or "none")
    gate.with_suffix(".waits").touch()
    while gate.name != "none" and not gate.exists():
        time.sleep(0.01)
    start_response("200 OK", [("Content-Length", str(len(str(os.getpid()))))])
    return [str(os.getpid()).encode()]
"""
SECONDS = 20


class Server:
    """What listens, the folder in which gates are opened, and connections, none of which ends before the test."""

    def __init__(self, folder: Path, port: int, process: subprocess.Popen[bytes]) -> None:
        self.folder, self.port, self.process = folder, port, process
        self.connections: list[http.client.HTTPConnection] = []

    def connect(self) -> http.client.HTTPConnection:
        self.connections.append(http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS))
        return self.connections[-1]

    def ask(self, path: str = "/", over: http.client.HTTPConnection | None = None) -> http.client.HTTPConnection:
        """Ask, and don't wait for the answer."""
        connection = over or self.connect()
        connection.request("GET", path)
        return connection

    def wait_at(self, gate: str) -> http.client.HTTPConnection:
        """Ask for what is answered once the gate is open; a worker's only thread waits at it now."""
        connection = self.ask(f"/{gate}")
        while not (self.folder / f"{gate}.waits").exists():
            time.sleep(0.01)
        return connection

    def open(self, gate: str) -> None:
        (self.folder / gate).touch()


def answer(connection: http.client.HTTPConnection) -> str:
    """The id of the worker that answered."""
    return connection.getresponse().read().decode()


@pytest.fixture
def server(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Server]:
    """With as many threads a worker as the test's parameter says, else with one."""
    (tmp_path / "program.py").write_text(PROGRAM)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    options = [f"--worker-class={WORKER}", "--workers=2", f"--threads={getattr(request, 'param', 1)}"]
    options += ["--no-control-socket", "--log-level=error", "--graceful-timeout=9"]
    command = [sys.executable, "-m", "gunicorn", *options, f"--bind=127.0.0.1:{port}", "program"]
    with subprocess.Popen(command, cwd=tmp_path, env=os.environ) as process:
        try:
            found = Server(tmp_path, port, process)
            wait_for_both(found)
            yield found
        finally:
            process.terminate()


def wait_for_both(server: Server) -> None:
    """While one is held, only the other can answer."""
    held = server.connect()
    deadline = time.monotonic() + SECONDS
    while not held.sock:
        assert time.monotonic() < deadline, "nobody listens"
        with suppress(ConnectionError):
            held.connect()
    server.ask("/ready", over=held)
    answer(server.ask())
    server.open("ready")
    answer(held)


def kept_by(server: Server) -> http.client.HTTPConnection:
    """A connection that is kept with its answer, as each is where nobody waits and the machine is quick enough."""
    deadline = time.monotonic() + SECONDS
    while True:
        answer(server.ask(over=(kept := server.connect())))
        if kept.sock:
            return kept
        assert time.monotonic() < deadline, "no connection is kept where nobody waits"


def test_a_new_connection_goes_to_the_worker_that_is_free(server: Server) -> None:
    held = server.wait_at("gate")
    free = {answer(server.ask()) for _ in range(30)}
    server.open("gate")
    assert free.isdisjoint({answer(held)})


@pytest.mark.parametrize("server", [2], indirect=True)
def test_what_takes_long_does_not_keep_others_waiting(server: Server) -> None:
    held = [server.wait_at("one"), server.wait_at("two")]
    time.sleep(PATIENCE)
    began, many = time.monotonic(), 100
    short = {answer(server.ask()) for _ in range(many)}
    took = time.monotonic() - began
    server.open("one")
    server.open("two")
    assert short <= {answer(each) for each in held}
    assert took < many * PATIENCE / 3, "each of them waited as if it were beside a short one"


def test_who_connects_and_says_nothing_takes_no_thread(server: Server) -> None:
    for _ in range(16):
        server.connect().connect()
    assert answer(server.ask())


def test_a_silent_connection_does_not_hold_up_the_end(server: Server) -> None:
    server.connect().connect()
    answer(server.ask())
    server.process.terminate()
    assert server.process.wait(timeout=FIRST_WORD - 2) == 0


def test_who_had_to_wait_is_let_go_with_the_answer(server: Server) -> None:
    first = server.wait_at("one")
    kept = kept_by(server)
    second = server.wait_at("two")
    server.ask(over=kept)
    time.sleep(0.2)  # by now it waits
    server.open("two")
    answer(second)
    answer(kept)
    assert kept.sock is None
    server.open("one")
    answer(first)
