"""Decisions that wait to be told, for the vendor's eyes: which they are, and when they are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from hansa.core.actors import Actor
from hansa.core.tenancy import moment
from hansa.deals.models import UNDECIDED, Deal, Status, Verdict
from hansa.deals.said import tone
from hansa.deals.when import by_when
from hansa.kernel.business_time import Calendar
from hansa.programs.models import Program

NOT_TOLD = Q(told_at=None) & ~Q(becomes="")
HELD = Exists(Verdict.objects.filter(NOT_TOLD, vendor_id=OuterRef("vendor_id"), deal_id=OuterRef("pk")))

# Of a `deal`. Few vendors answer all together: where nothing is held, PostgreSQL asks once and not for each deal.
NOT_HELD = """(
    NOT EXISTS (SELECT FROM deals_verdict WHERE vendor_id = %(vendor)s AND becomes <> '' AND told_at IS NULL)
    OR NOT EXISTS (SELECT FROM deals_verdict verdict
                   WHERE verdict.vendor_id = deal.vendor_id AND verdict.deal_id = deal.id
                     AND verdict.becomes <> '' AND verdict.told_at IS NULL))"""


@dataclass(frozen=True, slots=True)
class Held:
    """A decision that its partner does not know: what it is, a tone, and when it is told, in words."""

    verdict: Verdict
    program: Program
    word: str
    tone: str
    told: str

    @classmethod
    def of(cls, verdict: Verdict, program: Program, calendar: Calendar, now: datetime) -> Self:
        """The verdict as pages show it."""
        at = calendar.next_of(program.answer_times, now)
        told = f"to be told {by_when(at, calendar.zone, now)}" if at else "to be told within minutes"
        return cls(verdict, program, Status(verdict.becomes).label, tone(verdict.becomes), told)


def held_of(actor: Actor, deals: Sequence[UUID], calendar: Calendar) -> dict[UUID, Held]:
    """The decisions about these deals that are not told, by the deal's id, in one query."""
    waits = Verdict.objects.visible_to(actor).filter(NOT_TOLD, deal__in=deals, deal__status__in=UNDECIDED)
    found = waits.select_related("deal__program")
    return {verdict.deal_id: Held.of(verdict, verdict.deal.program, calendar, moment()) for verdict in found}


def to_tell(vendor_id: UUID, program: Program, decided_until: datetime) -> QuerySet[Deal]:
    """The deals of a program whose decision, made until then, their partners do not know; in the order they came."""
    verdicts = Verdict.objects.filter(NOT_TOLD, vendor_id=vendor_id, decided_at__lte=decided_until)
    rows = Deal.objects.filter(vendor_id=vendor_id, program=program, status__in=UNDECIDED)
    return rows.filter(pk__in=verdicts.values("deal_id")).order_by("submitted_at", "id")
