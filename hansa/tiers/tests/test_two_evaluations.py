"""Two evaluations at once: the second one knows what the first one has done."""

import time
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connection, connections

from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.testing.cast import Cast
from hansa.tiers.actions import terms_of
from hansa.tiers.evaluate import evaluate
from hansa.tiers.models import EnteredFact, TierStanding
from hansa.tiers.tests.running import evaluated, place, run_tiers, today

WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@pytest.fixture
def cast(committed: Cast) -> Cast:
    return committed


def test_who_waits_for_another_evaluation_promotes_nobody_twice(cast: Cast) -> None:
    run_tiers(cast)
    evaluated(cast)
    with acting(cast.system):
        terms = terms_of(cast.program)
        about = {"vendor_id": cast.system.vendor_id, "partnership": cast.partnership, "enrollment": place(cast)}
        EnteredFact.objects.create(**about, fact="certifications", value=2, dated=today(cast), entered_by="test")

    def second() -> int:
        try:
            return evaluate(cast.system, terms, [cast.partnership.pk])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as threads:
        with acting(cast.system):
            evaluate(cast.system, terms, [cast.partnership.pk])
            other = threads.submit(second)
            until_it_waits(other)
        assert other.result() == 1
    with acting(cast.system):
        promoted = Event.objects.filter(name="tier.promoted", partnership_id=cast.partnership.pk).count()
        held = TierStanding.objects.get(partnership=cast.partnership).held
    assert (promoted, held, place(cast).tier.rank) == (1, 2, 2)


def until_it_waits(other: Future[int]) -> None:
    for _ in range(100):
        if other.done():
            return
        with connection.cursor() as cursor:
            cursor.execute(WAITS)
            if cursor.fetchone() != (0,):
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits")
