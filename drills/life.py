"""Thousands of lives of registrations against a plain model of them, with time moving; each process in its own time."""

from collections import Counter
from functools import cache, partial

from drills.installation import fail, own_database, processes
from hansa.testing.cast import Cast, build_cast
from hansa.testing.life import TURNS, forgetting_the_time, live

SIZES = {"ci": (100, 60), "large": (5_000, 60)}
SEED = 20261126
SHARE = 50  # lives of one seed


def run(size: str) -> None:
    """The lives, by seed. Raises AssertionError with the steps of the first life that is not as the model says."""
    lives, steps = SIZES[size]
    taken: Counter[str] = Counter()
    print(f"   seeds from {SEED}, {lives} lives of {steps} steps", flush=True)
    with processes() as pool:
        for share in pool.map(partial(_lives, steps), range(SEED, SEED + lives // SHARE)):
            taken += share
    done = taken.pop("steps")
    print(f"   {done} steps: {dict(sorted(taken.items()))}")
    if done < lives * steps / 2 or not taken.keys() >= TURNS:
        fail("hardly anything happened", *(f"never: {turn}" for turn in TURNS - taken.keys()))
    _broken_rule(steps)


def _lives(steps: int, seed: int) -> Counter[str]:
    return live(_cast(), lives=SHARE, steps=steps, number=seed)


@cache
def _cast() -> Cast:
    """The cast of a database that is this process's alone, because its clock is moved."""
    own_database()
    return build_cast()


def _broken_rule(steps: int) -> None:
    """The negative control: that a protection can be extended after its end must be seen."""
    with forgetting_the_time():
        try:
            _lives(steps, SEED)
        except AssertionError as seen:
            if "not_extendable" in str(seen):
                return
    fail("a protection that was extended after its end is not noticed")
