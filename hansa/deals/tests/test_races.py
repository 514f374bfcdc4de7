"""Several partners at the same moment: one gets the customer, and every other an answer."""

import random

import pytest
from django.db import connections

from hansa.testing import races
from hansa.testing.cast import Cast, Person, another_partner

CONTENDERS = 12


@pytest.fixture
def partners(committed: Cast) -> list[Person]:
    return [committed.partner_rep, *(another_partner(committed, f"contender-{n}") for n in range(1, CONTENDERS))]


@pytest.mark.parametrize("known", [False, True], ids=["a new customer", "a known customer"])
def test_one_of_many_registrations_wins(committed: Cast, partners: list[Person], known: bool) -> None:
    seed = random.Random(5)
    for _ in range(3):
        assert races.race_to_register(committed, partners, races.customer(seed), known=known) == []


def test_one_of_many_approvals_wins_and_the_others_are_refused(committed: Cast, partners: list[Person]) -> None:
    seed = random.Random(6)
    for _ in range(3):
        assert races.race_to_approve(committed, partners, races.customer(seed)) == []


def test_plain_sql_meets_the_same_wall(committed: Cast, partners: list[Person]) -> None:
    seed = random.Random(7)
    for _ in range(3):
        assert races.race_by_sql(committed, partners, races.customer(seed)) == []


def test_without_the_constraint_the_race_has_several_winners(committed: Cast, partners: list[Person]) -> None:
    """The race is a real one: with the wall taken away it is seen to go wrong."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(DROP)
        try:
            assert races.race_by_sql(committed, partners, races.customer(random.Random(8))) != []
        finally:
            cursor.execute("TRUNCATE deals_protection")
            cursor.execute(ADD)


DROP = "ALTER TABLE deals_protection DROP CONSTRAINT one_protection_per_customer"
ADD = """
ALTER TABLE deals_protection ADD CONSTRAINT one_protection_per_customer
    EXCLUDE USING gist (vendor_id WITH =, company_id WITH =, product_line_id WITH =, during WITH &&)
"""
