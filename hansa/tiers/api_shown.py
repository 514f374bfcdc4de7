"""Standings, exceptions, numbers and terms in the shape of the API."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from hansa.kernel.ids import public_id
from hansa.partnerships.models import Partnership
from hansa.rulebook.dmn.values import to_json
from hansa.rulebook.policies import Rules
from hansa.tiers.benefits import benefits_of, promised_to
from hansa.tiers.criteria import Criterion, Way
from hansa.tiers.facts import FACTS, POINTS_FACT
from hansa.tiers.gathering import period_of
from hansa.tiers.models import EnteredFact, TierException, TierStanding, TierTerms
from hansa.tiers.points import Weight
from hansa.tiers.shown import Board


def show_standing(one: TierStanding) -> dict[str, Any]:
    return {
        "id": one.public_id,
        "partner": public_id(Partnership.id_prefix, one.partnership_id),
        "program": one.enrollment.program.public_id,
        "tier": one.tier.name if one.tier else None,
        "held": one.held,
        "qualified": one.qualified,
        "standing": one.status,
        "since": one.since,
        "below_since": one.below_since,
        "grace_until": one.grace_until,
        "proposed_tier": one.proposed.name if one.proposed else None,
        "closeness": one.closeness,
        "evaluated_at": one.evaluated_at,
    }


def show_in_full(one: TierStanding, board: Board) -> dict[str, Any]:
    """`StandingInFull`. Inside `acting`."""
    rules, types, above = promised_to(board.enrollment), board.enrollment.partner_types, board.next
    return {
        **show_standing(one),
        "facts": {name: _text(value) for name, value in board.facts.items()},
        "policy_version": one.version,
        "up": [show_way(way) for way in board.ways_up()],
        "back": [show_way(way) for way in board.ways_back()],
        "points": show_points(board.facts[POINTS_FACT], board.points, board.weights()),
        "benefits": _texts(benefits_of(rules, board.held, types)),
        "benefits_next": _texts(benefits_of(rules, above.rank, types)) if above else None,
    }


def show_way(way: Way) -> dict[str, Any]:
    return {
        "rank": way.rank,
        "note": way.note,
        "percent": way.percent,
        "criteria": [_criterion(one) for one in way.criteria],
    }


def show_points(total: int, rules: Rules, weights: Sequence[Weight]) -> dict[str, Any]:
    """`PointsShown`."""
    rows = [
        {
            "points": weight.points,
            "note": weight.note,
            "counts": weight.counts,
            "open": weight.open,
            "criteria": [_criterion(one) for one in weight.criteria],
        }
        for weight in weights
    ]
    return {"total": total, "policy_version": rules.version, "rows": rows}


def show_exception(one: TierException) -> dict[str, Any]:
    [shown] = show_exceptions([one])
    return shown


def show_exceptions(rows: Sequence[TierException]) -> list[dict[str, Any]]:
    standings = TierStanding.objects.filter(
        vendor_id__in={one.vendor_id for one in rows}, enrollment__in={one.enrollment_id for one in rows}
    )
    known = dict(standings.values_list("enrollment_id", "pk"))
    return [_exception(one, known.get(one.enrollment_id)) for one in rows]


def _exception(one: TierException, standing: UUID | None) -> dict[str, Any]:
    return {
        "id": one.public_id,
        "standing": public_id(TierStanding.id_prefix, standing) if standing else None,
        "partner": public_id(Partnership.id_prefix, one.partnership_id),
        "tier": one.tier.name,
        "until": one.until,
        "reason": one.reason,
        "granted_by": one.granted_by,
        "granted_at": one.granted_at,
        "ended_at": one.ended_at,
    }


def show_fact(one: EnteredFact) -> dict[str, Any]:
    return {
        "id": one.public_id,
        "partner": public_id(Partnership.id_prefix, one.partnership_id),
        "fact": one.fact,
        "value": format(one.value, ".2f"),
        "dated": one.dated,
        "entered_by": one.entered_by,
        "entered_at": one.entered_at,
    }


def show_terms(terms: TierTerms) -> dict[str, Any]:
    """`TierTermsShown`; the id is the program's."""
    said = {name: value for name, value in terms.snapshot().items() if name not in ("periods", "custom")}
    periods = {fact.name: period_of(terms, fact.name, fact.period) for fact in FACTS}
    return {"id": terms.program.public_id, **said, "periods": periods, "custom": terms.custom}


def _criterion(one: Criterion) -> dict[str, Any]:
    return {
        "fact": one.fact,
        "label": one.label,
        "has": None if one.has is None else str(to_json(one.has)),
        "least": None if one.least is None else str(to_json(one.least)),
        "missing": None if one.missing is None else str(to_json(one.missing)),
        "met": one.met,
    }


def _text(value: Any) -> str | bool | None:
    return value if isinstance(value, bool) or value is None else str(to_json(value))


def _texts(values: dict[str, Any]) -> dict[str, str | bool | None]:
    return {name: _text(value) for name, value in values.items()}
