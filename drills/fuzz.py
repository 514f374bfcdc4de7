"""Thousands of requests that the API's document allows or forbids: none crashes it or surprises a reader of it."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from hansa.testing.cast import Cast, build_cast
from hansa.testing.fuzz import Tally, application, fuzz, things
from hansa.testing.machine import machine

SIZES = {"ci": 1_500, "large": 15_000}
SEED = 20261122


def run(size: str) -> None:
    """Every operation with a vendor's and a partner's key. Raises AssertionError with the first failures."""
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]  # what the test client calls itself
    with transaction.atomic():
        cast = build_cast()
        print(f"   seed {SEED}")
        tally = _fuzz(cast, application, SIZES[size])
        print(f"   {tally.cases} requests: {dict(sorted(tally.statuses.items()))}")
        assert not tally.failures, "\n".join(tally.failures[:20])
        assert tally.cases > SIZES[size] * 0.8, f"only {tally.cases} requests"
        assert tally.statuses[200] > tally.cases / 20, "hardly anything succeeded"
        assert _fuzz(cast, _teapot, 1, "/territories").failures, "an answer that nobody documented was not noticed"
        transaction.set_rollback(True)
    connection.close()


def _fuzz(cast: Cast, app: Callable[..., Any], cases: int, within: str = "") -> Tally:
    keys = {"vendor": machine(cast.vendor_admin).secret, "partner": machine(cast.partner_admin).secret}
    with transaction.atomic():
        tally = fuzz(app, keys, things(cast), cases=cases, number=SEED, within=within)
        transaction.set_rollback(True)
    return tally


def _teapot(environ: Any, start_response: Any) -> list[bytes]:
    if not environ["PATH_INFO"].endswith("/territories"):
        return application(environ, start_response)
    start_response("418 I'm a teapot", [("Content-Type", "application/problem+json")])
    return [b"{}"]
