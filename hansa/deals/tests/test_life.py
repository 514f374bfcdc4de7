"""The life of registrations is as a plain model of it says; the steps and the model are in `hansa.testing.life`."""

import pytest

from hansa.testing.cast import Cast
from hansa.testing.life import RARE, TURNS, forgetting_the_time, forgetting_who_was_heard, live

LIVES, STEPS = 100, 30


@pytest.mark.parametrize("seed", [1, 2])
def test_the_life_of_a_registration_is_as_the_model_says(committed: Cast, seed: int) -> None:
    assert live(committed, lives=LIVES, steps=STEPS, number=seed).keys() >= TURNS - RARE


def test_a_rule_that_forgets_the_time_is_found(committed: Cast) -> None:
    with forgetting_the_time(), pytest.raises(AssertionError, match="not_extendable"):
        live(committed, lives=LIVES, steps=STEPS, number=1)


def test_a_protection_that_moves_from_a_side_unheard_is_found(committed: Cast) -> None:
    with forgetting_who_was_heard(), pytest.raises(AssertionError, match="not_heard"):
        live(committed, lives=LIVES, steps=STEPS, number=1)
