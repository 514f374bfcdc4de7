from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from hansa.core.limits import Limit, count, give_back
from hansa.core.models import Counter
from hansa.kernel.errors import TooMany
from hansa.testing.cast import Cast

THREE = Limit("three", 3, 60, "No more than three.")
FIVE = Limit("five", 5, 3600)


def test_the_last_allowed_attempt_leaves_none_and_the_next_is_refused(cast: Cast) -> None:
    assert [THREE.take("a") for _ in range(3)] == [2, 1, 0]
    with pytest.raises(TooMany, match="No more than three") as refusal:
        THREE.take("a")
    assert 0 < refusal.value.retry_after <= 60


def test_buckets_are_counted_apart(cast: Cast) -> None:
    THREE.take("a")
    assert THREE.take("b") == 2


def test_what_is_given_back_has_not_counted(cast: Cast) -> None:
    assert THREE.take("a") == 2
    give_back(THREE.attempt("a"), THREE.attempt("never counted"))
    assert THREE.take("a") == 2


def test_a_window_that_has_ended_begins_anew(cast: Cast) -> None:
    THREE.take("a")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_counter SET ends_at = now() - interval '1 s'")
    assert THREE.take("a") == 2


def test_several_limits_are_counted_in_one_statement(cast: Cast, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        left = count(FIVE.attempt("a"), THREE.attempt("a"))
    assert [(allowance.limit, allowance.left) for allowance in left] == [(FIVE, 4), (THREE, 2)]


def test_a_refusal_waits_for_the_longest_of_the_reached_limits(cast: Cast) -> None:
    for _ in range(5):
        FIVE.take("a")
    with pytest.raises(TooMany) as refusal:
        count(THREE.attempt("a"), FIVE.attempt("a"))
    assert refusal.value.retry_after > 60


def test_fifty_clients_at_once_get_through_exactly_as_often_as_the_limits_say(committed: Cast) -> None:
    tight, wide = Limit("tight", 20, 600), Limit("wide", 30, 600)

    def attempt(number: int) -> bool:
        try:
            count(*sorted([tight.attempt("x"), wide.attempt("x")], key=lambda _: number % 2))
        except TooMany:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(50) as clients:
        assert sum(clients.map(attempt, range(200))) == 20
    assert set(Counter.objects.values_list("count", flat=True)) == {200}
