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
    """Where it stands afterwards, what happened, one of the words above or nothing, and whether an exception did it."""

    place: Place
    happened: str = ""
    excepted: bool = False


def step(
    place: Place,
    qualified: int,
    at: datetime,
    rungs: Rungs,
    *,
    ends: bool = False,
    floor: int = 0,
    told: datetime | None = None,
) -> Step:
    """One evaluation. `qualified` is the rank that the criteria say, `ends` whether a period ends at this moment, and
    `floor` the rank that an exception grants. Where the moment has passed, `told` is when the partner hears of it."""
    rank = max(qualified, floor)
    declined = None if ends or rank != place.declined else place.declined
    place = replace(place, declined=declined, proposed=place.proposed if place.proposed == rank else None)
    if rank > place.held:
        return _above(place, qualified, rungs, ends=ends, floor=floor)
    if rank == place.held:
        return _level(replace(place, proposed=None), excepted=floor > qualified)
    return _below(place, rank, at, rungs, told=told or at, excepted=floor > qualified)


def _level(place: Place, *, excepted: bool = False) -> Step:
    level = replace(place, status=QUALIFIED, below_since=None, grace_until=None)
    return Step(level) if place.status == QUALIFIED else Step(level, RECOVERED, excepted)


def _above(place: Place, qualified: int, rungs: Rungs, *, ends: bool, floor: int) -> Step:
    """An exception counts at once and no further than it was granted; the criteria count when the terms say so."""
    level = _level(place)
    place = level.place
    due = qualified > place.held and (ends or not rungs.promotion_at_end)
    if due and qualified >= floor and not rungs.promotion_asks:
        return Step(Place(qualified), PROMOTED)
    if floor > place.held:
        further = place if qualified > floor else Place(floor)
        return Step(replace(further, held=floor), PROMOTED, excepted=True)
    if not due or qualified in (place.proposed, place.declined):
        return level
    return Step(replace(place, proposed=qualified), PROPOSED)


def _below(place: Place, rank: int, at: datetime, rungs: Rungs, *, told: datetime, excepted: bool) -> Step:
    since = place.below_since or at
    if place.status != IN_GRACE and at - since < rungs.below:
        happened = "" if place.status == AT_RISK else SLIPPED
        return Step(replace(place, status=AT_RISK, below_since=since), happened)
    began = place.grace_until is None
    until = place.grace_until or _grace_ends(told if rungs.grace else at, rungs)
    place = replace(place, status=IN_GRACE, below_since=since, grace_until=until)
    if at < until:
        return Step(place, GRACE_BEGAN if began else "")
    if not rungs.demotion_asks:
        return Step(Place(rank), DEMOTED, excepted)
    if rank in (place.proposed, place.declined):
        return Step(place, GRACE_BEGAN if began else "")
    return Step(replace(place, proposed=rank), PROPOSED, excepted)


def _grace_ends(at: datetime, rungs: Rungs) -> datetime:
    """When the tier is lost: after the grace, and where that waits for it at the end of the period.

    A grace begins when the partner hears of it and not when it was due, so that it is never over before.
    """
    until = at + rungs.grace
    return rungs.next_end(until) if rungs.demotion_at_end else until
