"""Deals in words: the tone of a status, and what an event says."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from hansa.core.actors import Side
from hansa.core.models import Event
from hansa.core.web.said import date_in_words, days_in_words
from hansa.deals.models import (
    DuplicateReason,
    EndReason,
    LossReason,
    MovedReason,
    RejectReason,
    Stage,
    Status,
    WinReason,
)
from hansa.kernel.lifecycle import say

TONES = {
    Status.SUBMITTED: "wait",
    Status.UNDER_REVIEW: "wait",
    Status.ACTION_REQUIRED: "wait",
    Status.APPROVED: "good",
    Status.REJECTED: "bad",
    Status.DUPLICATE: "bad",
}
REASONS = {
    value: str(label)
    for reasons in (RejectReason, DuplicateReason, EndReason, MovedReason, WinReason, LossReason)
    for value, label in reasons.choices
}
EVENTS = {
    "deal.registered": "Registered",
    "deal.sent_to_review": "A person decides",
    "deal.asked_for_more": "Asked for more",
    "deal.partner_reminded": "Reminded of the question",
    "deal.answered": "Answered",
    "deal.question_lapsed": "Not answered in time",
    "deal.approved": "Approved",
    "deal.rejected": "Not approved",
    "deal.marked_duplicate": "Customer taken",
    "deal.reconsidered": "Looked at again",
    "deal.decision_released": "Answered",
    "verdict.reviewed": "Looked at by the rules: a person decides",
    "verdict.held": "Decided, to be told later",
    "verdict.released": "Decision told",
    "deal.stage_moved": "Stage moved",
    "deal.won": "Won",
    "deal.lost": "Lost",
    "deal.withdrawn": "Withdrawn by the partner",
    "deal.canceled": "Protection ended by the vendor",
    "deal.expired": "Protection ran out",
    "deal.protection_granted": "Protected by a dispute's decision",
    "deal.protection_moved": "Protection ended by a dispute's decision",
    "deal.ending_soon": "Reminded that protection ends soon",
    "deal.extended": "Protection extended",
    "deal.amended": "Changed by the partner",
    "deal.end_announced": "End of the protection announced",
    "deal.handed_over": "Handed over to a colleague",
    "deal.lines_changed": "Product lines changed",
    "deal.left_to_partner": "Direct sales leave the customer to the partner",
    "deal.sold_together": "Direct sales and the partner sell together",
    "registration.assigned": "Given to a colleague to decide",
    "registration.unassigned": "Left to whoever looks after the partner",
    "credit.given": "Direct sales credited",
    "credit.taken_back": "Credit taken back",
    "conflict.flagged": "Direct sale on a protected customer",
    "conflict.settled": "Direct sale settled",
    "conflict.cleared": "Direct sale over by itself",
    "deal.party_added": "A second company reads along",
    "deal.party_removed": "The second company was taken off",
    "amendment.requested": "Other product lines asked for",
    "amendment.approved": "Change approved",
    "amendment.declined": "Change declined",
    "amendment.withdrawn": "The wish for a change was taken back",
    "amendment.lapsed": "The wish for a change came to nothing",
    "extension.requested": "Extension asked for",
    "extension.approved": "Extension granted",
    "extension.declined": "Extension declined",
    "extension.withdrawn": "The wish for an extension was taken back",
    "extension.lapsed": "The wish for an extension came to nothing",
    "file.attached": "File attached",
    "file.removed": "File removed",
    "internal_file.attached": "Internal file attached",
    "internal_file.removed": "Internal file removed",
}
ABOUT_FILES = ("file.attached", "file.removed", "internal_file.attached", "internal_file.removed")
WITH_REASON = ("deal.rejected", "deal.end_announced", "deal.canceled", "deal.won", "deal.lost")
DECISIONS = ("deal.approved", "deal.sent_to_review", "deal.marked_duplicate")


@dataclass(frozen=True, slots=True)
class Happened:
    """A line of a deal's history."""

    at: datetime
    text: str
    by: str


def tone(status: str) -> str:
    """How a status is colored: good, wait, bad or calm."""
    return TONES.get(Status(status), "calm")


def reason_in_words(reason: str, called: str) -> str:
    """A coded reason as its program called it when it was given, else as it is usually called."""
    return called or REASONS.get(reason, reason)


def happened(event: Event, side: Side = "vendor") -> Happened:
    """An event about a deal as people of this side read it.

    What the system did it did for a reason that may rest on a rival, so a partner does not read the reason. A decision
    that another event brought about is the rules', not of whoever registered.
    """
    by = f"{event.actor_label}, on behalf of {event.on_behalf_of}" if event.on_behalf_of else event.actor_label
    if event.changes.get("decided_by"):
        return Happened(event.at, words(event), event.changes["decided_by"][1])
    if event.cause_id and event.name in DECISIONS:
        by = "by the rules of engagement"
    elif event.actor_kind == "system" and side == "partner":
        by = ""
    return Happened(event.at, words(event), by)


def words(event: Event) -> str:
    """What an event about a deal says happened."""
    text = EVENTS.get(event.name, event.name.replace(".", " ").replace("_", " "))
    if event.name == "deal.stage_moved":
        return f"Stage moved to {Stage(event.data['stage']).label}"
    if event.name == "deal.marked_duplicate" and event.data.get("reason") == DuplicateReason.OWN_CLAIM:
        return "Registered already"
    if event.name == "deal.sent_to_review" and event.changes.get("answered"):
        return "Under review, to be answered with all others"
    if event.name == "verdict.held":
        return f"Decided, to be told later: {say(event.data['becomes'])}"
    if event.name == "verdict.reviewed" and event.data["becomes"]:
        return "Looked at again: the decision stands"
    if event.name in WITH_REASON and event.data.get("reason"):
        return f"{text}: {reason_in_words(event.data['reason'], event.data.get('reason_text', ''))}"
    return _with_others(event, text) or _of_its_life(event, text)


def _with_others(event: Event, text: str) -> str:
    """The same for who stands beside a deal and what the vendor's own people do about it; empty for all else."""
    if event.name == "deal.party_added":
        return f"{event.data['beside']} reads along"
    if event.name == "deal.party_removed" and "beside" in event.changes:
        return f"{event.changes['beside'][0]} no longer reads along"
    if event.name == "conflict.settled":
        return f"{text}: {say(event.data['result'])}"
    about = {"credit": "person", "assignment": "reviewer", "conflict": "opportunity"}.get(event.subject_type, "")
    return f"{text}: {event.data[about]}" if about in event.data else ""


def _of_its_life(event: Event, text: str) -> str:
    """The same for what happens to an approved deal, with what was asked and answered."""
    if event.name == "deal.extended":
        return f"Protection extended until {_day(event.data['protected_until'])}"
    if event.name == "extension.requested":
        return f"Asked for {days_in_words(event.data['days'])} more: {event.data['reason']}"
    if event.name == "extension.approved":
        return _noted(f"{days_in_words(event.data['granted_days'])} more granted", event.data["note"])
    if event.name in ("extension.declined", "amendment.approved", "amendment.declined"):
        return _noted(text, event.data["note"])
    if event.name == "amendment.requested":
        return f"Asked for {event.data['product_lines']}: {event.data['reason']}"
    if event.name in ABOUT_FILES:
        return f"{text}: {event.data['file']}"
    if event.name == "deal.lines_changed":
        return f"Product lines are now {event.data['product_lines']}"
    if event.name == "deal.amended" and event.changes:
        return f"{text}: {', '.join(say(fact.removesuffix('_minor')) for fact in event.changes)}"
    return text


def _day(at: str) -> str:
    return date_in_words(timezone.localdate(datetime.fromisoformat(at)), timezone.localdate())


def _noted(text: str, note: str) -> str:
    return f"{text}: {note}" if note else text
