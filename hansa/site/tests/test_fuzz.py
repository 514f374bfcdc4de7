"""Whatever is sent: no crash, no status that the document does not name, no answer of another shape."""

from typing import Any

import pytest

from hansa.testing.cast import Cast
from hansa.testing.fuzz import Tally, application, fuzz, things
from hansa.testing.machine import machine

CASES = 1_500
SEED = 20261122


def run(cast: Cast, app: Any, *, cases: int, within: str = "") -> Tally:
    keys = {"vendor": machine(cast.vendor_admin).secret, "partner": machine(cast.partner_admin).secret}
    return fuzz(app, keys, things(cast), cases=cases, number=SEED, within=within)


def test_the_whole_api_stands_up_to_what_it_is_sent(cast: Cast) -> None:
    tally = run(cast, application, cases=CASES)
    assert tally.failures == []
    assert tally.cases >= CASES * 0.8
    assert tally.statuses[200] > CASES / 20
    assert tally.statuses[201] > 0
    assert tally.statuses[422] > CASES / 20


@pytest.mark.parametrize("status", ["500 Internal Server Error", "418 I'm a teapot"])
def test_an_answer_that_the_document_does_not_know_is_found(cast: Cast, status: str) -> None:
    def broken(environ: Any, start_response: Any) -> Any:
        if environ["PATH_INFO"].endswith("/territories"):
            start_response(status, [("Content-Type", "application/problem+json")])
            return [b"{}"]
        return application(environ, start_response)

    assert run(cast, broken, cases=1, within="/territories").failures


def test_an_api_that_ignores_what_it_does_not_know_is_found(cast: Cast) -> None:
    def forgiving(environ: Any, start_response: Any) -> Any:
        return application({**environ, "QUERY_STRING": ""}, start_response)

    failures = "\n".join(run(cast, forgiving, cases=240, within="/territories").failures)
    assert "unknown parameters were ignored" in failures
    assert "Schema-violating request accepted" in failures
