"""One table, three engines, one answer: the Python function, and the Ibis expression on DuckDB and PostgreSQL."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from hansa.rulebook.dmn.syntax import HitPolicy
from hansa.testing.engines import agree
from hansa.testing.tables import CASES, tables_with_cases

TABLES = 400


@pytest.mark.django_db
def test_random_tables_say_the_same_of_random_cases_on_every_engine() -> None:
    told: Counter[str] = Counter()

    @given(tables_with_cases())
    @settings(max_examples=TABLES, database=None, suppress_health_check=list(HealthCheck))
    def compare(drawn: Any) -> None:
        told.update(agree(*drawn))

    compare()
    assert told.total() >= TABLES * CASES
    assert told.keys() >= {*HitPolicy, "no row", "absent", "not allowed", "overlap", "disagreement"}
