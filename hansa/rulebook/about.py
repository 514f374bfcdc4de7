"""What decisions are about: each room names its own records in its `decided.py`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hansa.core.actors import Actor
from hansa.kernel.ids import public_id
from hansa.rulebook.models import Decision


@dataclass(frozen=True, slots=True)
class About:
    """What a decision is about, in a few words, and its `path` within the workspace, e.g. `deals/deal_…/`.

    `cards` are what the rooms above say beside it, each with title, text, path and label: a way to dispute it, say.
    """

    title: str
    path: str
    cards: Sequence[Any] = ()


Find = Callable[[Actor, Decision, datetime], About | None]

_KNOWN: dict[str, tuple[str, str, Find]] = {}


def decides_about(policy: str, title: str, prefix: str = "") -> Callable[[Find], Find]:
    """Let this find, inside `acting`, what decisions by a policy are about.

    `title` says what the policy decides, where it has no table that says so; `prefix` is that of the subjects' ids.
    """

    def declare(find: Find) -> Find:
        _KNOWN[policy] = title, prefix, find
        return find

    return declare


def about(actor: Actor, decision: Decision, now: datetime) -> About | None:
    """What the decision is about, if this room's records still say so."""
    known = _KNOWN.get(decision.policy)
    return known[2](actor, decision, now) if known else None


def titled(policy: str) -> str:
    """What the policy decides."""
    known = _KNOWN.get(policy)
    return known[0] if known else "A decision"


def subject_of(decision: Decision) -> str | None:
    """The public id of what is decided about, where decisions by this policy are about one kind of thing."""
    prefix = _KNOWN[decision.policy][1] if decision.policy in _KNOWN else ""
    return public_id(prefix, decision.subject_id) if prefix else None
