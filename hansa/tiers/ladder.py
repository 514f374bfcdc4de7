"""How a standing moves: up, down, and what lies between. Plain arithmetic over times, without the database."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

QUALIFIED, AT_RISK, IN_GRACE = "qualified", "at_risk", "in_grace"

SLIPPED, GRACE_BEGAN, RECOVERED = "slipped", "grace_began", "recovered"
PROMOTED, DEMOTED, PROPOSED = "promoted", "demoted", "proposed"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a partner stands. `held` is its tier's rank, 0 without one; `proposed` waits for somebody's word.

    `declined` is the rank to which somebody said no: it is not proposed again before another one is due, or the period
    ends.
    """

    held: int
    status: str = QUALIFIED
    below_since: datetime | None = None
    grace_until: datetime | None = None
    proposed: int | None = None
    declined: int | None = None


@dataclass(frozen=True, slots=True)
class Rungs:
    """The terms: `at_end` says that a change waits for the end of a period, `asks` that it waits for somebody's word.

    `next_end` gives the first end of a period at or after a moment.
    """

    promotion_at_end: bool
    demotion_at_end: bool
    promotion_asks: bool
    demotion_asks: bool
    below: timedelta
    grace: timedelta
    next_end: Callable[[datetime], datetime]


@dataclass(frozen=True, slots=True)
class Step:
    """Where it stands afterwards, and what happened: one of the words above, or nothing."""

    place: Place
    happened: str = ""


def step(place: Place, qualified: int, at: datetime, rungs: Rungs, *, ends: bool = False, floor: int = 0) -> Step:
    """One evaluation. `qualified` is the rank that the criteria say, `ends` whether a period ends at this moment, and
    `floor` the rank that an exception grants."""
    rank = max(qualified, floor)
    declined = None if ends or rank != place.declined else place.declined
    place = replace(place, declined=declined, proposed=place.proposed if place.proposed == rank else None)
    if rank > place.held:
        return _above(place, rank, rungs, ends=ends, granted=floor > place.held)
    if rank == place.held:
        return _level(replace(place, proposed=None))
    return _below(place, rank, at, rungs)


def _level(place: Place) -> Step:
    happened = "" if place.status == QUALIFIED else RECOVERED
    return Step(replace(place, status=QUALIFIED, below_since=None, grace_until=None), happened)


def _above(place: Place, rank: int, rungs: Rungs, *, ends: bool, granted: bool) -> Step:
    level = _level(place)
    place = level.place
    if granted or not rungs.promotion_asks:
        if granted or ends or not rungs.promotion_at_end:
            return Step(Place(rank), PROMOTED)
        return level
    if rank in (place.proposed, place.declined) or (rungs.promotion_at_end and not ends):
        return level
    return Step(replace(place, proposed=rank), PROPOSED)


def _below(place: Place, rank: int, at: datetime, rungs: Rungs) -> Step:
    since = place.below_since or at
    if place.status != IN_GRACE and at - since < rungs.below:
        happened = "" if place.status == AT_RISK else SLIPPED
        return Step(replace(place, status=AT_RISK, below_since=since), happened)
    began = place.grace_until is None
    until = place.grace_until or _grace_ends(at, rungs)
    place = replace(place, status=IN_GRACE, below_since=since, grace_until=until)
    if at < until:
        return Step(place, GRACE_BEGAN if began else "")
    if not rungs.demotion_asks:
        return Step(Place(rank), DEMOTED)
    if rank in (place.proposed, place.declined):
        return Step(place, GRACE_BEGAN if began else "")
    return Step(replace(place, proposed=rank), PROPOSED)


def _grace_ends(at: datetime, rungs: Rungs) -> datetime:
    """When the tier is lost: after the grace, and where that waits for it at the end of the period."""
    until = at + rungs.grace
    return rungs.next_end(until) if rungs.demotion_at_end else until
