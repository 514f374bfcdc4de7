"""`pg_terminate_backend` of random connections under load: nothing is lost or doubled, and no job is left behind.

A request whose connection is severed may fail, and none but that: the next one has a new connection.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from itertools import count, takewhile

from django.db import connection

from drills.clients import Tally, register
from drills.installation import fail, here
from drills.reckoning import drained, in_hand, jobs_left, reckon, show_that_it_sees
from hansa.accounts.models import Vendor
from hansa.site import run as site_run
from hansa.site.processes import holds
from hansa.testing.cast import another_partner, build_cast

SIZES = {"ci": (50, 0.25), "large": (2_000, 0.25)}  # connections, and seconds between two
CLIENTS = 6
PACE = 0.3  # seconds that a client thinks
RECOVERY_SECONDS = 60
WORKERS = ("worker one", "worker two")
SERVERS = ("web", *WORKERS)

# Half of the time one that is at work is preferred: most wait for something to do.
SEVER = """
WITH victim AS (
    SELECT pid, application_name, state FROM pg_stat_activity
    WHERE usename = current_user AND application_name = ANY(%s)
    ORDER BY state = 'idle' AND %s, random() LIMIT 1
)
SELECT application_name, state <> 'idle', pg_terminate_backend(pid) FROM victim
"""


def run(size: str) -> None:
    """Registrations while connections are severed, the reckoning, and proof that the reckoning sees what it is for."""
    kills, pause = SIZES[size]
    site, cast, tally, over = here(), build_cast(), Tally(), threading.Event()
    Vendor.objects.update(registrations_per_day=1_000_000)
    people = [cast.partner_rep, cast.rival_rep, *(another_partner(cast, f"partner-{n}") for n in range(CLIENTS - 2))]
    for name in SERVERS:
        site.start(name)
    if not holds(site_run.healthy, 60):
        fail("the web server does not answer")
    asking = [(person, _until(over), cast, tally) for person in people]
    clients = [threading.Thread(target=register, args=given, daemon=True) for given in asking]
    for client in clients:
        client.start()
    severed = _sever(kills, pause)
    over.set()
    for client in clients:
        client.join()
    took, left = _recovered()
    for name in WORKERS if left else ():  # the watchdog gives a living worker ten minutes; so long nobody waits here
        site.kill(name)
        site.restart(name)
    is_drained = drained(site.tend)
    web = sum(times for (name, _), times in severed.items() if name == "web")
    busy = sum(times for (_, at_work), times in severed.items() if at_work)
    print(f"   severed {severed.total()} connections, {busy} of them at work: {_by_server(severed)}")
    print(f"   {len(tally.answered)} answered, {tally.errors} errors, {tally.broken} broken connections")
    print(f"   jobs taken up again after {took:.0f} s, but for {len(left)} that a living worker had lost")
    did = [] if is_drained else [f"the queue stands still at {jobs_left()}"]
    did += [f"jobs of dead workers were still in hand after {took:.0f} s"] if not all(left) else []
    did += [f"{tally.errors} requests failed, {web} connections of the web server were severed"] * (tally.errors > web)
    did += [f"refused: {tally.refused[:3]}"] if tally.refused else []
    did += [f"{tally.broken} connections to the web server broke"] if tally.broken else []
    did += [] if severed.total() >= kills and busy >= kills / 10 and tally.answered else ["hardly anything was severed"]
    fail(*did, *reckon(cast, tally.answered))
    fail(*show_that_it_sees(cast, tally.answered))


def _until(over: threading.Event) -> Iterator[int]:
    """Numbers of registrations, each after a moment of thought."""
    return takewhile(lambda _: not over.wait(PACE), count())


def _sever(kills: int, pause: float) -> Counter[tuple[str, bool]]:
    """How many connections of which server were severed, by whether they were at work."""
    severed: Counter[tuple[str, bool]] = Counter()
    while severed.total() < kills:
        with connection.cursor() as cursor:
            cursor.execute(SEVER, [list(SERVERS), severed.total() % 2 == 0])
            severed.update((name, at_work) for name, at_work, done in cursor.fetchall() if done)
        here().tend()
        time.sleep(pause)
    return severed


def _recovered() -> tuple[float, list[bool]]:
    """After how long (s) nobody has a job any more that was in hand when the last connection was severed.

    And of each that was still in hand then, whether by a worker that lives: its jobs it loses for longer.
    """
    began, held = time.monotonic(), in_hand().keys()
    holds(lambda: _tended() and not held & in_hand().keys(), RECOVERY_SECONDS, every=0.5)
    return time.monotonic() - began, [lives for job, lives in in_hand().items() if job in held]


def _tended() -> bool:
    here().tend()
    return True


def _by_server(severed: Counter[tuple[str, bool]]) -> dict[str, int]:
    return {server: sum(times for (name, _), times in severed.items() if name == server) for server in SERVERS}
