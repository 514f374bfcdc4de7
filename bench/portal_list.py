"""The portal's list of deals for a partner with many of them, eight clients at once."""

from itertools import repeat

from bench import Result
from bench.load import Installation, machine, request, sit

DEALS = 10_000
CLIENTS = 8
WARM_UP, SECONDS = 3.0, 20.0
ODOO_RATE, ODOO_P99 = 70.0, 159.0


def run(size: int | None = None) -> list[Result]:
    """The page as the browser asks for it, with the session of a sales rep."""
    deals = size or DEALS
    found = machine()
    with Installation() as installation:
        world = installation.fill("portal_list", deals=deals)
        page = request("GET", f"/w/{world['workspace']}/deals/", Cookie=f"sessionid={world['session']}")
        with installation.serving():
            sit(installation.port, repeat(page), clients=CLIENTS, seconds=WARM_UP).check(200)
            alone = sit(installation.port, repeat(page), clients=1, seconds=WARM_UP)
            sitting = sit(installation.port, repeat(page), clients=CLIENTS, seconds=SECONDS)
            health = sit(installation.port, repeat(request("GET", "/healthz")), clients=CLIENTS, seconds=WARM_UP)
    sitting.check(200)
    context = found | {
        "deals": deals,
        "clients": CLIENTS,
        "seconds": round(sitting.took, 1),
        "p50_ms": round(sitting.milliseconds(50), 1),
        "p50_ms_alone": round(alone.milliseconds(50), 1),
        "peer": "Odoo 18's portal list, measured on another day on two such cores",
        "limit": "this server answering `/healthz` with one SELECT",
    }
    rate, p99 = "portal list: requests", "portal list: p99"
    return [
        Result(rate, "per second", sitting.rate, 280, ODOO_RATE, health.rate, more_is_better=True, context=context),
        Result(p99, "ms", sitting.milliseconds(99), 64, ODOO_P99, health.milliseconds(99), context=context),
    ]
