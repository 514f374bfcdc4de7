"""A deal as its partner reads it: where it stands, why, and what comes next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from hansa.core.actors import Actor
from hansa.core.web.countries import country_name
from hansa.core.web.said import date_in_words, money_in_words, time_left
from hansa.deals.actions import answer_question, lose_deal, move_stage, register_deal, win_deal, withdraw_deal
from hansa.deals.actions.work_deal import CLOSED
from hansa.deals.listing import SOON, Line
from hansa.deals.models import UNDECIDED, Deal, DealLine, DuplicateReason, MovedReason, Outcome, Stage, Status
from hansa.deals.rules import APPROVAL, PROTECTION
from hansa.deals.said import TONES, reason_in_words
from hansa.partnerships.models import Partnership
from hansa.rulebook.models import Decision
from hansa.rulebook.sentences import fact_said
from hansa.tiers.facts import TYPE_FACTS

WORDS = {
    Status.SUBMITTED: "Under review",
    Status.UNDER_REVIEW: "Under review",
    Status.ACTION_REQUIRED: "Your answer is needed",
    Status.REJECTED: "Not approved",
    Status.DUPLICATE: "Customer taken",
    Status.WITHDRAWN: "Withdrawn",
    Status.CANCELED: "Protection ended",
    Status.EXPIRED: "Protection has run out",
}
TITLES = {
    Status.SUBMITTED: "Who decides",
    Status.UNDER_REVIEW: "Who decides",
    Status.ACTION_REQUIRED: "Who decides",
    Status.APPROVED: "Why this was approved",
    Status.REJECTED: "Why this was not approved",
    Status.DUPLICATE: "Why this is not protected",
    Status.WITHDRAWN: "How it was decided",
    Status.CANCELED: "Why the protection ended",
    Status.EXPIRED: "How it was decided",
}
FREE_AGAIN = (Status.WITHDRAWN, Status.CANCELED, Status.EXPIRED)


@dataclass(frozen=True, slots=True)
class Why:
    """The partner's share of a decision, in words."""

    title: str
    when: datetime
    rule: str
    text: str
    reasons: list[str]
    change: str
    tone: str


def standing(deal: Deal | Line, now: datetime, *, short: bool = False) -> tuple[str, str]:
    """Where the deal stands as a word and its tone: ("Protected until 20 February, 61 days left", "good")."""
    if deal.outcome != Outcome.OPEN:
        return Outcome(deal.outcome).label, "good" if deal.outcome == Outcome.WON else "calm"
    if deal.reason == DuplicateReason.OWN_CLAIM:
        return "Registered already", "calm"
    if deal.status != Status.APPROVED:
        return WORDS[Status(deal.status)], TONES.get(Status(deal.status), "calm")
    if deal.protected_until is None or deal.protected_until <= now:
        return WORDS[Status.EXPIRED], "wait"
    left, soon = time_left(deal.protected_until, now), deal.protected_until <= now + SOON
    if short:
        return (f"Ends soon, {left}", "wait") if soon else (f"Protected, {left}", "good")
    day = date_in_words(timezone.localdate(deal.protected_until), timezone.localdate(now))
    return f"Protected until {day}, {left}", "wait" if soon else "good"


def place(deal: Deal, actor: Actor, now: datetime) -> dict[str, Any]:
    """Where the deal stands, where the sale is on its way, and what this person may do, for the deal's page."""
    return {
        "standing": dict(zip(("word", "tone"), standing(deal, now), strict=True)),
        "stages": stages(deal),
        "steps": steps(deal, actor),
        "next_stage": next_stage(deal),
        "other_stages": [choice for choice in Stage.choices if choice[0] != deal.stage],
    }


def stages(deal: Deal) -> list[dict[str, str]]:
    """The way of the sale, for the stages component."""
    way = [*Stage.labels, "Closed"]
    here = len(way) - 1 if deal.outcome != Outcome.OPEN else Stage.values.index(deal.stage)
    return [
        {"label": str(label), "state": "done" if at < here else "now" if at == here else ""}
        for at, label in enumerate(way)
    ]


def next_stage(deal: Deal) -> Stage | None:
    """The stage that follows, None at the last."""
    at = Stage.values.index(deal.stage) + 1
    return Stage(Stage.values[at]) if at < len(Stage.values) else None


def steps(deal: Deal, actor: Actor) -> dict[str, bool]:
    """What this person may do with the deal now, by the name of the step."""
    in_work = deal.outcome == Outcome.OPEN and deal.status not in CLOSED
    return {
        "answer": deal.status == Status.ACTION_REQUIRED and actor.may(answer_question),
        "move": in_work and actor.may(move_stage),
        "win": in_work and deal.status == Status.APPROVED and actor.may(win_deal),
        "lose": in_work and actor.may(lose_deal),
        "withdraw": in_work and "withdraw" in Deal.LIFECYCLE.open_to(deal) and actor.may(withdraw_deal),
        "expand": deal.outcome == Outcome.WON and actor.may(register_deal),
        "again": _free_again(deal) and actor.may(register_deal),
    }


def _free_again(deal: Deal) -> bool:
    """Whether nothing that its partner knows keeps it from registering the customer again."""
    if deal.reason == MovedReason.DISPUTE:
        return False
    return deal.status in FREE_AGAIN or deal.outcome == Outcome.LOST


def facts(deal: Deal) -> list[dict[str, str]]:
    """What was registered, for the facts component."""
    today = timezone.localdate()
    contact = ", ".join(filter(None, (deal.contact_name, deal.contact_email)))
    told = {
        "Amount": money_in_words(deal.amount_minor, deal.currency),
        "Expected close": date_in_words(deal.expected_close, today),
        "Kind of deal": str(deal.get_deal_type_display()),
        "Product lines": deal.lines_text,
        "Web address": deal.customer_domain,
        "Country": country_name(deal.customer_country),
        "Customer contact": contact,
        "Evidence": deal.evidence,
        "Registered by": f"{deal.registrant}, in your name" if deal.registrant else "",
    }
    if deal.outcome != Outcome.OPEN:
        told["What decided it"] = reason_in_words(deal.reason, deal.reason_text)
    return [{"label": label, "value": value} for label, value in told.items() if value]


def why(
    deal: Deal,
    decision: Decision,
    partnership: Partnership,
    until: str = "",
    together: str = "",
    *,
    change: str = "",
    tiers: tuple[str, ...] = (),
) -> Why:
    """Why it stands as it does: the latest decision, or what ended the protection since.

    `together` says when all registrations are answered, where none is answered at once; `change` what would have
    brought a better answer; `tiers` what they are called, from the first on.
    """
    status = Status(deal.status)
    title = "When you are told" if together and status in UNDECIDED else TITLES[status]
    text = decision.note
    reasons = (
        [*_protection_note(decision), *_facts_in_words(decision.facts, deal.currency, tiers)] if decision.facts else []
    )
    if status in UNDECIDED:
        by = f" by {until}" if until and status != Status.ACTION_REQUIRED else ""
        text = f"{decider(partnership)} decides{by}, and you are told at once. {text}"
        if together:
            text = f"All registrations are answered together, {together}. {decision.note}"
    elif status in (Status.REJECTED, Status.CANCELED):
        text, reasons, change = f"{reason_in_words(deal.reason, deal.reason_text)}. {deal.note}".strip(". "), [], ""
    by_hand = decision.made_by != "policy"
    return Why(
        title=title,
        when=decision.at,
        rule=f"Decided by {decision.made_by}" if by_hand and status not in UNDECIDED else "",
        text=text,
        reasons=[] if by_hand or status == Status.DUPLICATE else reasons,
        change=change,
        tone=TONES.get(status, "calm"),
    )


def advice(deal: Deal, partnership: Partnership, now: datetime, until: str = "", together: str = "") -> str:
    """What the partner does next, in a sentence or two; what a room above knows is said on its `Card`."""
    who = decider(partnership)
    if deal.reason == MovedReason.DISPUTE:
        return (
            "The protection went to somebody else in a dispute. Registering the customer again does not bring it back."
        )
    if deal.outcome == Outcome.WON:
        return (
            "Well done. The protection is kept to its end. Register what follows as an expansion or a renewal: "
            "its own protection takes over from there."
        )
    if deal.outcome == Outcome.LOST:
        return "The customer is free for everybody again. If they come back, register them anew."
    if deal.status == Status.ACTION_REQUIRED:
        return f"Answer by {until or 'the time asked for'}. Until then nobody overtakes you, and the clock stands."
    if deal.status in UNDECIDED and together:
        return "Nothing for you to do. You get a message when all are answered; until then nobody overtakes you."
    if deal.status in UNDECIDED:
        by = f" by {until}" if until else ""
        return f"Nothing for you to do. {who} decides{by} and you get a message; until then nobody overtakes you."
    if deal.reason == DuplicateReason.OWN_CLAIM:
        return "Go on with your earlier registration: it stands as it is. This one changes nothing."
    if deal.status == Status.DUPLICATE:
        return f"The customer is not protected for you. If you want to know more, ask {who}."
    if deal.status != Status.APPROVED or deal.protected_until is None or deal.protected_until <= now:
        return f"The customer is not protected for you. If the sale goes on, register it again, or ask {who}."
    day = date_in_words(timezone.localdate(deal.protected_until), timezone.localdate(now))
    return f"Move the stage as the sale moves, and report the result by {day}: then the customer is free for others."


def earlier(deal: Deal, actor: Actor) -> Deal | None:
    """The partner's own registration that this one repeats, while it stands."""
    if deal.reason != DuplicateReason.OWN_CLAIM:
        return None
    own = Deal.objects.visible_to(actor).filter(partnership=deal.partnership_id, company=deal.company_id)
    standing = own.filter(status__in=[*UNDECIDED, Status.APPROVED], lines__product_line__in=_lines_of(deal, actor))
    found: Deal | None = standing.exclude(pk=deal.pk).order_by("submitted_at", "id").last()
    return found


def decider(partnership: Partnership) -> str:
    """Who looks at this partner's registrations: its channel manager by name, else the vendor."""
    manager = partnership.channel_manager
    return manager.user.name if manager else partnership.vendor.name


def _lines_of(deal: Deal, actor: Actor) -> Any:
    return DealLine.objects.visible_to(actor).filter(deal=deal).values("product_line")


def _protection_note(decision: Decision) -> Iterable[str]:
    fired = set(decision.fired)
    return [
        row.note
        for row in PROTECTION.built_in.table.rows
        if f"{PROTECTION.name}: {row.id}" in fired and decision.outputs.get("status") == Status.APPROVED
    ]


def _facts_in_words(found: dict[str, Any], currency: str, tiers: tuple[str, ...]) -> list[str]:
    """The facts, without the types of partner that it is not: they would be most of the list."""
    others = {fact for fact in TYPE_FACTS if not found.get(fact)}
    return [
        ": ".join(fact_said(fact, found[fact.name], currency, tiers))
        for fact in APPROVAL.vocabulary
        if fact.name in found and fact.name not in others
    ]
