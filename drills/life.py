"""Thousands of lives of registrations against a plain model of them, with time moving; each process in its own time."""

from collections import Counter
from functools import cache, partial

from drills.installation import fail, own_database, processes
from hansa.testing.cast import Cast, build_cast
from hansa.testing.life import RARE, TURNS, forgetting_the_time, forgetting_who_was_heard, live

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
    wanted = TURNS if size == "large" else TURNS - RARE
    if done < lives * steps / 2 or not taken.keys() >= wanted:
        fail("hardly anything happened", *(f"never: {turn}" for turn in wanted - taken.keys()))
    _broken_rules(steps)


def _lives(steps: int, seed: int) -> Counter[str]:
    return live(_cast(), lives=SHARE, steps=steps, number=seed)


@cache
def _cast() -> Cast:
    """The cast of a database that is this process's alone, because its clock is moved."""
    own_database()
    return build_cast()


def _broken_rules(steps: int) -> None:
    """The negative controls: what goes wrong under a broken rule must be seen."""
    broken = {
        "not_extendable": (forgetting_the_time, "a protection that was extended after its end is not noticed"),
        "not_heard": (forgetting_who_was_heard, "a protection that moved from a side unheard is not noticed"),
    }
    for expected, (rule, unnoticed) in broken.items():
        with rule():
            try:
                _lives(steps, SEED)
            except AssertionError as seen:
                if expected in str(seen):
                    continue
        fail(unnoticed)
