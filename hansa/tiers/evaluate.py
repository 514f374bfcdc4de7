"""From facts to standings, for all partners of a program or some of them: read, decided, moved and kept at once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from django.db.models import QuerySet

from hansa.core.actors import Actor, System
from hansa.core.database import ask_together, tell
from hansa.core.inserts import insert
from hansa.core.tenancy import acting, moment
from hansa.kernel.ids import new_id
from hansa.partnerships.models import Enrollment
from hansa.programs.models import Tier
from hansa.rulebook import scope
from hansa.rulebook.in_force import choice_in, running_query
from hansa.tiers import ladder
from hansa.tiers.criteria import rank_of, ways_above
from hansa.tiers.facts import POINTS_FACT
from hansa.tiers.gathering import Asked, asking, facts_of
from hansa.tiers.ladder import Place, Rungs, Step
from hansa.tiers.models import EVALUATED, TierException, TierStanding, TierTerms, When
from hansa.tiers.moves import Moved, Round, as_json, keep, stay, tell_all
from hansa.tiers.periods import INSTANT, ends_between, next_end
from hansa.tiers.points import points_of, within_reach
from hansa.tiers.rules import CRITERIA, POINTS

BY_CRITERIA = "the tier criteria"
EVALUATE_ALL = "evaluate_tiers"
"""The job that evaluates all partners of a vendor, by its `vendor_id`."""
FEW = 100
"""Up to so many partners are asked for by their ids; more are read with all others of the program."""
# Another evaluation may be making the same ones; whoever comes second takes those of the first.
BEGIN_SQL = """
INSERT INTO tiers_tierstanding (id, vendor_id, partnership_id, enrollment_id, tier_id, held, qualified, status, since,
                                facts, version, closeness)
SELECT new.id, place.vendor_id, place.partnership_id, place.id, place.tier_id, coalesce(tier.rank, 0), 0, 'qualified',
       %s, '{}', '', 0
FROM json_to_recordset(%s::json) AS new (id uuid, place uuid)
JOIN partnerships_enrollment place ON place.vendor_id = %s AND place.id = new.place
LEFT JOIN programs_tier tier ON tier.vendor_id = place.vendor_id AND tier.id = place.tier_id
ON CONFLICT (vendor_id, enrollment_id) DO NOTHING
"""


def look_again(vendor_id: UUID, partners: Sequence[UUID]) -> None:
    """Evaluate these partners anew, because something about them has changed; where tiers are set by hand, nothing."""
    for terms in TierTerms.objects.filter(vendor_id=vendor_id, running=True):
        evaluate(System(BY_CRITERIA, vendor_id), terms, partners)


def evaluate(actor: Actor, terms: TierTerms, partners: Sequence[UUID] | None = None) -> int:
    """Bring the standings of a program's partners up to date, or of these alone; returns how many were looked at.

    Where the ends of periods have passed since they were evaluated last, they are first judged as of each of those.
    """
    with acting(actor):
        now = moment()
        standings, enrollments = _held(terms, partners, now)
        tiers = list(Tier.objects.filter(vendor_id=terms.vendor_id, program=terms.program_id).order_by("rank"))
        if not tiers or not standings:
            return len(standings)
        asked = asking(terms, now)
        rungs = rungs_of(terms, asked.zone)

        def judge(here: Sequence[TierStanding], at: datetime, until: datetime) -> None:
            found = ask_together(*(running_query(policy, terms.vendor_id, until) for policy in (CRITERIA, POINTS)))
            criteria, points = map(choice_in, (CRITERIA, POINTS), found)
            this = Round(actor, criteria, points, rungs, tiers, at, told=now, ends=until < at)
            _one_round(this, replace(asked, at=until), here, enrollments)

        oldest = min((one.evaluated_at for one in standings if one.evaluated_at), default=now)
        for end in ends_between(terms.cycle, oldest, now, asked.zone):
            judge([one for one in standings if one.evaluated_at and one.evaluated_at < end], end, end - INSTANT)
        judge(standings, now, now)
    return len(standings)


def rungs_of(terms: TierTerms, zone: ZoneInfo) -> Rungs:
    """The program's terms, as the ladder asks for them."""
    return Rungs(
        terms.promotion == When.PERIOD_END,
        terms.demotion == When.PERIOD_END,
        terms.approve_promotion,
        terms.approve_demotion,
        timedelta(days=terms.days_below),
        timedelta(days=terms.grace_days),
        lambda at: next_end(terms.cycle, at, zone),
    )


def _held(
    terms: TierTerms, partners: Sequence[UUID] | None, now: datetime
) -> tuple[list[TierStanding], dict[UUID, Enrollment]]:
    """The standings of these and their places in the program, held until the transaction ends.

    Standings that there were none of are made, and those of partners who are not evaluated any more forgotten. Places
    are read under the lock of the standings: who waited there for another evaluation must know the tiers that it gave.
    """
    places = Enrollment.objects.filter(EVALUATED, vendor_id=terms.vendor_id, program_id=terms.program_id)
    rows = TierStanding.objects.filter(vendor_id=terms.vendor_id, enrollment__program=terms.program_id)
    if partners is not None:
        places, rows = places.filter(partnership__in=partners), rows.filter(partnership__in=partners)
    known = set(rows.values_list("enrollment_id", flat=True))
    if new := [{"id": new_id(), "place": pk} for pk in places.values_list("pk", flat=True) if pk not in known]:
        tell(BEGIN_SQL, [now, orjson.dumps(new).decode(), terms.vendor_id])
    held = list(rows.select_for_update(no_key=True, of=("self",)).order_by("id"))
    locked = places.select_related("partnership").select_for_update(no_key=True, of=("self",)).order_by("id")
    enrollments = {row.pk: row for row in locked}
    gone = [row.pk for row in held if row.evaluated_at and row.enrollment_id not in enrollments]
    if gone:
        forget(TierStanding.objects.filter(vendor_id=terms.vendor_id, pk__in=gone))
    return [row for row in held if row.enrollment_id in enrollments], enrollments


def forget(standings: QuerySet[TierStanding]) -> None:
    """Let them be not evaluated: nothing waits for somebody's word there, and who is evaluated again begins anew."""
    standings.update(evaluated_at=None, proposed=None, proposed_at=None)


def _one_round(
    this: Round, asked: Asked, standings: Sequence[TierStanding], enrollments: Mapping[UUID, Enrollment]
) -> None:
    """Evaluate them as of one moment; at the end of a period by what was true until then."""
    here = [enrollments[one.enrollment_id] for one in standings]
    partners = [one.partnership_id for one in here] if len(here) <= FEW else None
    facts = facts_of(replace(asked, partners=partners), here)
    exceptions = _exceptions(asked.terms, asked.at)
    moved, stayed = [], []
    for standing in standings:
        enrollment = enrollments[standing.enrollment_id]
        known, exception = facts[enrollment.partnership_id], exceptions.get(enrollment.pk)
        if judged := _judge(this, standing, enrollment, known, exception):
            moved.append(judged)
        else:
            stayed.append(standing)
    insert(*(row for each in moved for row in each.records()))
    tell_all(this.actor, moved)
    keep(moved)
    stay(stayed, this.at)


def _judge(
    this: Round,
    standing: TierStanding,
    enrollment: Enrollment,
    facts: dict[str, Any],
    exception: TierException | None,
) -> Moved | None:
    """Where one partner stands now, and what happened on the way there; None where all is as it was."""
    reached = scope.Place.of(enrollment)
    rules, points = this.criteria.rules(reached), this.points.rules(reached)
    facts[POINTS_FACT] = points_of(points, facts)
    kept = as_json(facts)
    qualified = this.tier(rank_of(rules, facts)).rank
    now = kept, rules.version, qualified, enrollment.tier_id
    as_before = now == (standing.facts, standing.version, standing.qualified, standing.tier_id)
    tier, proposed = this.known(enrollment.tier_id), this.known(standing.proposed_id)
    held = tier.rank if tier else 0
    goes_on = held == standing.held and standing.evaluated_at is not None
    if goes_on:
        asked = proposed.rank if proposed else None
        place = Place(held, standing.status, standing.below_since, standing.grace_until, asked, standing.declined)
    else:  # somebody set another tier by hand, or it begins anew: what was counted does not count any more
        place = Place(held)
    floor = exception.tier.rank if exception else 0
    step = ladder.step(place, qualified, this.at, this.rungs, ends=this.ends, floor=floor, told=this.told)
    if as_before and goes_on and step == Step(place):
        return None
    standing.tier, standing.proposed, enrollment.tier = tier, proposed, tier
    ranks, reach = [one.rank for one in this.tiers], within_reach(points, facts) if POINTS_FACT in rules.asked else 0
    ways = ways_above(rules, facts, max(step.place.held, qualified), ranks, reach=reach)
    closeness = ways[0].percent if ways else 0
    granted = exception if step.excepted else None
    return Moved(this, rules, points, standing, enrollment, facts, kept, qualified, step, closeness, granted)


def _exceptions(terms: TierTerms, at: datetime) -> dict[UUID, TierException]:
    """The exception that counts at this moment, the one for the highest tier, by the enrollment's id."""
    running = TierException.objects.filter(
        vendor_id=terms.vendor_id, enrollment__program=terms.program_id, granted_at__lte=at, until__gt=at
    ).exclude(ended_at__lte=at)
    return {one.enrollment_id: one for one in running.select_related("tier").order_by("tier__rank", "until")}
