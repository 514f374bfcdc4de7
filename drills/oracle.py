"""A partner times the answers to customers that are taken, free and unknown: together answered, none tells."""

import http.client
import json
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from math import erfc, sqrt

from django.utils import timezone

from drills.installation import fail, here
from hansa.accounts.models import Vendor
from hansa.core.tenancy import acting
from hansa.deals.actions import withdraw_deal
from hansa.programs.actions import change_answers
from hansa.programs.models import Program
from hansa.site import run as site_run
from hansa.site.home import port
from hansa.site.processes import holds
from hansa.testing.cast import Cast, build_cast
from hansa.testing.machine import machine
from hansa.testing.probes import ID
from hansa.testing.queue import run_jobs

SIZES = {"ci": 150, "large": 500}
SEED, SITTINGS, WARM_UP = 9, 3, 30
KINDS = ("taken", "free", "unknown")
LIKELY, NEAR, FAR = 0.01, (0.40, 0.60), 2.0  # of Mann and Whitney's test, the area under the curve, milliseconds
LONGER = 0.5  # the part of an answer's usual time that must be noticed
MOST = 1_000_000  # jobs


@dataclass
class Sitting:
    """Milliseconds of each answer, and what was answered without its ids and times, by the kind of customer."""

    took: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    said: dict[str, set[str]] = field(default_factory=lambda: {kind: set() for kind in KINDS})


def run(size: str) -> None:
    """Up to three sittings, of which one must show nothing; then a delay and the mode switched off must show."""
    each = SIZES[size]
    cast = build_cast()
    Vendor.objects.update(registrations_per_day=1_000_000)
    _answer(cast, [17 * 60])
    here().start("web")
    if not holds(site_run.healthy, 60):
        fail("the web server does not answer")
    secret = machine(cast.partner_admin).secret
    print(f"   seed {SEED}, {each} of each kind in a sitting", flush=True)
    for number in range(SITTINGS):
        sitting = _sit(cast, secret, each, number)
        wrong = tells(sitting)
        if not wrong:
            break
        print(*(f"   sitting {number + 1}: {line}" for line in wrong), sep="\n", flush=True)
    fail(*wrong)
    delay = LONGER * statistics.median(sitting.took["free"])
    slower = Sitting({**sitting.took, "taken": [took + delay for took in sitting.took["taken"]]}, sitting.said)
    if not any("by time" in line for line in tells(slower)):
        fail(f"{delay:.1f} ms more for what is taken are not noticed")
    _answer(cast, [])
    if not any("answers differ" in line for line in tells(_sit(cast, secret, 20, SITTINGS))):
        fail("answers at once are not told apart")


def tells(sitting: Sitting) -> list[str]:
    """What a partner could learn from a sitting."""
    wrong = []
    for other in ("free", "unknown"):
        one, two = sitting.took["taken"], sitting.took[other]
        likely, area = mann_whitney(one, two)
        apart = statistics.median(one) - statistics.median(two)
        print(f"   taken against {other}: p {likely:.3f}, area {area:.3f}, medians {apart:+.2f} ms apart", flush=True)
        if sitting.said["taken"] != sitting.said[other]:
            wrong.append(f"answers differ for {other}")
        if likely <= LIKELY and (abs(apart) > FAR or not NEAR[0] <= area <= NEAR[1]):
            wrong.append(f"{other} is told by time: p {likely:.4f}, area {area:.2f}, {apart:+.2f} ms")
    return wrong


def mann_whitney(one: Sequence[float], two: Sequence[float]) -> tuple[float, float]:
    """The two-sided p of the rank sum in its normal approximation, and the area under the curve; ties do not occur."""
    ranked = sorted([(value, 1) for value in one] + [(value, 0) for value in two])
    ranks = sum(rank for rank, (_, mine) in enumerate(ranked, 1) if mine)
    many, more = len(one), len(two)
    above = ranks - many * (many + 1) / 2
    deviation = sqrt(many * more * (many + more + 1) / 12)
    return erfc(abs(above - many * more / 2) / deviation / sqrt(2)), above / (many * more)


def _sit(cast: Cast, secret: str, each: int, number: int) -> Sitting:
    """Customers of each kind, registered by the partner one after the other in an order of chance."""
    seed, sitting = random.Random(SEED + number), Sitting()
    asked = [(kind, name) for kind in KINDS for name in _customers(cast, kind, each, number)]
    seed.shuffle(asked)
    connection = http.client.HTTPConnection("127.0.0.1", port(), timeout=60)
    for name in _names("warm", WARM_UP, number):
        _register(connection, cast, secret, name)
    for kind, name in asked:
        took, said = _register(connection, cast, secret, name)
        sitting.took[kind].append(took)
        sitting.said[kind].add(said)
    connection.close()
    return sitting


def _customers(cast: Cast, kind: str, each: int, number: int) -> Iterator[str]:
    """Names that the rival holds, held and gave back, or that nobody knows."""
    for name in _names(kind, each, number):
        if kind != "unknown":
            deal = cast.register(cast.rival_rep, customer=f"{name} works", domain=f"{name}.example")
            run_jobs(MOST)
            if kind == "free":
                withdraw_deal(cast.rival_rep.actor, deal)
                run_jobs(MOST)
        yield name


def _names(kind: str, count: int, number: int) -> list[str]:
    """Made-up words of one length, none much like another, whatever the kind."""
    seed = random.Random(f"{kind} {number}")
    return ["".join(seed.choices("abcdefghijklmnopqrstuvwxyz", k=14)) for _ in range(count)]


def _register(connection: http.client.HTTPConnection, cast: Cast, secret: str, name: str) -> tuple[float, str]:
    """Milliseconds until the whole answer was there, and what it said."""
    body = {
        "customer": {"name": f"{name} works", "domain": f"{name}.example", "country": "NL"},
        "product_lines": [cast.analytics.public_id],
        "amount": {"amount": "84000.00", "currency": "EUR"},
        "expected_close": str(timezone.now().date() + timedelta(days=70)),
    }
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {secret}"}
    written = json.dumps(body)
    began = time.perf_counter()
    connection.request("POST", "/api/v1/deal-registrations", written, headers)
    response = connection.getresponse()
    content = response.read().decode()
    took = (time.perf_counter() - began) * 1000
    if response.status != 201:
        fail(f"a registration was answered {response.status}: {content[:200]}")
    return took, _bare(content, name)


def _bare(content: str, name: str) -> str:
    """An answer without ids, the customer, and moments; whether there is a moment stays."""
    shown = json.loads(ID.sub("id", content).replace(name, "customer"))
    for at in ("submitted_at", "due_at", "decided_at", "protected_until", "closed_at"):
        shown[at] = bool(shown[at])
    for decision in shown["decisions"]:
        decision["at"] = bool(decision["at"])
    return json.dumps(shown, sort_keys=True)


def _answer(cast: Cast, times: list[int]) -> None:
    with acting(cast.system):
        program = Program.objects.get(pk=cast.program.pk)
    change_answers(cast.vendor_admin.actor, program, answer_times=times)
    run_jobs(MOST)
