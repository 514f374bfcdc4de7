import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from hansa.site import postgres, run
from hansa.site.home import locked
from hansa.site.processes import command_of, holds

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
QUIT = [sys.executable, "-c", "raise SystemExit(3)"]


@pytest.fixture
def home(tmp_path, monkeypatch) -> Iterator[Path]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HANSA_PORT", str(free.getsockname()[1]))
    monkeypatch.setenv("HANSA_HOME", str(tmp_path))
    yield tmp_path
    for folder in (tmp_path, tmp_path / "elsewhere"):
        postgres.stop(folder)
        shutil.rmtree((folder / "postgres").resolve(), ignore_errors=True)


def supervisor(**environment: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "hansa.site.run"]
    return subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_a_second_run_from_the_same_home_is_refused(home):
    with locked(home / "run.lock"):
        second = supervisor()
        _, errors = second.communicate()
    assert second.returncode == 1
    assert "already runs" in errors


def test_a_taken_port_is_refused_and_another_proposed(home, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setattr(run, "PORT_SECONDS", 0)
        number = taken.getsockname()[1]
        with pytest.raises(run.CannotRunError, match=f"HANSA_PORT={number + 1}"):
            run.claim_port(number)


def test_a_port_that_is_none_is_refused(home):
    wrong = supervisor(HANSA_PORT="http")
    _, errors = wrong.communicate()
    assert wrong.returncode == 1
    assert "HANSA_PORT" in errors


@pytest.mark.parametrize(
    ("given", "told"),
    [({"HANSA_BIND": "everywhere"}, "must be an address"), ({"HANSA_BIND": "0.0.0.0"}, "HANSA_URL=")],  # noqa: S104
)
def test_an_address_to_listen_at_that_lets_nobody_in_is_refused(home, given, told):
    wrong = supervisor(**given)
    _, errors = wrong.communicate()
    assert wrong.returncode == 1
    assert told in errors


@pytest.mark.parametrize(
    ("bind", "url", "listens", "bound"),
    [
        ("", "", "127.0.0.1", "127.0.0.1"),
        ("0.0.0.0", "http://192.168.1.20:8000", "127.0.0.1", "0.0.0.0"),  # noqa: S104
        ("::", "http://192.168.1.20:8000", "::1", "[::]"),
        ("192.168.1.20", "http://192.168.1.20:8000/", "192.168.1.20", "192.168.1.20"),
    ],
)
def test_the_web_server_listens_where_it_is_told(home, monkeypatch, bind, url, listens, bound):
    monkeypatch.setenv("HANSA_BIND", bind)
    monkeypatch.setenv("HANSA_URL", url)
    assert f"--bind={bound}:{os.environ['HANSA_PORT']}" in run.web_server()
    assert run.listens_at() == listens
    assert run.address() == (url.rstrip("/") or f"http://127.0.0.1:{os.environ['HANSA_PORT']}") + "/"


def test_it_says_how_the_commands_of_this_installation_are_called(home):
    assert run.command().startswith(f"HANSA_HOME={home} ")
    assert run.command().endswith("bin/hansa")


def test_a_child_that_ends_is_started_again_after_longer_and_longer_pauses():
    child = run.Child("quitter", QUIT)
    pauses = []
    for _ in range(7):
        child.process.wait()
        child.began = time.monotonic() - child.pause
        assert child.tend()
        pauses.append(child.pause)
    child.process.wait()
    assert pauses == [2, 4, 8, 16, 30, 30, 30]


def test_a_child_that_was_steady_is_started_again_at_once():
    child = run.Child("quitter", QUIT)
    child.pause = 30
    child.process.wait()
    child.began = time.monotonic() - run.STEADY_SECONDS - 1
    assert child.tend()
    assert child.pause == 1
    child.process.wait()


def test_what_a_killed_run_left_is_ended(home):
    with sleeper() as left:
        (home / "run.json").write_text(json.dumps({left.pid: command_of(left.pid)}))
        run.end_leftovers(home / "run.json")
        assert left.wait() == -signal.SIGTERM


def test_a_pid_that_another_program_has_by_now_is_spared(home):
    with sleeper() as other:
        (home / "run.json").write_text(json.dumps({other.pid: "hansa worker"}))
        run.end_leftovers(home / "run.json")
        assert other.poll() is None


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a child to its parent")
def test_a_run_is_ready_survives_kill_9_and_stops_whole(home, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("DATABASE_APP_URL", raising=False)
    killed = supervisor()
    until_ready(killed)
    children = pids(home)
    for pid in children:
        os.kill(pid, signal.SIGKILL)
    killed.kill()
    killed.communicate()
    assert holds(lambda: not any(map(command_of, children)), seconds=30)

    again = supervisor()
    until_ready(again)
    children = pids(home)
    again.send_signal(signal.SIGINT)
    again.communicate()
    assert again.returncode == 0
    assert not any(map(command_of, children))
    assert not postgres.running(home)


def test_with_a_database_url_it_is_an_installation_of_ones_own_and_no_demonstration(home):
    url = postgres.ensure(home / "elsewhere", durable=False)
    process = supervisor(DATABASE_URL=url, DATABASE_APP_URL="")
    until_ready(process)
    process.send_signal(signal.SIGTERM)
    said = process.stdout.read()
    process.communicate()
    with psycopg.connect(url) as connection:
        vendors = connection.execute("SELECT count(*) FROM accounts_vendor").fetchone()
    assert process.returncode == 0
    assert vendors == (0,)
    assert "vendor create --name" in said
    assert "log in as" not in said
    assert not (home / "postgres").exists()


@contextmanager
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(SLEEP, start_new_session=True) as process:
        assert holds(lambda: bool(command_of(process.pid)), seconds=10)
        try:
            yield process
        finally:
            process.kill()


def until_ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line == f"ready http://127.0.0.1:{os.environ['HANSA_PORT']}/\n"


def pids(home: Path) -> list[int]:
    server = int((home / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0])
    return [server, *map(int, json.loads((home / "run.json").read_text()))]
