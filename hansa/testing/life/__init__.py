"""The life of registrations against a plain model of it, with time moving.

`model.py` knows nothing of the code: claims in a list, and a few sentences about what each step must bring about.
`claims.py`, `terms.py` and `contests.py` are the steps; a further kind of step is a further part of `Life`.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from hansa.testing.cast import Cast
from hansa.testing.life.contests import ContestSteps
from hansa.testing.life.machine import set_terms
from hansa.testing.life.terms import TermSteps

# What lives must have brought about, to have shown anything.
TURNS = frozenset(
    {
        "registered approved",
        "registered under_review",
        "registered duplicate",
        "register: cooling_off",
        "approve",
        "reject",
        "ask",
        "answer",
        "withdraw",
        "cancel",
        "lose",
        "win",
        "expire",
        "ask for time",
        "grant time",
        "give time",
        "give time: after the end",
        "announce end",
        "amend",
        "give lines",
        "hand over",
        "dispute",
        "hear",
        "answer a hearing",
        "decide: still_asked",
        "decide: not_heard",
        "decided granted",
        "decided upheld",
        "moved from a rival",
        "moved back",
        "appeal",
        "withdraw a dispute",
        "close a dispute",
    }
)


# What a hundred short lives need not bring about.
RARE = frozenset(
    {
        "answer",
        "cancel",
        "lose",
        "give time: after the end",
        "grant time",
        "decide: still_asked",
        "moved back",
        "close a dispute",
        "withdraw a dispute",
    }
)


class Life(ContestSteps, TermSteps):
    """Every step that a person or the time can take."""


def live(cast: Cast, *, lives: int, steps: int, number: int) -> Counter[str]:
    """Live so many lives of so many steps, by seed; raises AssertionError at the first step that is not the model's.

    The cast is committed, and its database nobody else's: the lives move its clock. What they do is undone. Returns
    how many `steps` were taken, how often each of them brought something about (`win`), and how often it was refused
    (`win: not_approved`).
    """
    taken: Counter[str] = Counter()
    set_terms(cast)
    run_state_machine_as_test(
        seed(number)(lambda: Life(cast, taken)),  # type: ignore[arg-type]
        settings=settings(
            max_examples=lives,
            stateful_step_count=steps,
            database=None,
            deadline=None,
            phases=[Phase.generate],  # a failure shows its steps as they were: finding fewer takes minutes
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return taken


@contextmanager
def forgetting_the_time() -> Iterator[None]:
    """A broken rule, which lives must find: a protection can be extended after its end."""
    extensions = import_module("hansa.deals.actions.extend_deal")
    with patch.object(extensions, "is_in_force", lambda deal, at: (deal.status, deal.outcome) == ("approved", "open")):
        yield


@contextmanager
def forgetting_who_was_heard() -> Iterator[None]:
    """Another broken rule: a protection can move from a side that nobody has asked."""
    deciding = import_module("hansa.disputes.actions.decide_dispute")
    with patch.object(deciding, "_check_heard", lambda dispute, hearings: None):
        yield
