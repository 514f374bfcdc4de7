"""One partner's tier as its page shows it, on either side; and what another number would make of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from hansa.accounts.models import Vendor
from hansa.core.actors import Actor
from hansa.core.models import Event
from hansa.core.tenancy import moment
from hansa.partnerships.models import Enrollment
from hansa.programs.models import Tier
from hansa.programs.review_terms import calendar_of
from hansa.rulebook.dmn.syntax import names_in
from hansa.rulebook.dmn.values import BadValue, Kind, from_json
from hansa.rulebook.in_force import rules_for
from hansa.rulebook.policies import Rules
from hansa.rulebook.scope import Place
from hansa.tiers.actions import terms_of
from hansa.tiers.benefits import benefits_of, promised_to, show_benefits
from hansa.tiers.criteria import Way, rank_of, ways_above, ways_to
from hansa.tiers.facts import BY_NAME, POINTS_FACT
from hansa.tiers.models import TierException, TierStanding, TierTerms
from hansa.tiers.periods import last_day
from hansa.tiers.points import Weight, points_of, weights_of, within_reach
from hansa.tiers.rules import CRITERIA, POINTS
from hansa.tiers.words import HAPPENED, WORDS, ShownWay, ShownWeight, Words, happened

EVENTS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Board:
    """Where one partner stands, and what the criteria say of it, and the table of `points` beside them.

    `standing` is None before the first evaluation.
    """

    terms: TierTerms
    rules: Rules
    points: Rules
    tiers: list[Tier]
    enrollment: Enrollment
    standing: TierStanding | None
    facts: dict[str, Any]
    words: Words

    @property
    def evaluated(self) -> bool:
        """Whether its tier is evaluated at present."""
        return self.terms.running and self.standing is not None and self.standing.evaluated_at is not None

    @property
    def held(self) -> int:
        return self.enrollment.tier.rank if self.enrollment.tier else 0

    @property
    def next(self) -> Tier | None:
        """The tier above the one that is held."""
        return next((tier for tier in self.tiers if tier.rank > self.held), None)

    def tier(self, rank: int) -> Tier | None:
        """The highest tier up to this rank; the first is everybody's."""
        return next((tier for tier in reversed(self.tiers) if tier.rank <= rank), next(iter(self.tiers), None))

    def ways_up(self) -> list[Way]:
        """What leads to the next tier, the nearest way first; no way that leads further up."""
        ways = self.ways_above(self.facts, self.held)
        return [way for way in ways if way.rank == ways[0].rank]

    def ways_above(self, facts: Mapping[str, Any], rank: int) -> list[Way]:
        """What leads to the program's tiers above a rank."""
        ranks, reach = [tier.rank for tier in self.tiers], within_reach(self.points, facts)
        return ways_above(self.rules, facts, rank, ranks, reach=reach)

    def ways_back(self) -> list[Way]:
        """What keeps the tier that is held, where its criteria are not met; the nearest first."""
        if not (self.standing and self.evaluated) or self.standing.qualified >= self.held:
            return []
        return ways_to(self.rules, self.facts, self.held)

    @property
    def by_points(self) -> bool:
        """Whether the criteria ask for points."""
        return POINTS_FACT in self.rules.asked

    def weights(self) -> list[Weight]:
        """The rows that bring points, with what each asks of the partner."""
        return weights_of(self.points, self.facts)

    def asked(self) -> list[str]:
        """The numbers that the criteria ask for, then those that bring the points for them, in the tables' order."""
        tables = [self.rules.table, self.points.table] if self.by_points else [self.rules.table]
        names = [name for table in tables for column in table.inputs for name in names_in(column.expression)]
        return [name for name in dict.fromkeys(names) if name in BY_NAME]

    def counted(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """The facts with the points that they bring."""
        return {**facts, POINTS_FACT: points_of(self.points, facts)}


def board_of(actor: Actor, enrollment: Enrollment) -> Board:
    """All about one partner's tier. Inside `acting`."""
    standing = (
        TierStanding.objects.visible_to(actor)
        .filter(enrollment=enrollment)
        .select_related("tier", "proposed", "partnership__organization")
        .first()
    )
    terms = terms_of(enrollment.program)
    tiers = list(Tier.objects.visible_to(actor).filter(program=enrollment.program_id).order_by("rank"))
    currency = Vendor.objects.get(pk=actor.vendor_id).currency
    rules, points = (rules_for(policy, Place.of(enrollment)) for policy in (CRITERIA, POINTS))
    board = Board(terms, rules, points, tiers, enrollment, standing, facts_in(standing), Words(terms, currency))
    return replace(board, facts=board.counted(board.facts))


def facts_in(standing: TierStanding | None) -> dict[str, Any]:
    """The facts that a standing was evaluated by; one that came up since is unknown."""
    kept = standing.facts if standing else {}
    return {fact.name: _read(fact.kind, kept.get(fact.name), nullable=fact.nullable) for fact in CRITERIA.vocabulary}


def _read(kind: Kind, raw: Any, *, nullable: bool) -> Any:
    try:
        if raw is not None:
            return from_json(kind, raw)
    except BadValue:
        pass
    return None if nullable else False if kind is Kind.BOOLEAN else 0


@dataclass(frozen=True, slots=True)
class ShownPoints:
    """A partner's points in words, and of what they are made; `asked` says whether any tier asks for them."""

    total: str
    weights: list[ShownWeight]
    asked: bool


def _points_shown(board: Board, facts: Mapping[str, Any]) -> ShownPoints | None:
    """The points that these facts bring; None where the table brings nobody any."""
    if not (weights := weights_of(board.points, facts)):
        return None
    words = board.words
    total = words.number(POINTS_FACT, facts[POINTS_FACT])
    return ShownPoints(total, [words.weight(one) for one in weights], board.by_points)


@dataclass(frozen=True, slots=True)
class Tried:
    """The tier that other numbers would bring, whether it is a higher one, and the ways that lead further up then.

    `points` and `weights` are what the table of points says of them, and `shown` the same in words.
    """

    tier: Tier | None
    rises: bool
    ways: list[Way]
    then: ShownWay | None
    points: int
    weights: list[Weight]
    shown: ShownPoints | None

    @property
    def rank(self) -> int:
        return self.tier.rank if self.tier else 0


def what_if(board: Board, more: Mapping[str, Decimal]) -> Tried:
    """Which tier more of some numbers would bring, and what would be missing then for the next one."""
    facts = board.counted({**board.facts, **{name: (board.facts[name] or 0) + added for name, added in more.items()}})
    tier = board.tier(rank_of(board.rules, facts))
    ways = board.ways_above(facts, tier.rank if tier else 0)
    then = board.words.way(ways[0], str(board.tier(ways[0].rank))) if ways else None
    points, weights = facts[POINTS_FACT], weights_of(board.points, facts)
    rises, shown = bool(tier and tier.rank > board.held), _points_shown(board, facts)
    return Tried(tier, rises, ways, then, points, weights, shown)


def page_of(actor: Actor, board: Board) -> dict[str, Any]:
    """What both sides read. Inside `acting`."""
    standing, words, now = board.standing, board.words, moment()
    word, tone = ("Not evaluated", "calm") if board.terms.running else ("Set by hand", "calm")
    if standing and board.evaluated:
        word, tone = WORDS[TierStanding.Status(standing.status)]
    up, back = board.ways_up(), board.ways_back()
    above = board.tier(up[0].rank) if up else board.next
    rules, types = promised_to(board.enrollment), board.enrollment.partner_types
    then = benefits_of(rules, above.rank, types) if above else None
    zone = calendar_of(board.terms.vendor_id).zone
    running = TierException.objects.visible_to(actor).filter(enrollment=board.enrollment, until__gt=now, ended_at=None)
    return {
        "enrollment": board.enrollment,
        "standing": standing,
        "kept_until": last_day(standing.grace_until, zone) if standing and standing.grace_until else None,
        "running": board.evaluated,
        "word": word,
        "tone": tone,
        "tier": board.enrollment.tier,
        "next": above,
        "up": [words.way(way, str(above)) for way in up],
        "back": [words.way(way, str(board.enrollment.tier)) for way in back],
        "points": _points_shown(board, board.facts),
        "benefits": show_benefits(benefits_of(rules, board.held, types), then),
        "exceptions": [
            {"row": one, "until": last_day(one.until, zone)} for one in running.select_related("tier").order_by("until")
        ],
        "happened": _happened(actor, standing) if standing else [],
        "ladder": [
            {"label": tier.name, "held": tier.rank == board.held, "done": tier.rank < board.held}
            for tier in board.tiers
        ],
        "terms": board.terms,
    }


def _happened(actor: Actor, standing: TierStanding) -> list[dict[str, Any]]:
    """What became of the tier, the newest first, each with why."""
    exceptions = TierException.objects.visible_to(actor).filter(enrollment=standing.enrollment_id)
    about = [standing.pk, *exceptions.values_list("pk", flat=True)]
    events = Event.objects.visible_to(actor).filter(
        partnership_id=standing.partnership_id, subject_id__in=about, name__in=HAPPENED
    )
    return [
        {"at": one.at, "text": happened(one.name, one.data), "by": _who(one)}
        for one in events.order_by("-at", "-id")[:EVENTS_SHOWN]
    ]


def _who(event: Event) -> str:
    return "" if event.actor_kind == "system" else event.actor_label
