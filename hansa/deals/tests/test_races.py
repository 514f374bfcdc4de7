"""Several partners at the same moment: one gets the customer, and every other an answer."""

import random
from collections.abc import Iterator

import pytest
from django.db import connections

from hansa.testing import races
from hansa.testing.cast import Cast, another_partner

CONTENDERS = 12


@pytest.fixture
def contest(committed: Cast) -> Iterator[races.Contest]:
    partners = [another_partner(committed, f"contender-{n}") for n in range(1, CONTENDERS)]
    with races.contest(committed, [committed.partner_rep, *partners]) as contenders:
        yield contenders


@pytest.mark.parametrize("known", [False, True], ids=["a new customer", "a known customer"])
def test_one_of_many_registrations_wins(contest: races.Contest, known: bool) -> None:
    seed = random.Random(5)
    for _ in range(3):
        assert races.race_to_register(contest, races.customer(seed), known=known) == []


def test_one_of_many_approvals_wins_and_the_others_are_refused(contest: races.Contest) -> None:
    assert races.race_to_approve(contest, races.customer(random.Random(6)), rounds=3) == []


def test_plain_sql_meets_the_same_wall(contest: races.Contest) -> None:
    assert races.race_by_sql(contest, races.customer(random.Random(7)), rounds=3) == []


def test_without_the_constraint_the_race_has_several_winners(contest: races.Contest) -> None:
    """The race is a real one: with the wall taken away it is seen to go wrong."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(DROP)
        try:
            assert races.race_by_sql(contest, races.customer(random.Random(8))) != []
        finally:
            cursor.execute("TRUNCATE deals_protection")
            cursor.execute(ADD)


DROP = "ALTER TABLE deals_protection DROP CONSTRAINT one_protection_per_customer"
ADD = """
ALTER TABLE deals_protection ADD CONSTRAINT one_protection_per_customer
    EXCLUDE USING gist (vendor_id WITH =, company_id WITH =, product_line_id WITH =, during WITH &&)
"""
