"""The registrations that wait for a decision, oldest or most urgent first, and what the system proposes for each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache, lru_cache
from itertools import starmap
from typing import Any, NamedTuple, Self
from uuid import UUID

import orjson
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet
from django.http import QueryDict

from hansa.core.actors import Actor
from hansa.core.database import Query, Rows, array, ask_together
from hansa.core.web.paging import Page, stretch
from hansa.deals.evidence import ENDED
from hansa.deals.models import UNDECIDED, Assignment, Deal, Status
from hansa.deals.verdicts import HELD, NOT_HELD
from hansa.deals.when import day_in_full
from hansa.kernel.business_time import Calendar
from hansa.kernel.days import day_of
from hansa.kernel.ids import parse_public_id, public_id
from hansa.partnerships.care import CARED_FOR_SQL, looked_after_by
from hansa.partnerships.models import Partnership
from hansa.rulebook.in_force import choice_in, running_query
from hansa.rulebook.scope import Place
from hansa.tiers.benefits import benefits_of
from hansa.tiers.rules import BENEFITS

BY_TIME = ("overdue", "today", "asked")
SHOWN = ("mine", "all", *BY_TIME, "alike", "held")
ORDERS = {"": ("Oldest first", "submitted_at"), "due": ("Most urgent first", "due_at")}
MANY = 200  # more than a look can take in; counting all of them would cost a look at every one that waits
KINDS = {
    "protection": "a protected registration",
    "claim": "an undecided registration",
    "opportunity": "an open direct opportunity",
    "lead": "an open direct lead",
    "account": "a CRM account",
    ENDED: "a customer that this partner held",
}

# The words of the indexes over what waits: with parameters for them, a prepared statement would not use these.
IN_UNDECIDED = "IN ({})".format(", ".join(f"'{status}'" for status in UNDECIDED))
IS_UNDECIDED = Func(F("status"), template=f"%(expressions)s {IN_UNDECIDED}", output_field=BooleanField())
UNDER_WAY = f"deals_deal deal WHERE vendor_id = %(vendor)s AND status {IN_UNDECIDED}"
WAITS = f"{UNDER_WAY} AND {NOT_HELD}"
# Lists of ids are made before the deals are looked at, so that these are found by them. Times are asked for by a SELECT
# of their own: PostgreSQL would plan a statement that compares with a time anew for each, which takes as long as all.
GIVEN_TO_NOBODY = """deal.id NOT IN (
    SELECT deal_id FROM deals_assignment WHERE vendor_id = %(vendor)s AND ended_at IS NULL)"""
STANDING = {
    "given": """deal.id = ANY(ARRAY(SELECT deal_id FROM deals_assignment
        WHERE vendor_id = %(vendor)s AND reviewer_id = %(me)s AND ended_at IS NULL))""",
    "cared for": f"partnership_id = ANY(ARRAY({CARED_FOR_SQL})) AND {GIVEN_TO_NOBODY}",
    "to decide": "status <> 'action_required'",
    "asked": "status = 'action_required'",
    "alike": "resembles",
}
TIMED = {
    "overdue": "status = 'under_review' AND due_at <= (SELECT %(now)s)",
    "today": "status = 'under_review' AND due_at > (SELECT %(now)s) AND due_at <= (SELECT %(ends)s)",
}
PROPOSALS_REMEMBERED = 8192  # of a few hundred bytes each
OF_SENDER = {"of sender": "partnership_id = %(partner)s"}
COUNT = f"(SELECT count(*) FROM (SELECT FROM {WAITS} AND {{}} LIMIT {MANY}) AS few)"  # noqa: S608 - our own words
HELD_SQL = f"SELECT count(*) FROM (SELECT FROM {UNDER_WAY} AND NOT {NOT_HELD} LIMIT {MANY}) AS few"  # noqa: S608
SENDERS_SQL = f"""
SELECT partner.id, organization.name
FROM partnerships_partnership partner
JOIN accounts_organization organization ON organization.id = partner.organization_id
CROSS JOIN LATERAL (SELECT FROM {WAITS} AND partnership_id = partner.id LIMIT 1) AS waits
WHERE partner.vendor_id = %(vendor)s ORDER BY organization.name, partner.id
"""  # noqa: S608 - our own words
PROPOSED_SQL = """
SELECT decision.subject_id, proof.evidence::text
FROM rulebook_decision decision
JOIN rulebook_decisionevidence proof ON proof.vendor_id = decision.vendor_id AND proof.decision_id = decision.id
WHERE decision.vendor_id = %s AND decision.subject_id = ANY(%s::uuid[]) ORDER BY decision.at
"""
TIERS_SQL = """
SELECT enrollment.partnership_id, enrollment.program_id, enrollment.partner_types, tier.name, tier.rank
FROM partnerships_enrollment enrollment
JOIN programs_tier tier ON tier.vendor_id = enrollment.vendor_id AND tier.id = enrollment.tier_id
WHERE enrollment.vendor_id = %s AND enrollment.partnership_id = ANY(%s::uuid[])
"""


REVIEWERS_SQL = """
SELECT given.deal_id, person.name
FROM deals_assignment given
JOIN accounts_membership member ON member.id = given.reviewer_id
JOIN accounts_user person ON person.id = member.user_id
WHERE given.vendor_id = %s AND given.deal_id = ANY(%s::uuid[]) AND given.ended_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the system would do: a word, its tone, and in a few words why."""

    word: str
    tone: str
    because: str


class QueueLine(NamedTuple):
    """What a line of the queue shows of a registration, named as the ORM names it."""

    id: UUID
    partnership_id: UUID
    program_id: UUID
    partnership__organization__name: str
    customer_name: str
    amount_minor: int
    currency: str
    status: str
    submitted_at: datetime
    due_at: datetime | None


class Sender(NamedTuple):
    """A partner of whose registrations some wait."""

    id: UUID
    name: str

    @property
    def public_id(self) -> str:
        return public_id(Partnership.id_prefix, self.id)


@dataclass(frozen=True, slots=True)
class Day:
    """Now, and when the vendor's day ends."""

    now: datetime
    ends: datetime

    @classmethod
    def of(cls, calendar: Calendar, now: datetime) -> Self:
        """The day that it is in the calendar's zone."""
        tomorrow = day_of(now, calendar.zone) + timedelta(days=1)
        return cls(now, datetime.combine(tomorrow, time(), calendar.zone))

    def asked(self, show: str) -> Q:
        """What "overdue", "today" and "asked" stand for."""
        if show == "asked":
            return Q(status=Status.ACTION_REQUIRED)
        since, until = (None, self.now) if show == "overdue" else (self.now, self.ends)
        due = Q(status=Status.UNDER_REVIEW, due_at__lte=until)
        return due & Q(due_at__gt=since) if since else due


@dataclass(frozen=True, slots=True)
class Counts:
    """How many wait, by what is shown and of the partner asked for, each up to `MANY`; and who sent those that wait."""

    by_show: Mapping[str, int]
    to_decide: int
    senders: tuple[Sender, ...]
    sender: Sender | None
    of_sender: int


def waiting(actor: Actor) -> QuerySet[Deal]:
    """The undecided registrations that the actor sees."""
    return _registered(actor).exclude(HELD)


def decided(actor: Actor) -> QuerySet[Deal]:
    """Those that are decided and told with all others."""
    return _registered(actor).filter(HELD)


def _registered(actor: Actor) -> QuerySet[Deal]:
    return Deal.objects.visible_to(actor).filter(IS_UNDECIDED)


def narrowed(actor: Actor, show: str, partner: UUID | None, day: Day | None = None) -> QuerySet[Deal]:
    """Those of `show`, one of `SHOWN`, on this day, and of one partner; of something else all."""
    rows = (decided if show == "held" else waiting)(actor)
    if partner:
        rows = rows.filter(partnership_id=partner)
    if show == "mine":
        rows = rows.filter(theirs(actor))
    elif show == "alike":
        rows = rows.filter(resembles=True)
    elif show in BY_TIME and day:
        rows = rows.filter(day.asked(show))
    return rows


def theirs(actor: Actor) -> Q:
    """What somebody is to decide: assigned to them, or to nobody and of a partner whom they look after."""
    given = Assignment.objects.filter(vendor_id=OuterRef("vendor_id"), deal=OuterRef("pk"), ended_at=None)
    of_their_partners = Q(partnership_id__in=looked_after_by(actor).values("pk"))
    return Exists(given.filter(reviewer=actor.id)) | of_their_partners & ~Exists(given)


def page_of_queue(actor: Actor, show: str, partner: UUID | None, day: Day, asked: QueryDict, *, by: str) -> Page:
    """The page of lines that the address asks for; no more of each registration than its line needs."""
    wanted = stretch(actor, Deal, asked, by=by)

    def lines(actor: Actor, partner: UUID | None, now: datetime, ends: datetime) -> QuerySet[Any]:
        rows = narrowed(actor, show, partner, Day(now, ends)).filter(**{f"{by}__isnull": False})
        return rows.values_list(*QueueLine._fields)

    shape = "queue", show if show in SHOWN else ""
    [found] = ask_together(wanted.asking(actor, shape, lines, partner=partner, now=day.now, ends=day.ends))
    return wanted.page(list(map(QueueLine._make, found)))


BY_RULE = {
    "own-claim": Proposal("Duplicate", "bad", "the partner registered it before"),
    "direct-opportunity": Proposal("Duplicate", "bad", "an open direct sale that moves"),
    "direct-lead": Proposal("Duplicate", "bad", "an open direct sale that moves"),
    "known-account": Proposal("Look closer", "wait", "an account in the CRM, no open sale"),
    "no-evidence": Proposal("Ask for more", "wait", "no conflict found, evidence missing"),
    "outside-territory": Proposal("Look closer", "wait", "outside the partner's territory"),
    "no-web-address": Proposal("Approve", "good", "no conflict found, web address missing"),
    "far-away": Proposal("Approve", "good", "no conflict found, closes in over a year"),
}


def counted(actor: Actor, day: Day, partner: str) -> Counts:
    """How many registrations wait, in one round trip; `partner` is the public id of the one asked for, or anything."""
    try:
        wanted = parse_public_id(Partnership.id_prefix, partner)
    except ValueError:
        wanted = None
    given = {"vendor": actor.vendor_id, "me": actor.id, "now": day.now, "ends": day.ends, "partner": wanted}
    kinds = [STANDING, TIMED, *([OF_SENDER] if wanted else [])]
    asked = [(_counting(tuple(kind.values())), given) for kind in kinds]
    senders, [(held,)], *numbers = ask_together((SENDERS_SQL, given), (HELD_SQL, given), *asked)
    found = {
        name: many for kind, [row] in zip(kinds, numbers, strict=True) for name, many in zip(kind, row, strict=True)
    }
    of_sender, to_decide = found.pop("of sender", 0), found.pop("to decide")
    found["mine"] = min(MANY, found.pop("given") + found.pop("cared for"))
    found["all"] = min(MANY, to_decide + found["asked"])
    known = tuple(starmap(Sender, senders))
    sender = next((one for one in known if one.id == wanted), None)
    return Counts(found | {"held": held}, to_decide, known, sender, of_sender)


@cache
def _counting(conditions: tuple[str, ...]) -> str:
    return f"SELECT {', '.join(map(COUNT.format, conditions))}"


def proposals_query(actor: Actor, deals: Sequence[UUID]) -> Query:
    """The statement that reads what was proposed for each registration when it came, to travel with others."""
    return PROPOSED_SQL, [actor.vendor_id, array(deals)]


def proposals_in(rows: Rows) -> dict[UUID, Proposal]:
    """What `proposals_query` found, by the registration's id."""
    return {subject: _proposal_of(evidence) for subject, evidence in rows}


@lru_cache(PROPOSALS_REMEMBERED)
def _proposal_of(evidence: str) -> Proposal:
    return proposal(orjson.loads(evidence))


def proposal(evidence: Sequence[Mapping[str, Any]]) -> Proposal:
    """The record of an automatic decision, or the same looked at anew, in a few words.

    `evidence` is what `DecisionEvidence.evidence` holds: the rows that fired, the deciding one first, then the clues.
    """
    rule = next((entry["row"] for entry in evidence if "row" in entry), "")
    clues = strongest_first([entry for entry in evidence if "kind" in entry])
    match rule:
        case "protected":
            return Proposal("Duplicate", "bad", f"protected for {_party(clues, 'protection')}")
        case "earlier-claim":
            return Proposal("Wait", "wait", f"{_party(clues, 'claim')} was first and is not decided")
        case "similar-company":
            rivals = [clue for clue in clues if clue["kind"] != ENDED]
            return Proposal("Look closer", "wait", likeness(rivals[0]) if rivals else "much like a known company")
        case "held-until-lately":
            return Proposal("Look closer", "wait", _cooling_off(clues))
    return BY_RULE.get(rule, Proposal("Approve", "good", "no conflict found"))


def likeness(clue: Mapping[str, Any]) -> str:
    """ "88 % like an open direct opportunity", or that it is the very company."""
    kind = KINDS[clue["kind"]]
    return f"same company as {kind}" if clue["score"] >= 1 else f"{round(clue['score'] * 100)} % like {kind}"


def strongest_first(clues: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The clues, each thing once, the likest first and then the weightiest kind."""
    once = {(clue["kind"], clue["subject"]): clue for clue in sorted(clues, key=lambda clue: clue.get("until", ""))}
    kinds = list(KINDS)
    return sorted(once.values(), key=lambda clue: (-clue["score"], kinds.index(clue["kind"])))


def tiers(actor: Actor, partnerships: Iterable[UUID]) -> dict[tuple[UUID, UUID], str]:
    """The tier of each partner in each of its programs, by the partnership's id and the program's."""
    return tiers_in(*ask_together(*tiers_queries(actor, partnerships)))


def tiers_in(found: Rows, running: Rows) -> dict[tuple[UUID, UUID], str]:
    """What `tiers_queries` found, as `tiers`; marked where the tier brings priority. Inside `acting`."""
    promised = choice_in(BENEFITS, running)
    brings = cache(benefits_of)
    tiers = {}
    for partner, program, types, name, rank in found:
        promise = brings(promised.rules(Place(partner, program, types)), rank, tuple(types))
        tiers[partner, program] = f"{name}, priority" if promise["priority_registration"] else name
    return tiers


def tiers_queries(actor: Actor, partnerships: Iterable[UUID]) -> tuple[Query, Query]:
    """The statements that read partnerships and their tiers, and what tiers bring, to travel with others."""
    partners = TIERS_SQL, [actor.vendor_id, array(set(partnerships))]
    return partners, running_query(BENEFITS, actor.vendor_id)


def reviewers_query(actor: Actor, deals: Sequence[UUID]) -> Query:
    """The statement that reads to whom registrations are assigned, by name, to travel with others."""
    return REVIEWERS_SQL, [actor.vendor_id, array(deals)]


def next_after(actor: Actor, deal: Deal) -> Deal | None:
    """The next registration to decide: the oldest of one's own partners, else of all; not this one."""
    for show in ("mine", "all"):
        rows = narrowed(actor, show, None).exclude(Q(pk=deal.pk) | Q(status=Status.ACTION_REQUIRED))
        rows = rows.order_by("submitted_at", "id")
        if found := rows.first():
            return found
    return None


def _cooling_off(clues: Sequence[Mapping[str, Any]]) -> str:
    """ "88 % like a customer that this partner held until 27 November 2026; its cooling-off ends 7 December 2026"."""
    clue = next(clue for clue in clues if clue["kind"] == ENDED)
    until, free_from = (datetime.fromisoformat(clue[name]) for name in ("until", "free_from"))
    return f"{likeness(clue)} until {day_in_full(until)}; its cooling-off ends {day_in_full(free_from)}"


def _party(clues: Sequence[Mapping[str, Any]], kind: str) -> str:
    return next((clue["party"] for clue in clues if clue["kind"] == kind), "another partner")
