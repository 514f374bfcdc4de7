"""Contenders for one customer: through actions, through HTTP against a real web server, and by plain SQL."""

import http.client
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from statistics import quantiles
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.db import connections
from django.test import Client
from django.utils import timezone

from drills.installation import fail, here, processes
from hansa.accounts.models import Vendor
from hansa.core.tenancy import acting
from hansa.deals.models import Deal, Status
from hansa.site import run as site_run
from hansa.site.home import port
from hansa.site.processes import holds
from hansa.testing import races
from hansa.testing.cast import Cast, Person, another_partner, build_cast

SIZES = {"ci": [(60, 50)], "large": [(200, 50), (2_000, 20), (100, 200)]}  # rounds, and contenders in each
SHARE = 10  # rounds that one process does in a row
CONNECTIONS = 500
SEED = 20
CSRF = "r" * 32

Said = tuple[list[str], list[float]]  # what is wrong, and how long (s) each contender waited


@dataclass(frozen=True, slots=True)
class World:
    """Who contends, and the cookies of those who do so in a browser."""

    cast: Cast
    people: Sequence[Person]
    cookies: Sequence[str]


def run(size: str) -> None:
    """Rounds of each kind; half of the registrations are for a customer that did not exist before."""
    here().allow_connections(CONNECTIONS)
    cast, most = build_cast(), max(contenders for _, contenders in SIZES[size])
    Vendor.objects.update(registrations_per_day=1_000_000)
    people = [cast.partner_rep, *(another_partner(cast, f"partner-{n}") for n in range(1, most))]
    cookies = [_cookie(person) for person in people]
    here().start("web")
    if not holds(site_run.healthy, 60):
        fail("the web server does not answer")
    for rounds, contenders in SIZES[size]:
        print(f"   seed {SEED}, {rounds} rounds of {contenders} each", flush=True)
        world = World(cast, people[:contenders], cookies[:contenders])
        with processes() as pool:
            for done, kind in KINDS.items():
                _all_shares(pool, done, partial(_share, kind, world), rounds)
    _without_the_wall(World(cast, people[:50], cookies[:50]))
    with acting(cast.system):
        print("  ", dict(Counter(Deal.objects.values_list("status", flat=True))))


def _all_shares(pool: ProcessPoolExecutor, done: str, share: Callable[[int], Said], rounds: int) -> None:
    began, waits = time.monotonic(), []
    for wrong, seconds in pool.map(share, range(SEED, SEED + rounds // SHARE)):
        fail(*wrong)
        waits += seconds
    took, p99 = time.monotonic() - began, quantiles(waits, n=100)[98]
    print(f"   {done} in {took:.0f} s; 99 of 100 waited {1000 * p99:.0f} ms at most", flush=True)


def _share(kind: Callable[[World, races.Contest, random.Random], list[str]], world: World, number: int) -> Said:
    seed = random.Random(f"{kind.__name__} {len(world.people)} {number}")
    with _contest(world) as contest:
        return kind(world, contest, seed), list(contest.seconds)


def _by_actions(world: World, contest: races.Contest, seed: random.Random) -> list[str]:
    names = [races.customer(seed) for _ in range(SHARE)]
    return [wrong for n, name in enumerate(names) for wrong in races.race_to_register(contest, name, known=n % 2 == 0)]


def _by_approval(world: World, contest: races.Contest, seed: random.Random) -> list[str]:
    return races.race_to_approve(contest, races.customer(seed), SHARE)


def _by_sql(world: World, contest: races.Contest, seed: random.Random) -> list[str]:
    return races.race_by_sql(contest, races.customer(seed), SHARE)


def _over_http(world: World, contest: races.Contest, seed: random.Random) -> list[str]:
    return [wrong for _ in range(SHARE) for wrong in _post_round(world, contest, races.customer(seed))]


KINDS = {
    "registered through actions": _by_actions,
    "approved by hand": _by_approval,
    "protected by plain SQL": _by_sql,
    "registered through the portal": _over_http,
}


def _post_round(world: World, contest: races.Contest, name: str) -> list[str]:
    """Everybody sends the portal's form."""
    forms = [_form(world.cast, name, n) for n in range(len(world.people))]
    sent = zip(world.people, world.cookies, forms, strict=True)
    results = contest.race([lambda p=p, c=c, form=form: _post(p, c, form) for p, c, form in sent])
    wrong = [repr(result.error) for result in results if result.error]
    answers = [result.answer for result in results if result.answer]
    wrong += [f"answered {answer}" for answer in answers if not re.search(r"^302 .*/deals/deal_", answer)]
    with acting(world.cast.system):
        deals = list(Deal.objects.filter(customer_domain=f"{name}.example").values_list("status", "company"))
    statuses = Counter(status for status, _ in deals)
    if statuses[Status.APPROVED] != 1 or len(deals) != len(world.people):
        wrong.append(f"{name}: {dict(statuses)}")
    return wrong + races.overlapping(world.cast, {company for _, company in deals})


def _without_the_wall(world: World) -> None:
    """The negative control: without the constraint the race must be seen to go wrong."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE deals_protection DROP CONSTRAINT one_protection_per_customer")
    with _contest(world) as contest:
        if not races.race_by_sql(contest, races.customer(random.Random(SEED))):
            fail("the race does not notice that the wall is gone")


def _contest(world: World) -> AbstractContextManager[races.Contest]:
    # Fifty threads of one process on a busy machine wait long for each other; that is not what is tried here.
    settings.DATABASES["default"]["OPTIONS"]["options"] = "-c statement_timeout=120s"
    return races.contest(world.cast, world.people)


def _cookie(person: Person) -> str:
    client = Client()
    client.force_login(person.user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}; csrftoken={CSRF}"


def _form(cast: Cast, name: str, number: int) -> str:
    lines = [cast.analytics.public_id, cast.planner.public_id]
    facts = {
        "csrfmiddlewaretoken": CSRF,
        "customer": f"{name.title()} works",
        "domain": races.SPELLINGS[number % len(races.SPELLINGS)].format(name),
        "country": "NL",
        "product_lines": lines if number % 2 else lines[::-1],
        "amount": "10,000",
        "expected_close": str(timezone.now().date() + timedelta(days=60)),
        "deal_type": "new",
        "submission": str(uuid4()),
    }
    return urlencode(facts, doseq=True)


def _post(person: Person, cookie: str, body: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port(), timeout=60)
    try:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
        connection.request("POST", f"/w/{person.workspace.slug}/deals/register/", body, headers)
        response = connection.getresponse()
        return f"{response.status} {response.getheader('Location')}"
    finally:
        connection.close()
