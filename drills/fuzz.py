"""Thousands of requests that the API's document allows or forbids: none crashes it or surprises a reader of it."""

import logging
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.conf import settings

from drills.installation import processes
from hansa.testing.cast import build_cast
from hansa.testing.fuzz import Tally, application, fuzz, things
from hansa.testing.machine import machine

SIZES = {"ci": 15_000, "large": 300_000}
SEED = 20261122
SHARES = 8
MORE = 1.03  # some operations have hardly any input that could be wrong


def run(size: str) -> None:
    """Every operation with a vendor's and a partner's key. Raises AssertionError with the first failures."""
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]  # what the test client calls itself
    cast = build_cast()
    keys = {"vendor": machine(cast.vendor_admin).secret, "partner": machine(cast.partner_admin).secret}
    ids = things(cast)
    print(f"   seed {SEED}", flush=True)
    tally = Tally()
    with processes() as pool:
        for share in pool.map(partial(_share, keys, ids, round(SIZES[size] * MORE)), range(SHARES)):
            tally.cases += share.cases
            tally.statuses += share.statuses
            tally.failures += share.failures
    print(f"   {tally.cases} requests: {dict(sorted(tally.statuses.items()))}")
    assert not tally.failures, "\n".join(list(dict.fromkeys(tally.failures))[:40])
    assert tally.cases >= SIZES[size], f"only {tally.cases} requests"
    assert tally.statuses[200] > tally.cases / 20, "hardly anything succeeded"
    broken = fuzz(_teapot, keys, ids, cases=1, number=SEED, within="/territories")
    assert broken.failures, "an answer that nobody documented was not noticed"


def _share(keys: Mapping[str, str], ids: Mapping[str, Sequence[str]], cases: int, part: int) -> Tally:
    logging.getLogger("django.request").setLevel(logging.ERROR)  # refusals are what is asked for here
    return fuzz(application, keys, ids, cases=cases, number=SEED, share=(part, SHARES))


def _teapot(environ: Any, start_response: Any) -> list[bytes]:
    if not environ["PATH_INFO"].endswith("/territories"):
        return application(environ, start_response)
    start_response("418 I'm a teapot", [("Content-Type", "application/problem+json")])
    return [b"{}"]
