"""Disputes in words: what an event says to whom, and the tone of a status."""

from datetime import datetime

from hansa.core.actors import Side
from hansa.core.models import Event
from hansa.deals.said import Happened
from hansa.deals.when import day_in_full
from hansa.disputes.models import Dispute, Hearing, Outcome, Result

EVENTS = {
    "dispute.opened": "Dispute opened",
    "dispute.asked": "Evidence asked for",
    "dispute.evidence_sought": "Evidence is gathered",
    "dispute.statement_added": "Statement added",
    "dispute.question_lapsed": "Not answered in time",
    "dispute.resumed": "The evidence is in",
    "dispute.decided": "Dispute decided",
    "dispute.appealed": "Appealed",
    "dispute.looked_at_again": "Looked at again: the decision was appealed",
    "dispute.withdrawn": "Dispute withdrawn",
    "dispute.closed": "Closed: nobody appealed in time",
    "dispute.reminded": "Reminded to decide a dispute",
    "dispute.escalated": "Escalated: nobody decided a dispute in time",
    "hearing.asked": "Evidence about a disputed protection asked for",
    "hearing.answered": "Answered about a disputed protection",
    "hearing.lapsed": "Not answered in time about a disputed protection",
    "hearing.decided": "Decided about a disputed protection",
    "hearing.appealed": "Appealed about a disputed protection",
    "hearing.closed": "Nothing more is asked about a disputed protection",
}
RESULTS: dict[str, str] = {
    Result.UPHELD: "Decided: it stands as it was",
    Result.GRANTED: "Decided: granted",
    Outcome.KEPT: "Decided: the protection stands",
    Outcome.MOVED: "Decided: the protection was ended",
}
TONES: dict[str, str] = {
    Dispute.Status.OPENED: "wait",
    Dispute.Status.EVIDENCE: "wait",
    Dispute.Status.APPEALED: "wait",
    Hearing.Status.ASKED: "wait",
}
RESULT_TONES: dict[str, str] = {
    Result.GRANTED: "good",
    Result.UPHELD: "bad",
    Outcome.KEPT: "good",
    Outcome.MOVED: "bad",
}


def happened(event: Event, side: Side = "vendor") -> Happened:
    """An event about a dispute or a hearing as people of this side read it; the system's reasons are the vendor's."""
    text = EVENTS.get(event.name, event.name)
    if event.name in ("dispute.decided", "hearing.decided"):
        text = RESULTS.get(event.data.get("result") or event.data.get("outcome"), text)
    by = "" if event.actor_kind == "system" and side == "partner" else event.actor_label
    return Happened(event.at, text, by)


def result_of(one: Dispute | Hearing) -> tuple[str, str]:
    """What was decided last, as a word and its tone; empty while nothing is."""
    labels = {str(value): str(label) for value, label in (*Result.choices, *Outcome.choices)}
    return labels.get(one.result, "").split(":")[0], RESULT_TONES.get(one.result, "calm")


def standing(one: Dispute | Hearing) -> tuple[str, str]:
    """Where a dispute or a hearing stands, as a word and its tone."""
    if one.status in (Dispute.Status.DECIDED, Dispute.Status.CLOSED) and one.result:
        return result_of(one)
    return str(one.get_status_display()), TONES.get(one.status, "calm")


def how_to_appeal(until: datetime) -> str:
    """What who lost can do, and until which day, in the reader's zone."""
    return f"If you see it otherwise, appeal until {day_in_full(until)}: somebody else decides, for good."
