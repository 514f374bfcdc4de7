"""`make run`: database, migrations, demonstration data, web server and worker, until Ctrl-C.

With a DATABASE_URL it is an installation of the vendor's own, and there is a demonstration only if HANSA_DEMO=1 asks.
"""

import http.client
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType

from hansa.site import postgres
from hansa.site.home import LOOPBACK, bind, home, locked, port, write_private
from hansa.site.processes import command_of, end_group, holds, tied_to_us

HANSA = Path(sys.executable).parent / "hansa"
WORKER = "hansa.site.web_worker.BalancedWorker"
READY_SECONDS = 120
GRACE_SECONDS = 15
PORT_SECONDS = 15
LONGEST_PAUSE = 30
STEADY_SECONDS = 60


class CannotRunError(Exception):
    """What stands in the way, said to the person who typed `make run`."""


class Child:
    """A program that is kept running, in a process group of its own."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name = name
        self.command = command
        self.pause = 1
        self.start()

    def start(self) -> None:
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=tied_to_us(signal.SIGTERM),  # noqa: PLW1509 (it takes no lock)
        )

    def tend(self) -> bool:
        """Start it again if it has ended: at first after a second, later after longer pauses. True if started."""
        if (code := self.process.poll()) is None:
            return False
        lived = time.monotonic() - self.began
        if lived < self.pause:
            return False
        self.pause = 1 if lived > STEADY_SECONDS else min(self.pause * 2, LONGEST_PAUSE)
        say(f"{self.name} ended with code {code}; starting it again")
        self.start()
        return True


def main() -> int:
    """Run Hansa until a signal asks it to stop: 0. 1 if it can't start, with the reason on standard error."""
    for order in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(order, interrupt)
    try:
        bind()
    except ValueError as reason:
        return refuse(str(reason))
    try:
        with locked(home() / "run.lock", wait=False):
            run()
    except BlockingIOError:
        return refuse(f"Hansa already runs from {home()}; stop it first (Ctrl-C where it runs).")
    except (CannotRunError, postgres.PostgresError) as reason:
        return refuse(str(reason))
    except PermissionError as reason:
        return refuse(f"{reason.filename} belongs to another user; set HANSA_HOME to a folder of your own.")
    except KeyboardInterrupt:
        return 0
    return 0


def run() -> None:
    """All of it, in order; whatever was started is stopped at the end. Raises CannotRunError, PostgresError."""
    end_leftovers(home() / "run.json")
    claim_port(port())
    embedded = not os.environ.get("DATABASE_URL")
    children: list[Child] = []
    try:
        if embedded:
            say("starting PostgreSQL")
            os.environ["DATABASE_URL"] = postgres.ensure(home(), until_exit=True)
        say("migrating")
        if django("migrate"):
            raise CannotRunError("The migrations failed.")
        if django("collectstatic", "--no-input"):
            raise CannotRunError("The static files could not be collected.")
        if os.environ.setdefault("HANSA_DEMO", "1" if embedded else "0") == "1":
            say("filling the demonstration")
            greeting = fill_demonstration()
        else:
            greeting = how_to_begin()
        children.append(Child("web server", web_server()))
        children.append(Child("worker", [str(HANSA), "worker"]))
        remember(children)
        wait_until_ready(children)
        said = (f"ready {address()}", greeting, f"commands: {command()} help")
        print("\n".join(filter(None, said)), flush=True)
        tend_for_ever(children, embedded=embedded)
    finally:
        for order in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(order, signal.SIG_IGN)
        stop(children, embedded=embedded)


def django(*command: str) -> int:
    """The exit code of one of Django's commands."""
    whole = [sys.executable, "-m", "django", *command, "--verbosity=0", "--settings=hansa.site.settings"]
    return subprocess.run(whole, check=False).returncode


def fill_demonstration() -> str:
    """Make the demonstration vendor unless it is there, and return what `hansa demo` says: who to log in as."""
    filled = subprocess.run([HANSA, "demo"], stdout=subprocess.PIPE, text=True, check=False)
    if filled.returncode:
        say("the demonstration could not be filled; Hansa starts without it")
    return filled.stdout.strip()


def how_to_begin() -> str:
    """What to do where no vendor is yet; nothing where there is one."""
    listed = subprocess.run([HANSA, "vendor", "list", "--json"], stdout=subprocess.PIPE, text=True, check=False)
    if listed.returncode or listed.stdout.strip():
        return ""
    return f"found a vendor: {command()} vendor create --name Northwind --slug northwind --admin-email you@company.com"


def address() -> str:
    """Where people find it."""
    return f"{os.environ.get('HANSA_URL') or f'http://{LOOPBACK}:{port()}'}".rstrip("/") + "/"


def command() -> str:
    """How somebody in this folder calls `hansa` for this installation."""
    place = f"HANSA_HOME={shlex.quote(given)} " if (given := os.environ.get("HANSA_HOME")) else ""
    return place + shlex.quote(os.path.relpath(HANSA))


def listens_at() -> str:
    """An address of this machine at which the web server answers."""
    return {"0.0.0.0": LOOPBACK, "::": "::1"}.get(bind(), bind())  # noqa: S104 (asked for)


def web_server() -> list[str]:
    """gunicorn with threads: a request mostly waits for the database."""
    options = [f"--worker-class={WORKER}", "--workers=2", "--threads=4", f"--bind={bracketed(bind())}:{port()}"]
    options += ["--log-level=warning", "--graceful-timeout=10", "--no-control-socket"]
    return [sys.executable, "-m", "gunicorn", *options, "hansa.site.wsgi:application"]


def wait_until_ready(children: list[Child]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not healthy():
        if time.monotonic() > deadline:
            raise CannotRunError(
                f"http://{bracketed(listens_at())}:{port()}/healthz does not answer; the messages above say why."
            )
        tend(children)
        time.sleep(0.1)


def healthy() -> bool:
    connection = http.client.HTTPConnection(listens_at(), port(), timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def tend_for_ever(children: list[Child], *, embedded: bool) -> None:
    while True:
        time.sleep(0.5)
        tend(children)
        if embedded and not postgres.running(home()):
            say("PostgreSQL ended; starting it again")
            postgres.ensure(home(), until_exit=True)


def tend(children: list[Child]) -> None:
    restarted = [child for child in children if child.tend()]
    if restarted:
        remember(children)


def stop(children: list[Child], *, embedded: bool) -> None:
    for child in children:
        with suppress(ProcessLookupError):
            child.process.terminate()
    for child in children:
        with suppress(subprocess.TimeoutExpired):
            child.process.wait(GRACE_SECONDS)
        end_group(child.process.pid, grace=0)
    if embedded:
        postgres.stop(home())
    (home() / "run.json").unlink(missing_ok=True)


def remember(children: list[Child]) -> None:
    """Note what runs, for the run after a `kill -9` of this one."""
    pids = [child.process.pid for child in children]
    # A program that has just been started has no command line for a moment.
    holds(lambda: all(command_of(pid) for pid in pids), seconds=1)
    write_private(home() / "run.json", json.dumps({pid: command_of(pid) for pid in pids}))


def end_leftovers(file: Path) -> None:
    """End what an earlier run noted and could not stop, unless the pid is another program's by now."""
    with suppress(FileNotFoundError, ValueError):
        noted: dict[str, str] = json.loads(file.read_text())
        for pid, command in noted.items():
            if command and command_of(int(pid)) == command:
                end_group(int(pid), GRACE_SECONDS)


def claim_port(number: int) -> None:
    """Raises CannotRunError if a program listens there; the last workers of a killed run get a moment to leave."""

    def free() -> bool:
        with socket.socket(socket.AF_INET6 if ":" in bind() else socket.AF_INET) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                trial.bind((bind(), number))
                return True
        return False

    if not holds(free, PORT_SECONDS):
        raise CannotRunError(f"Port {number} is taken; HANSA_PORT={number + 1} make run uses another.")


def bracketed(host: str) -> str:
    """As it stands before a port."""
    return f"[{host}]" if ":" in host else host


def interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def refuse(reason: str) -> int:
    print(reason, file=sys.stderr)
    return 1


def say(what: str) -> None:
    print(f"hansa: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
