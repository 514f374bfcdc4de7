"""From facts to standings, for all partners of a program or some of them: read, decided, moved and kept at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from hansa.core.actors import Actor, System
from hansa.core.database import ask_together, tell
from hansa.core.inserts import insert
from hansa.core.tenancy import acting, moment
from hansa.kernel.ids import new_id
from hansa.partnerships.models import Enrollment, Partnership
from hansa.programs.models import Tier
from hansa.programs.review_terms import calendar_of
from hansa.rulebook import scope
from hansa.rulebook.in_force import choice_in, running_query
from hansa.tiers import ladder
from hansa.tiers.criteria import rank_of, ways_above
from hansa.tiers.gathering import asking, facts_of
from hansa.tiers.ladder import Place, Rungs, Step
from hansa.tiers.models import TierException, TierStanding, TierTerms, When
from hansa.tiers.moves import Moved, Round, as_json, keep, stay, tell_all
from hansa.tiers.periods import ends_between, next_end
from hansa.tiers.rules import CRITERIA

BY_CRITERIA = "the tier criteria"
EVALUATE_ALL = "evaluate_tiers"
"""The job that evaluates all partners of a vendor, by its `vendor_id`."""
INSTANT = timedelta(microseconds=1)
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
EVALUATED = (Enrollment.Status.ACTIVE, Enrollment.Status.ON_NOTICE)


def look_again(vendor_id: UUID, partners: Sequence[UUID]) -> None:
    """Evaluate these partners anew, because something about them has changed; where tiers are set by hand, nothing."""
    for terms in TierTerms.objects.filter(vendor_id=vendor_id, running=True):
        evaluate(System(BY_CRITERIA, vendor_id), terms, partners)


def evaluate(actor: Actor, terms: TierTerms, partners: Sequence[UUID] | None = None) -> int:
    """Bring the standings of a program's partners up to date, or of these alone; returns how many were looked at.

    Where the ends of periods have passed since they were evaluated last, they are first judged as of those.
    """
    with acting(actor):
        now = moment()
        enrollments = _enrollments(terms, partners)
        standings = _locked(terms, enrollments, now)
        zone = calendar_of(terms.vendor_id).zone
        oldest = min((one.evaluated_at for one in standings if one.evaluated_at), default=now)
        for end in ends_between(terms.cycle, oldest, now, zone):
            passed = [one for one in standings if one.evaluated_at and one.evaluated_at < end]
            _one_round(actor, terms, enrollments, passed, end, ends=True)
        _one_round(actor, terms, enrollments, standings, now, ends=False)
    return len(standings)


def rungs_of(terms: TierTerms) -> Rungs:
    """The program's terms, as the ladder asks for them."""
    zone = calendar_of(terms.vendor_id).zone
    return Rungs(
        terms.promotion == When.PERIOD_END,
        terms.demotion == When.PERIOD_END,
        terms.approve_promotion,
        terms.approve_demotion,
        timedelta(days=terms.days_below),
        timedelta(days=terms.grace_days),
        lambda at: next_end(terms.cycle, at, zone),
    )


def _enrollments(terms: TierTerms, partners: Sequence[UUID] | None) -> dict[UUID, Enrollment]:
    rows = Enrollment.objects.filter(
        vendor_id=terms.vendor_id,
        program_id=terms.program_id,
        status__in=EVALUATED,
        partnership__status=Partnership.Status.ACTIVE,
    )
    if partners is not None:
        rows = rows.filter(partnership__in=partners)
    return {row.pk: row for row in rows.select_related("partnership").order_by("id")}


def _locked(terms: TierTerms, enrollments: Mapping[UUID, Enrollment], now: datetime) -> list[TierStanding]:
    """The standings of these, held until the transaction ends; those that there were none of are made."""
    rows = TierStanding.objects.filter(vendor_id=terms.vendor_id, enrollment__program=terms.program_id)
    if len(enrollments) <= 100:
        rows = rows.filter(enrollment__in=list(enrollments))
    known = set(rows.values_list("enrollment_id", flat=True))
    if new := [{"id": new_id(), "place": place} for place in enrollments if place not in known]:
        tell(BEGIN_SQL, [now, orjson.dumps(new).decode(), terms.vendor_id])
    locked = rows.select_for_update(no_key=True, of=("self",)).order_by("id")
    return [row for row in locked if row.enrollment_id in enrollments]


def _one_round(
    actor: Actor,
    terms: TierTerms,
    enrollments: Mapping[UUID, Enrollment],
    standings: Sequence[TierStanding],
    at: datetime,
    *,
    ends: bool,
) -> None:
    """Evaluate them as of one moment; at the end of a period by what was true until then."""
    tiers = list(Tier.objects.filter(vendor_id=terms.vendor_id, program=terms.program_id).order_by("rank"))
    if not tiers or not standings:
        return
    until = at - INSTANT if ends else at
    [running] = ask_together(running_query(CRITERIA, terms.vendor_id, until))
    this = Round(actor, choice_in(CRITERIA, running), rungs_of(terms), tiers, at, ends)
    here = [enrollments[one.enrollment_id] for one in standings]
    partners = [one.partnership_id for one in here] if len(here) <= 100 else None
    facts = facts_of(asking(terms, until, partners), here)
    floors = _floors(terms, at)
    moved, stayed = [], []
    for standing in standings:
        enrollment = enrollments[standing.enrollment_id]
        known, floor = facts[enrollment.partnership_id], floors.get(enrollment.pk, 0)
        if judged := _judge(this, standing, enrollment, known, floor):
            moved.append(judged)
        else:
            stayed.append(standing)
    insert(*(row for each in moved for row in each.records()))
    tell_all(actor, moved)
    keep(moved)
    stay(stayed, at)


def _judge(
    this: Round, standing: TierStanding, enrollment: Enrollment, facts: dict[str, Any], floor: int
) -> Moved | None:
    """Where one partner stands now, and what happened on the way there; None where all is as it was."""
    rules = this.criteria.rules(scope.Place.of(enrollment))
    kept = as_json(facts)
    qualified = this.tier(rank_of(rules, facts)).rank
    now = kept, rules.version, qualified, enrollment.tier_id
    as_before = now == (standing.facts, standing.version, standing.qualified, standing.tier_id)
    tier, proposed = this.known(enrollment.tier_id), this.known(standing.proposed_id)
    held = tier.rank if tier else 0
    if held == standing.held:
        asked = proposed.rank if proposed else None
        place = Place(held, standing.status, standing.below_since, standing.grace_until, asked, standing.declined)
    else:  # somebody set another tier by hand: what was counted was about the former one
        place = Place(held)
    step = ladder.step(place, qualified, this.at, this.rungs, ends=this.ends, floor=floor)
    if as_before and held == standing.held and step == Step(place):
        return None
    standing.tier, standing.proposed, enrollment.tier = tier, proposed, tier
    ways = ways_above(rules, facts, max(step.place.held, qualified))
    closeness = ways[0].percent if ways else 0
    return Moved(this, rules, standing, enrollment, facts, kept, qualified, step, closeness)


def _floors(terms: TierTerms, at: datetime) -> dict[UUID, int]:
    """The ranks that exceptions grant at this moment, by the enrollment's id."""
    running = TierException.objects.filter(
        vendor_id=terms.vendor_id, enrollment__program=terms.program_id, granted_at__lte=at, until__gt=at
    ).exclude(ended_at__lte=at)
    floors: dict[UUID, int] = {}
    for enrollment, rank in running.values_list("enrollment_id", "tier__rank"):
        floors[enrollment] = max(rank, floors.get(enrollment, 0))
    return floors
