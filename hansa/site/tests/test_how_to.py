import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from socket import socket
from time import monotonic, sleep
from typing import Any
from urllib.request import urlopen

import pytest
from django.db import connections
from psycopg import sql

from hansa.site.home import PROJECT

PAGES = sorted(path for path in (PROJECT / "docs" / "how-to").glob("*.md") if path.name != "README.md")
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DATABASE = f"hansa_how_to_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"


@pytest.fixture(scope="module")
def demonstration(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """The environment of somebody who sits before a fresh demonstration: a database, a web server, the commands."""
    owner = connections["owner"].settings_dict
    with django_db_blocker.unblock(), connections["owner"].cursor() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE)))
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    with closing(socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = {"host": owner["HOST"], "port": owner["PORT"], "user": owner["USER"], "password": owner["PASSWORD"]}
    environment = {
        **os.environ,
        "DATABASE_URL": " ".join(f"{name}='{value}'" for name, value in {**words, "dbname": DATABASE}.items() if value),
        "HANSA": f"http://127.0.0.1:{port}",
        "HANSA_DEMO": "1",
        "HANSA_HOME": str(tmp_path_factory.mktemp("home")),
        "HANSA_PORT": str(port),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    for command in ("migrate", "demo"):
        subprocess.run(["hansa", command], env=environment, cwd=PROJECT, check=True, capture_output=True)  # noqa: S607
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", f"--bind=127.0.0.1:{port}", "--threads=2", "hansa.site.wsgi:application"],
        env={**environment, "PYTHONPATH": str(PROJECT)},
        cwd=environment["HANSA_HOME"],
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz")
        yield environment
    finally:
        server.terminate()
        server.wait(20)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_page_does_what_it_says(page: Path, demonstration: dict[str, str], tmp_path: Path) -> None:
    script = "\n".join(BLOCK.findall(page.read_text()))
    assert script
    for folder in ("hansa", "tools"):
        (tmp_path / folder).symlink_to(PROJECT / folder)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],  # noqa: S607
        env=demonstration,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_setting_is_described() -> None:
    asked = re.compile(r"""environ(?:\.get|\.setdefault)?[(\[]["'](HANSA_\w+|DATABASE_\w*URL)""")
    read = {name for path in (PROJECT / "hansa" / "site").glob("*.py") for name in asked.findall(path.read_text())}
    described = (PROJECT / "docs" / "how-to" / "settings.md").read_text()
    assert {"HANSA_DEMO", "HANSA_URL", "HANSA_SMTP_URL", "DATABASE_APP_URL"} <= read
    assert {name for name in read if f"| `{name}` |" not in described} == set()


def _wait_for(address: str) -> None:
    deadline = monotonic() + 60
    while True:
        try:
            with urlopen(address, timeout=5):  # noqa: S310
                return
        except OSError:
            if monotonic() > deadline:
                raise
            sleep(0.2)
