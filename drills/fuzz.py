"""Thousands of requests that the API's document allows or forbids: none crashes it or surprises a reader of it."""

import logging
import multiprocessing
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any

import django
from django.conf import settings
from django.db import connections

from hansa.testing.cast import build_cast
from hansa.testing.fuzz import Tally, application, fuzz, things
from hansa.testing.machine import machine

SIZES = {"ci": 15_000, "large": 150_000}
SEED = 20261122
SHARES = 8


def run(size: str) -> None:
    """Every operation with a vendor's and a partner's key. Raises AssertionError with the first failures."""
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]  # what the test client calls itself
    cast = build_cast()
    keys = {"vendor": machine(cast.vendor_admin).secret, "partner": machine(cast.partner_admin).secret}
    ids = things(cast)
    connections.close_all()
    print(f"   seed {SEED}", flush=True)
    tally = _in_processes(partial(_share, keys, ids, SIZES[size]))
    print(f"   {tally.cases} requests: {dict(sorted(tally.statuses.items()))}")
    assert not tally.failures, "\n".join(list(dict.fromkeys(tally.failures))[:40])
    assert tally.cases > SIZES[size] * 0.8, f"only {tally.cases} requests"
    assert tally.statuses[200] > tally.cases / 20, "hardly anything succeeded"
    broken = fuzz(_teapot, keys, ids, cases=1, number=SEED, within="/territories")
    assert broken.failures, "an answer that nobody documented was not noticed"


def _in_processes(share: Callable[[int], Tally]) -> Tally:
    """All shares of the cases; each processor takes the next one whenever it is through with one."""
    clean = multiprocessing.get_context("spawn")
    total = Tally()
    with ProcessPoolExecutor(os.cpu_count(), mp_context=clean, initializer=django.setup) as processes:
        for tally in processes.map(share, range(SHARES)):
            total.cases += tally.cases
            total.statuses += tally.statuses
            total.failures += tally.failures
    return total


def _share(keys: Mapping[str, str], ids: Mapping[str, Sequence[str]], cases: int, part: int) -> Tally:
    logging.getLogger("django.request").setLevel(logging.ERROR)  # refusals are what is asked for here
    return fuzz(application, keys, ids, cases=cases, number=SEED, share=(part, SHARES))


def _teapot(environ: Any, start_response: Any) -> list[bytes]:
    if not environ["PATH_INFO"].endswith("/territories"):
        return application(environ, start_response)
    start_response("418 I'm a teapot", [("Content-Type", "application/problem+json")])
    return [b"{}"]
