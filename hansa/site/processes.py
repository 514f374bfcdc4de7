"""Processes of ours: tied to the one that started them, and recognised before they are signalled."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def tied_to_us(last_word: signal.Signals) -> Callable[[], None]:
    """A `preexec_fn`: the child gets this signal when the calling thread ends, even by `kill -9`. Linux only."""
    parent = os.getpid()

    def tie() -> None:
        if LIBC is None:
            return
        LIBC.prctl(PR_SET_PDEATHSIG, last_word)
        if os.getppid() != parent:
            os._exit(1)

    return tie


def command_of(pid: int) -> str:
    """The command line of a living process; empty if there is none, or it has ended and waits to be reaped."""
    if Path("/proc/self/cmdline").exists():
        with suppress(OSError):
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            return " ".join(os.fsdecode(word) for word in words).strip()
        return ""
    listed = subprocess.run(
        ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return listed.stdout.strip()


def holds(condition: Callable[[], bool], seconds: float, every: float = 0.05) -> bool:
    """Whether the condition became true in time; asked at once, and then every so often."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True


def end_group(leader: int, grace: float) -> None:
    """Ask a process group to end, and end what is left of it after `grace` seconds."""
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGTERM)
        holds(lambda: not command_of(leader), grace)
        os.killpg(leader, signal.SIGKILL)
