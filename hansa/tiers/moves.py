"""What an evaluation leaves behind: the standings, the tiers that changed hands, their events and their decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import orjson

from hansa.core.actions import ACTIONS, at_once
from hansa.core.actors import Actor
from hansa.core.database import array, tell
from hansa.core.models import Record
from hansa.kernel.ids import new_id
from hansa.partnerships.models import Enrollment
from hansa.programs.models import Tier
from hansa.rulebook.dmn.values import to_json
from hansa.rulebook.in_force import Choice
from hansa.rulebook.models import Decision, DecisionEvidence
from hansa.rulebook.policies import Answer, Rules
from hansa.rulebook.record import decided, fired_of, kept_of, overridden, told_of
from hansa.tiers import ladder
from hansa.tiers.ladder import Rungs, Step
from hansa.tiers.models import TierException, TierStanding

NO_ROW = "No rule fits, and the first tier is everybody's."
BY_EXCEPTION = "By exception. {}"
MOVES = {ladder.AT_RISK: "slip", ladder.IN_GRACE: "begin_grace", ladder.QUALIFIED: "recover"}

KEEP_SQL = """
UPDATE tiers_tierstanding AS standing
SET tier_id = new.tier_id, held = new.held, qualified = new.qualified, status = new.status, since = new.since,
    below_since = new.below_since, grace_until = new.grace_until, proposed_id = new.proposed_id,
    proposed_at = new.proposed_at, declined = new.declined, note = new.note, facts = new.facts,
    version = new.version, closeness = new.closeness, evaluated_at = new.evaluated_at
FROM json_to_recordset(%s::json) AS new (id uuid, tier_id uuid, held smallint, qualified smallint, status text,
     since timestamptz, below_since timestamptz, grace_until timestamptz, proposed_id uuid, proposed_at timestamptz,
     declined smallint, note text, facts jsonb, version text, closeness smallint, evaluated_at timestamptz)
WHERE standing.vendor_id = %s AND standing.id = new.id
"""
STAY_SQL = """
UPDATE tiers_tierstanding SET evaluated_at = %s WHERE vendor_id = %s AND id = ANY(%s::uuid[])
"""
TIERS_SQL = """
UPDATE partnerships_enrollment AS enrollment SET tier_id = new.tier_id
FROM json_to_recordset(%s::json) AS new (id uuid, tier_id uuid)
WHERE enrollment.vendor_id = %s AND enrollment.id = new.id
"""
KEPT = (
    "id",
    "tier_id",
    "held",
    "qualified",
    "status",
    "since",
    "below_since",
    "grace_until",
    "proposed_id",
    "proposed_at",
    "declined",
    "note",
    "facts",
    "version",
    "closeness",
    "evaluated_at",
)


@dataclass(slots=True)
class Round:
    """One evaluation of one program at one moment, of which partners are `told` now. `ends` says that a period ends at
    that moment."""

    actor: Actor
    criteria: Choice
    points: Choice
    rungs: Rungs
    tiers: list[Tier]
    at: datetime
    told: datetime
    ends: bool

    def known(self, pk: UUID | None) -> Tier | None:
        """The tier of the program with this id."""
        return next((tier for tier in self.tiers if tier.pk == pk), None)

    def tier(self, rank: int) -> Tier:
        """The highest tier of the program up to this rank; the first is everybody's."""
        return next((tier for tier in reversed(self.tiers) if tier.rank <= rank), self.tiers[0])


@dataclass(slots=True)
class Moved:
    """One partner after an evaluation, not yet written; `points` are the rules that added up its points, `kept` its
    facts as JSON keeps them, and `exception` is what brought it there, where the criteria did not."""

    round: Round
    rules: Rules
    points: Rules
    standing: TierStanding
    enrollment: Enrollment
    facts: dict[str, Any]
    kept: dict[str, Any]
    qualified: int
    step: Step
    closeness: int
    exception: TierException | None = None
    note: str = ""

    @property
    def changes_tier(self) -> bool:
        return self.step.happened in (ladder.PROMOTED, ladder.DEMOTED)

    def records(self) -> Sequence[Record]:
        """The decision about it with all facts, if something happened; the standing keeps what it says."""
        if not self.step.happened:
            return ()
        decision, *proof = self._decided()
        self.note = decision.note
        return decision, *proof

    def _decided(self) -> tuple[Decision, *tuple[DecisionEvidence, ...]]:
        this, about, place = self.round, self.standing, self.step.place
        if self.exception:
            rank = place.proposed if self.step.happened == ladder.PROPOSED else place.held
            decision = self._unruled(rank, BY_EXCEPTION.format(self.exception.reason))
            decision.made_by = self.exception.granted_by
            return (decision,)
        seen = {"kind": "tier", "happened": self.step.happened, "held": about.held, "qualified": self.qualified}
        points = self.points.evaluate(self.facts)
        try:
            answers = [self.rules.evaluate(self.facts), points]
        except LookupError:
            return self._of_no_row(points, seen)
        return decided(this.actor, about.partnership_id, about.pk, answers, evidence=[seen], at=this.at)

    def _of_no_row(self, points: Answer, seen: dict[str, Any]) -> tuple[Decision, DecisionEvidence]:
        decision = self._unruled(self.qualified, NO_ROW)
        decision.version, decision.facts, decision.answers = self.rules.version, self.kept, [told_of(points)]
        return decision, DecisionEvidence(
            id=new_id(),
            vendor_id=decision.vendor_id,
            decision_id=decision.pk,
            facts=self.kept,
            answers=[kept_of(points, self.kept)],
            evidence=[fired_of(points), seen],
        )

    def _unruled(self, rank: int | None, note: str) -> Decision:
        """A decision that no row of the criteria has made."""
        this, about, policy = self.round, self.standing, self.rules.policy.name
        return overridden(
            this.actor, about.partnership_id, about.pk, policy=policy, outputs={"rank": rank}, note=note, at=this.at
        )

    def apply(self) -> None:
        """Let the standing in memory be what it has become."""
        standing, place, at = self.standing, self.step.place, self.round.at
        if place.status != standing.status:
            TierStanding.LIFECYCLE.apply(standing, MOVES[place.status])
            standing.since = at
        if self.changes_tier:
            standing.tier = self.enrollment.tier = self.round.tier(place.held)
            standing.since = at
        if place.proposed is None:
            standing.proposed = standing.proposed_at = None
        elif standing.proposed is None or standing.proposed.rank != place.proposed:
            standing.proposed, standing.proposed_at = self.round.tier(place.proposed), at
        standing.held, standing.qualified = place.held, self.qualified
        standing.below_since, standing.grace_until = place.below_since, place.grace_until
        standing.declined, standing.closeness, standing.evaluated_at = place.declined, self.closeness, at
        standing.facts, standing.version = self.kept, self.rules.version
        if self.step.happened:
            standing.note = self.note


ACTS = {
    ladder.PROMOTED: "tier.promote",
    ladder.DEMOTED: "tier.demote",
    ladder.SLIPPED: "tier.slip",
    ladder.GRACE_BEGAN: "tier.begin_grace",
    ladder.RECOVERED: "tier.recover",
    ladder.PROPOSED: "tier.propose",
}
"""The action of `actions.py` by which each move is announced, by what happened."""


def tell_all(actor: Actor, moved: Sequence[Moved]) -> None:
    """Apply every move, and leave an event of each that something happened to."""
    for each in moved:
        if not each.step.happened:
            each.apply()
    for happened, act in ACTS.items():
        here = [each for each in moved if each.step.happened == happened]
        if here:
            at_once(ACTIONS[act], actor, [each.standing for each in here], partial(_apply_all, here))


def keep(moved: Sequence[Moved]) -> None:
    """Write the standings as they have become, and the tiers that changed hands."""
    if not moved:
        return
    vendor = moved[0].standing.vendor_id
    rows = [{name: getattr(each.standing, name) for name in KEPT} for each in moved]
    tell(KEEP_SQL, [orjson.dumps(rows).decode(), vendor])
    won = [{"id": each.enrollment.pk, "tier_id": each.enrollment.tier_id} for each in moved if each.changes_tier]
    if won:
        tell(TIERS_SQL, [orjson.dumps(won).decode(), vendor])


def stay(standings: Sequence[TierStanding], at: datetime) -> None:
    """Write that these were looked at, and that all is as it was."""
    if standings:
        tell(STAY_SQL, [at, standings[0].vendor_id, array(one.pk for one in standings)])


def _apply_all(moved: Sequence[Moved], _standings: Sequence[Any]) -> None:
    for each in moved:
        each.apply()


def as_json(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts as a standing keeps them."""
    return {name: to_json(value) for name, value in facts.items()}
