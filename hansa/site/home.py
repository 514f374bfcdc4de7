"""Where an installation keeps its data, and the secrets it made for itself."""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
LOOPBACK = "127.0.0.1"


def home() -> Path:
    """The folder of this installation's data: HANSA_HOME, or `.hansa` beside the code. Made at first use."""
    folder = Path(os.environ.get("HANSA_HOME") or PROJECT / ".hansa").expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def port() -> int:
    """The port of the web server: HANSA_PORT, or 8000. Raises ValueError for anything but a port number."""
    text = os.environ.get("HANSA_PORT") or "8000"
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise ValueError(f"HANSA_PORT must be a port number from 1 to 65535, not {text!r}")
    return int(text)


def bind() -> str:
    """The address at which the web server listens: HANSA_BIND, or this machine's own. Raises ValueError for no address.

    Whoever lets others in says in HANSA_URL under which name they come, because other names are refused.
    """
    text = os.environ.get("HANSA_BIND") or LOOPBACK
    try:
        loopback = ip_address(text).is_loopback
    except ValueError:
        raise ValueError(f"HANSA_BIND must be an address such as 0.0.0.0, not {text!r}") from None
    if not loopback and not os.environ.get("HANSA_URL"):
        url = f"HANSA_URL=http://192.168.1.20:{port()}"
        raise ValueError(f"HANSA_BIND={text} lets others in: say under which address they come, such as {url}")
    return text


def secret(name: str, at: Path | None = None) -> str:
    """256 random bits as URL-safe text: made when first asked for, the same ever after, whoever asks.

    They are kept in `secrets.json` in the home (or `at`), readable by its owner alone.
    """
    folder = at or home()
    file = folder / "secrets.json"
    with locked(folder / "secrets.lock"):
        known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
        if name not in known:
            known[name] = secrets.token_urlsafe(32)
            write_private(file, json.dumps(known, indent=2, sort_keys=True))
    return known[name]


def write_private(file: Path, text: str) -> None:
    """Replace a file in one step, so that a reader or a crash sees the old text or the new; mode 0600."""
    draft = file.with_name(file.name + ".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(descriptor)
    draft.replace(file)


@contextmanager
def locked(file: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold `file` as a lock between processes; a dead holder's is free. BlockingIOError if taken and not `wait`."""
    with file.open("a") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield
