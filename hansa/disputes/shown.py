"""Disputes as pages show them: a side its own, the vendor both beside each other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.safestring import SafeString

from hansa.core.actors import Actor
from hansa.core.models import Event
from hansa.core.tenancy import moment
from hansa.core.web.table import Table, noted, row_link, status
from hansa.core.web.table import moment as moment_cell
from hansa.deals.exhibits import decided_so_far, exhibits
from hansa.deals.models import Deal
from hansa.deals.said import Happened
from hansa.deals.when import Clock, by_when, due_in_words
from hansa.disputes.actions import (
    WORKING,
    add_statement,
    answer_hearing,
    appeal_dispute,
    appeal_hearing,
    decide_dispute,
    withdraw_dispute,
)
from hansa.disputes.actions.open_dispute import HEARD
from hansa.disputes.deciders import check_decider
from hansa.disputes.models import Dispute, Entry, Hearing, Outcome, Reason, Result
from hansa.disputes.said import happened, how_to_appeal, result_of, standing
from hansa.disputes.sides import hearings_of, holders_of, still_asked
from hansa.files.shown import Row, files_of
from hansa.kernel.errors import NotPermitted
from hansa.programs.review_terms import calendar_of

Side = Dispute | Hearing

EVENTS_SHOWN = 50
OPEN = (*HEARD, Hearing.Status.ASKED, Hearing.Status.HEARD)
QUEUE = Table("Disputes", ("Customer and partner", "Standing", "Time to decide", "Opened"))
OWN = Table("Disputes", ("Customer", "Standing", "Opened"))


@dataclass(frozen=True, slots=True)
class Heard:
    """One other side on the vendor's page: who it is, and what was said and asked; `hearing` is None if not asked."""

    name: str
    deal: Deal | None
    hearing: Hearing | None
    entries: Sequence[Entry]
    files: Sequence[Row] = ()
    until: str = ""


def page_of_side(actor: Actor, one: Side) -> dict[str, Any]:
    """What a partner reads of its own dispute, or of a hearing about its own deal. Inside acting()."""
    now, calendar = moment(), calendar_of(one.vendor_id)
    own, lost = isinstance(one, Dispute), one.result in (Result.UPHELD, Outcome.MOVED)
    word, tone = standing(one)
    running = isinstance(one, Dispute) and one.due_at and one.status != Dispute.Status.EVIDENCE
    return {
        "one": one,
        "deal": one.deal,
        "word": word,
        "tone": tone,
        "decided": result_of(one),
        "due": by_when(one.due_at, calendar.zone, now) if running and one.due_at else "",  # type: ignore[union-attr]
        "asked_until": by_when(one.answer_by, calendar.zone, now) if one.answer_by else "",
        "entries": entries_of(actor, one),
        "reason": Reason(one.reason).label if one.reason else "",
        "may_add": one.status in OPEN and actor.may(add_statement if own else answer_hearing),
        "may_appeal": lost
        and bool(one.appeal_until and one.appeal_until > now and not one.appealed_at)
        and actor.may(appeal_dispute if own else appeal_hearing),
        "may_withdraw": own and one.status in HEARD and one.result != Result.GRANTED and actor.may(withdraw_dispute),
        "events": events_of(actor, [one]),
        "advice": _advice(one, lost=lost),
        "files": files_of(actor, one.deal, one.deal.partnership) if one.deal else None,
    }


def page_of_case(actor: Actor, dispute: Dispute) -> dict[str, Any]:
    """What the vendor reads: both sides beside each other, what was decided and why, and what can be done now."""
    now, hearings = moment(), hearings_of(dispute)
    decisions, evidence = decided_so_far(actor, dispute.deal)
    word, tone = standing(dispute)
    barred = _barred(actor, dispute)
    open_ = dispute.status in HEARD and actor.may(WORKING)
    others = _others(actor, dispute, hearings, now)
    return {
        "one": dispute,
        "deal": dispute.deal,
        "word": word,
        "tone": tone,
        "decided": result_of(dispute),
        "clock": clock_of(dispute, now),
        "entries": entries_of(actor, dispute),
        "files": files_of(actor, dispute.deal, dispute.partnership).rows,
        "asked_until": _until(dispute),
        "others": others,
        "unheard": any(other.hearing is None for other in others),
        "decisions": decisions,
        "exhibits": exhibits(actor, dispute.deal, evidence),
        "reason": Reason(dispute.reason).label if dispute.reason else "",
        "contested": dispute.get_contested_display(),
        "may_ask": open_,
        "may_decide": open_ and dispute.status != Dispute.Status.EVIDENCE and not barred,
        "barred": barred if open_ else "",
        "waits": open_ and still_asked(dispute),
        "events": events_of(actor, [dispute, *hearings]),
    }


def entries_of(actor: Actor, one: Side) -> list[Entry]:
    """What one side said and was asked, the first first."""
    rows = Entry.objects.visible_to(actor).filter(subject_id=one.pk)
    return list(rows.order_by("at", "id"))


def events_of(actor: Actor, sides: Iterable[Side]) -> list[Happened]:
    """What happened, the latest first."""
    rows = Event.objects.visible_to(actor).filter(subject_id__in=[one.pk for one in sides]).order_by("-at", "-id")
    return [happened(event, actor.side) for event in rows[:EVENTS_SHOWN]]


def clock_of(dispute: Dispute, now: datetime) -> Clock | None:
    """The vendor's clock; a word instead while it stands, None when nothing is to be decided."""
    if dispute.status not in HEARD or dispute.due_at is None:
        return None
    calendar = calendar_of(dispute.vendor_id)
    if dispute.status == Dispute.Status.EVIDENCE:
        return Clock("the clock stands", "calm", None, calendar.zone, now)
    return due_in_words(dispute.due_at, calendar, now)


def queue_table(disputes: Iterable[Dispute], now: datetime) -> SafeString:
    """One page of the console's list."""
    return QUEUE.of(
        (
            row_link(f"{one.public_id}/", one.deal.customer_name, one.partnership.organization.name),
            status(*standing(one)),
            noted(status(clock.words, clock.tone), clock.until) if (clock := clock_of(one, now)) else "",
            moment_cell(one.opened_at),
        )
        for one in disputes
    )


def own_table(sides: Iterable[Side], root: str) -> SafeString:
    """A partner's disputes or hearings; `root` is where their addresses begin."""
    return OWN.of(
        (
            row_link(f"{root}{one.public_id}/", one.deal.customer_name if one.deal else "", _lines(one)),
            status(*standing(one)),
            moment_cell(one.opened_at),
        )
        for one in sides
    )


def hearings_for(actor: Actor) -> QuerySet[Hearing]:
    """The hearings about this partner's own deals."""
    rows: QuerySet[Hearing] = Hearing.objects.visible_to(actor).filter(deal__isnull=False)
    return rows.select_related("deal").order_by("-opened_at", "-id")


def _others(actor: Actor, dispute: Dispute, hearings: Sequence[Hearing], now: datetime) -> list[Heard]:
    asked = [
        Heard(
            hearing.partnership.organization.name if hearing.partnership else "Our own sales",
            hearing.deal,
            hearing,
            entries_of(actor, hearing),
            _files(actor, hearing.deal),
            _until(hearing),
        )
        for hearing in hearings
    ]
    known = {hearing.deal_id for hearing in hearings}
    own = dispute.status in HEARD
    unasked = [deal for deal in holders_of(dispute.deal, now) if deal.pk not in known] if own else []
    return [
        *asked,
        *(Heard(deal.partnership.organization.name, deal, None, [], _files(actor, deal)) for deal in unasked),
    ]


def _files(actor: Actor, deal: Deal | None) -> Sequence[Row]:
    """What a side shows beside its deal."""
    return files_of(actor, deal, deal.partnership).rows if deal else ()


def _barred(actor: Actor, dispute: Dispute) -> str:
    """Why this person does not decide now, empty if they may."""
    try:
        check_decider(actor, dispute, decide_dispute)
    except NotPermitted as refusal:
        return refusal.message
    return ""


def _until(one: Side) -> str:
    return by_when(one.answer_by, calendar_of(one.vendor_id).zone, moment()) if one.answer_by else ""


def _lines(one: Side) -> str:
    return one.deal.lines_text if one.deal else ""


def _advice(one: Side, *, lost: bool) -> str:
    """What this side does next, in a sentence or two."""
    if one.answer_by:
        return "Answer what is asked: what you say and show is what it is decided on. The clock stands until then."
    if one.status == Dispute.Status.DECIDED and one.appeal_until and lost:
        return how_to_appeal(one.appeal_until)
    if one.status in (Dispute.Status.DECIDED, Dispute.Status.CLOSED):
        return "It is decided. Nothing for you to do."
    return "Nothing for you to do now. You can add to what you said as long as it is not decided."
