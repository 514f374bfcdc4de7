from datetime import UTC, datetime

import pytest

from hansa.kernel.months import months_later


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ("2026-11-26", 1, "2026-12-26"),
        ("2026-12-01", 1, "2027-01-01"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-01-15", -13, "2024-12-15"),
        ("2026-05-31", 0, "2026-05-31"),
    ],
)
def test_the_same_day_of_another_month_or_its_last(day: str, months: int, then: str) -> None:
    assert months_later(_at(day), months) == _at(then)


def _at(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)
