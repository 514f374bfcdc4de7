"""`kill -9` of web server and workers in the middle of registrations: every answer given holds, with all its effects.

Partners register through the portal's form and send the same again when the connection breaks, as people do. The drill
restarts what it killed, waits until the queue is empty, and then holds the database to every answer.
"""

import threading
import time
from collections import Counter

from drills.clients import Tally, register
from drills.installation import Installation, fail, here
from drills.reckoning import drained, jobs_left, reckon, show_that_it_sees
from hansa.accounts.models import Vendor
from hansa.site import run as site_run
from hansa.site.processes import holds
from hansa.testing.cast import another_partner, build_cast

SIZES = {"ci": (504, 16), "large": (5000, 120)}
CLIENTS = 8
VICTIMS = ("web", "worker one", "web", "worker two")


def run(size: str) -> None:
    """Registrations under fire, the reckoning, and proof that the reckoning sees what it is for."""
    wanted, kills = SIZES[size]
    site, cast, tally = here(), build_cast(), Tally()
    Vendor.objects.update(registrations_per_day=10 * wanted)
    people = [cast.partner_rep, cast.rival_rep, *(another_partner(cast, f"partner-{n}") for n in range(CLIENTS - 2))]
    for name in ("web", "worker one", "worker two"):
        site.start(name)
    if not holds(site_run.healthy, 60):
        fail("the web server does not answer")
    share = wanted // CLIENTS
    clients = [threading.Thread(target=register, args=(person, range(share), cast, tally)) for person in people]
    killed = _under_fire(site, clients, tally, share * CLIENTS, kills)
    is_drained = drained()
    print(f"   {len(tally.answered)} answered, {tally.broken} broken connections, killed {dict(killed)}")
    missing = share * CLIENTS - len(tally.answered)
    did = [] if is_drained else [f"the queue stands still at {jobs_left()}"]
    did += [f"{missing} were never answered: {tally.refused[:3]}"] if missing else []
    did += [f"{tally.errors} answers were errors"] if tally.errors else []
    did += [] if sum(killed.values()) >= kills // 2 and tally.broken else ["hardly anything was killed"]
    fail(*did, *reckon(cast, tally.answered))
    fail(*show_that_it_sees(cast, tally.answered))


def _under_fire(
    site: Installation, clients: list[threading.Thread], tally: Tally, wanted: int, kills: int
) -> Counter[str]:
    """Let the clients work, and kill something each time another part of the registrations is answered."""
    killed: Counter[str] = Counter()
    for client in clients:
        client.start()
    while any(client.is_alive() for client in clients):
        done = sum(killed.values())
        if done < kills and len(tally.answered) >= wanted * (done + 1) / (kills + 1):
            victim = VICTIMS[done % len(VICTIMS)]
            site.kill(victim)
            site.restart(victim)
            killed[victim] += 1
        time.sleep(0.02)
    return killed
