"""`kill -9` of web server and workers in the middle of registrations: every answer given holds, with all its effects.

Partners register through the portal's form and send the same again when the connection breaks, as people do. The drill
restarts what it killed, waits until the queue is empty, and then holds the database to every answer.
"""

import http.client
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from http.cookies import SimpleCookie
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.test import Client
from django.utils import timezone

from drills.installation import Installation, fail, here
from drills.reckoning import jobs_left, reckon, show_that_it_sees
from hansa.accounts.models import Vendor
from hansa.site import run as site_run
from hansa.site.home import port
from hansa.site.processes import holds
from hansa.testing.cast import Cast, Person, another_partner, build_cast

SIZES = {"ci": (504, 16), "large": (5000, 120)}
CLIENTS = 8
DRAIN_SECONDS = 300
CSRF = "d" * 32
DEAL = re.compile(r"/deals/(deal_[0-9a-z]{26})/$")
VICTIMS = ("web", "worker one", "web", "worker two")


@dataclass
class Tally:
    """What the clients saw; `answered` is the deal by the customer's name."""

    answered: dict[str, str] = field(default_factory=dict)
    broken: int = 0
    refused: list[str] = field(default_factory=list)


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
    clients = [threading.Thread(target=_register, args=(person, share, cast, tally)) for person in people]
    killed = _under_fire(site, clients, tally, share * CLIENTS, kills)
    drained = holds(lambda: not jobs_left(), DRAIN_SECONDS, every=1)
    print(f"   {len(tally.answered)} answered, {tally.broken} broken connections, killed {dict(killed)}")
    missing = share * CLIENTS - len(tally.answered)
    did = [] if drained else [f"after {DRAIN_SECONDS} s the queue still holds {jobs_left()}"]
    did += [f"{missing} were never answered: {tally.refused[:3]}"] if missing else []
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


def _register(person: Person, number: int, cast: Cast, tally: Tally) -> None:
    """Send registrations one after another; each again until it is answered."""
    session = Client()
    session.force_login(person.user)
    cookies = SimpleCookie(session.cookies)
    cookie = f"{settings.SESSION_COOKIE_NAME}={cookies[settings.SESSION_COOKIE_NAME].value}; csrftoken={CSRF}"
    for n in range(number):
        name = f"{uuid4().hex[:12].translate(LETTERS)} works"
        body = urlencode(_form(name, cast, with_address=n % 3 != 0))
        path = f"/w/{person.workspace.slug}/deals/register/"
        for _ in range(200):
            try:
                status, where, text = _post(path, body, cookie)
            except (OSError, http.client.HTTPException):
                tally.broken += 1
                time.sleep(0.1)
                continue
            if found := DEAL.search(where):
                tally.answered[name] = found.group(1)
            else:
                tally.refused.append(f"{status} {text[:2000]}")
            break


LETTERS = str.maketrans("0123456789", "ghijklmnop")


def _form(name: str, cast: Cast, *, with_address: bool) -> dict[str, str]:
    """What a partner fills in; without the customer's web address a person has to decide."""
    return {
        "csrfmiddlewaretoken": CSRF,
        "customer": name,
        "domain": f"{name.split()[0]}.example" if with_address else "",
        "country": "NL",
        "product_lines": cast.analytics.public_id,
        "amount": "10,000",
        "expected_close": str(timezone.now().date() + timedelta(days=60)),
        "deal_type": "new",
        "submission": str(uuid4()),
    }


def _post(path: str, body: str, cookie: str) -> tuple[int, str, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port(), timeout=20)
    try:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        return response.status, response.getheader("Location") or "", response.read().decode("utf-8", "replace")
    finally:
        connection.close()
