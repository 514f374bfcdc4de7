"""The console's queue with many registrations that wait, eight clients at once, by every filter and order in turn."""

from collections.abc import Iterator
from itertools import cycle

from bench import Result
from bench.load import Installation, machine, request, sit

WAITING = 20_000
CLIENTS = 8
WARM_UP, SECONDS = 5.0, 20.0
ADDRESSES = ("?show=all", "?show=mine", "?show=alike", "?show=overdue", "?show=today", "?show=all&sort=due")


def run(size: int | None = None) -> list[Result]:
    """The pages as a channel manager's browser asks for them."""
    waiting = size or WAITING
    found = machine()
    with Installation() as installation:
        world = installation.fill("queue", waiting=waiting)
        wires = {
            asked: request(
                "GET", f"/w/{world['workspace']}/registrations/{asked}", Cookie=f"sessionid={world['session']}"
            )
            for asked in ADDRESSES
        }
        pages: Iterator[bytes] = cycle(wires.values())
        with installation.serving():
            sit(installation.port, pages, clients=CLIENTS, seconds=WARM_UP).check(200)
            alone = {
                asked: sit(installation.port, cycle([wire]), clients=1, seconds=1.5) for asked, wire in wires.items()
            }
            sitting = sit(installation.port, pages, clients=CLIENTS, seconds=SECONDS)
            health = sit(installation.port, cycle([request("GET", "/healthz")]), clients=CLIENTS, seconds=3.0)
    sitting.check(200)
    context = found | {
        "waiting": waiting,
        "clients": CLIENTS,
        "requests_per_second": round(sitting.rate, 1),
        "p50_ms": round(sitting.milliseconds(50), 1),
        "p50_ms_alone": {asked: round(one.milliseconds(50), 1) for asked, one in alone.items()},
        "limit": "this server answering `/healthz` with one SELECT",
    }
    p99 = sitting.milliseconds(99)
    return [Result("queue: p99", "ms", p99, 80, limit=health.milliseconds(99), context=context)]
