"""The registrations that wait for a decision, oldest or most urgent first, and what the system proposes for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Self
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform, KeyTransform

from hansa.core.actors import Actor
from hansa.deals.models import UNDECIDED, Deal, Status
from hansa.deals.rules import NO_EVIDENCE
from hansa.deals.verdicts import HELD
from hansa.kernel.business_time import Calendar
from hansa.partnerships.models import Enrollment, Partnership
from hansa.rulebook.models import DecisionEvidence

BY_TIME = ("overdue", "today", "asked")
ORDERS = {"": ("Oldest first", "submitted_at"), "due": ("Most urgent first", "due_at")}
ALIKE = ("earlier-claim", "similar-company")
MANY = 100  # more than a look can take in; counting all of them would cost a look at every one that waits
KINDS = {
    "protection": "a protected registration",
    "claim": "an undecided registration",
    "opportunity": "an open direct opportunity",
    "lead": "an open direct lead",
    "account": "a CRM account",
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the system would do: a word, its tone, and in a few words why."""

    word: str
    tone: str
    because: str


@dataclass(frozen=True, slots=True)
class Sender:
    """A partner and how many of its registrations wait."""

    id: UUID
    public_id: str
    name: str
    waiting: int
    mine: bool


@dataclass(frozen=True, slots=True)
class Day:
    """Now, and when the vendor's day ends."""

    now: datetime
    ends: datetime

    @classmethod
    def of(cls, calendar: Calendar, now: datetime) -> Self:
        """The day that it is in the calendar's zone."""
        tomorrow = now.astimezone(calendar.zone).date() + timedelta(days=1)
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
    """How many wait: all, those of the partners one manages, by partner, and by time."""

    senders: Sequence[Sender]
    alike: int
    by_time: Mapping[str, int]
    held: int = 0

    @property
    def all(self) -> int:
        return sum(sender.waiting for sender in self.senders)

    @property
    def mine(self) -> int:
        return sum(sender.waiting for sender in self.senders if sender.mine)


def waiting(actor: Actor) -> QuerySet[Deal]:
    """The undecided registrations that the actor sees."""
    return _registered(actor).exclude(HELD)


def decided(actor: Actor) -> QuerySet[Deal]:
    """Those that are decided and told with all others."""
    return _registered(actor).filter(HELD)


def _registered(actor: Actor) -> QuerySet[Deal]:
    return Deal.objects.visible_to(actor).filter(status__in=UNDECIDED)


def narrowed(actor: Actor, show: str, partner: UUID | None, day: Day | None = None) -> QuerySet[Deal]:
    """Those of `show`, which is mine, alike, held or all, or one of `BY_TIME` on this day, and of one partner."""
    rows = (decided if show == "held" else waiting)(actor).select_related("partnership__organization")
    if partner:
        rows = rows.filter(partnership_id=partner)
    if show == "mine":
        managed = Partnership.objects.visible_to(actor).filter(Q(channel_manager=actor.id) | Q(deputy=actor.id))
        rows = rows.filter(partnership_id__in=list(managed.values_list("pk", flat=True)))
    elif show == "alike":
        rows = _alike(rows)
    elif show in BY_TIME and day:
        rows = rows.filter(day.asked(show))
    return rows


def counted(actor: Actor, day: Day) -> Counts:
    """How many registrations wait, in four queries; possible duplicates are counted up to `MANY`."""
    kinds = {show: Count("pk", filter=day.asked(show)) for show in BY_TIME}
    grouped: list[Any] = list(waiting(actor).order_by().values("partnership_id").annotate(all=Count("pk"), **kinds))
    numbers = {row["partnership_id"]: row["all"] for row in grouped}
    partners = Partnership.objects.visible_to(actor).filter(pk__in=numbers).select_related("organization")
    senders = [
        Sender(
            partner.pk,
            partner.public_id,
            partner.organization.name,
            numbers[partner.pk],
            actor.id in (partner.channel_manager_id, partner.deputy_id),
        )
        for partner in partners.order_by("organization__name")
    ]
    by_time = {show: sum(row[show] for row in grouped) for show in BY_TIME}
    alike = _alike(waiting(actor))[:MANY].count() if senders else 0
    return Counts(senders, alike, by_time, decided(actor).count())


BY_RULE = {
    "own-claim": Proposal("Duplicate", "bad", "the partner registered it before"),
    "direct-opportunity": Proposal("Duplicate", "bad", "an open direct sale that moves"),
    "direct-lead": Proposal("Duplicate", "bad", "an open direct sale that moves"),
    "known-account": Proposal("Look closer", "wait", "an account in the CRM, no open sale"),
    NO_EVIDENCE: Proposal("Ask for more", "wait", "no conflict found, evidence missing"),
    "outside-territory": Proposal("Look closer", "wait", "outside the partner's territory"),
    "no-web-address": Proposal("Approve", "good", "no conflict found, web address missing"),
    "far-away": Proposal("Approve", "good", "no conflict found, closes in over a year"),
}


def proposals(actor: Actor, deals: Sequence[Deal]) -> dict[UUID, Proposal]:
    """What was proposed for each deal when it came, by its id, in one query."""
    records = DecisionEvidence.objects.visible_to(actor).filter(decision__subject_id__in=[deal.pk for deal in deals])
    found = records.order_by("decision__at").values_list("decision__subject_id", "evidence")
    return {subject: proposal(evidence) for subject, evidence in found}


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
            return Proposal("Look closer", "wait", likeness(clues[0]) if clues else "much like a known company")
    return BY_RULE.get(rule, Proposal("Approve", "good", "no conflict found"))


def likeness(clue: Mapping[str, Any]) -> str:
    """ "88 % like an open direct opportunity", or that it is the very company."""
    kind = KINDS[clue["kind"]]
    return f"same company as {kind}" if clue["score"] >= 1 else f"{round(clue['score'] * 100)} % like {kind}"


def strongest_first(clues: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The clues, each thing once, the likest first and then the weightiest kind."""
    once = {(clue["kind"], clue["subject"]): clue for clue in clues}
    kinds = list(KINDS)
    return sorted(once.values(), key=lambda clue: (-clue["score"], kinds.index(clue["kind"])))


def tiers(actor: Actor, partnerships: Sequence[UUID]) -> dict[UUID, str]:
    """The tier of each partner, by the partnership's id."""
    enrolled = Enrollment.objects.visible_to(actor).filter(partnership__in=partnerships, tier__isnull=False)
    return dict(enrolled.values_list("partnership_id", "tier__name"))


def next_after(actor: Actor, deal: Deal) -> Deal | None:
    """The next registration to decide: the oldest of one's own partners, else of all; not this one."""
    for show in ("mine", "all"):
        rows = narrowed(actor, show, None).exclude(Q(pk=deal.pk) | Q(status=Status.ACTION_REQUIRED))
        rows = rows.order_by("submitted_at", "id")
        if found := rows.first():
            return found
    return None


def _alike(rows: QuerySet[Deal]) -> QuerySet[Deal]:
    """Those whose decision rests on a likeness. One look a row, in the queue's order, so that a page stops early: as a
    join, the database would read every decision ever made.
    """
    records = DecisionEvidence.objects.filter(
        vendor_id=OuterRef("vendor_id"), decision__vendor_id=OuterRef("vendor_id"), decision__subject_id=OuterRef("pk")
    )
    rule = KeyTextTransform("row", KeyTransform(0, "evidence"))
    latest = records.order_by("-decision__at").annotate(rule=rule).values("rule")[:1]
    return rows.annotate(rule=Subquery(latest)).filter(rule__in=ALIKE)


def _party(clues: Sequence[Mapping[str, Any]], kind: str) -> str:
    return next((clue["party"] for clue in clues if clue["kind"] == kind), "another partner")
