"""Registrations decided and recorded through their action, timed one by one within a process that is warm."""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from hansa.core.inserts import insert
from hansa.core.tenancy import acting
from hansa.deals.rules import APPROVAL, rule
from hansa.deals.tests.test_rules import FREE
from hansa.rulebook import counterfactual
from hansa.rulebook.decisions_shown import explained
from hansa.rulebook.models import Decision
from hansa.rulebook.record import decided
from hansa.rulebook.rerun import proofs_of, rerun_all
from hansa.testing.cast import Cast, build_cast

WARM = 30


def milliseconds(act: Callable[[int], Any], times: int) -> float:
    """The median of what a call takes."""
    taken = []
    for number in range(times + WARM):
        began = time.perf_counter()
        act(number)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken[WARM:]) * 1000


def forgetful(act: Callable[[], Any]) -> Callable[[int], Any]:
    """Each time as if for the first time."""

    def once(_: int) -> Any:
        counterfactual._better.cache_clear()
        counterfactual._others.cache_clear()
        return act()

    return once


def measured(cast: Cast, many: int) -> dict[str, Any]:
    """Everything in milliseconds, but for decisions made again a second."""
    register = milliseconds(lambda number: cast.register(customer=f"c{number}", domain=f"c{number}.example"), many)
    far = cast.register(customer="Far", domain="far.example", expected_close=cast.far_away)
    place, at, currency = cast.partnership.pk, timezone.now(), far.currency

    def made() -> Any:
        return decided(cast.system, place, far.pk, rule(FREE, usual_days=90).answers, evidence=(), at=at)

    def stored() -> None:
        with acting(cast.system):
            insert(*made())

    record = milliseconds(lambda _: made(), many)
    store = milliseconds(lambda _: stored(), many)
    with acting(cast.system):
        decision = Decision.objects.filter(subject_id=far.pk).earliest("at")
        proof = proofs_of(cast.system, [decision])[decision.pk]
        partner = milliseconds(forgetful(lambda: explained(decision, "partner", currency)), many)
        vendor = milliseconds(forgetful(lambda: explained(decision, "vendor", currency, proof)), many)
        again = milliseconds(lambda _: explained(decision, "partner", currency), many)
        began = time.perf_counter()
        count = sum(one.same for one in rerun_all(cast.system))
        took = time.perf_counter() - began
    return {
        "register": register,
        "record": record,
        "store": store,
        "partner": partner,
        "vendor": vendor,
        "remembered": again,
        "rerun_per_second": count / took,
        "rows": len(APPROVAL.built_in.table.rows),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--many", type=int, required=True)
    print(json.dumps(measured(build_cast(), parser.parse_args().many)))


if __name__ == "__main__":
    main()
